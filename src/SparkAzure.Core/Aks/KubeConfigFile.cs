using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>A kubeconfig that is written: whose it is, what stands in it, and how it changes as a whole.</summary>
internal sealed class KubeConfigFile
{
    private readonly UnixAccount? _account;

    private KubeConfigFile(string path, UnixAccount? account)
    {
        Path = path;
        _account = account;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The user whose file it is; null where a path was given.</summary>
    public string? User => _account?.Name;

    /// <summary>The file beside it with its text from before an entry was last replaced.</summary>
    public string FormerPath => Path + ".sparkazure.bak";

    /// <summary>A file by its path.</summary>
    public static KubeConfigFile At(string path) => new(path, null);

    /// <summary>
    /// This account's own: the first file that KUBECONFIG names, else ~/.kube/config. kubectl reads all of the list; az
    /// writes the first (custom.py of acs), and Spark's client reads it alone (fabric8, Config.getKubeconfigFilename).
    /// </summary>
    /// <param name="environment">The variables.</param>
    /// <param name="folder">From where a relative path counts; null for the process's own folder.</param>
    public static KubeConfigFile Own(Func<string, string?> environment, string? folder = null)
    {
        if (FirstOf(environment("KUBECONFIG")) is { } first)
        {
            return new(System.IO.Path.GetFullPath(first, folder ?? Environment.CurrentDirectory), null);
        }

        return new(InHome(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)), null);
    }

    /// <summary>The first file that a value of KUBECONFIG names; null where it names none.</summary>
    public static string? FirstOf(string? list) => (list ?? "")
        .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault();

    /// <summary>That of a user of this host, ~/.kube/config.</summary>
    /// <exception cref="SparkAzureException">UserHasNoHome.</exception>
    public static KubeConfigFile Of(UnixAccount account)
    {
        if (account.Home.Length > 0 && account.Act(() => Directory.Exists(account.Home)))
        {
            return new(InHome(account.Home), account);
        }

        throw KubernetesErrors.UserHasNoHome(account.Name, account.Home);
    }

    /// <summary>The files that somebody means: those of users, or one by its path, or this account's own.</summary>
    /// <param name="path">The file; null for this account's own.</param>
    /// <param name="folder">From where a relative path in KUBECONFIG counts; null for the process's own folder.</param>
    /// <param name="users">The users of this host whose files are meant; others than one's own need root.</param>
    /// <param name="findAccount">Finds a user.</param>
    /// <exception cref="SparkAzureException">NotTheUsersHost, UserNotFound, UserHasNoHome.</exception>
    public static IReadOnlyList<KubeConfigFile> Of(
        string? path, string? folder, IReadOnlyList<string> users, Func<string, UnixAccount?> findAccount)
    {
        if (users.Count == 0)
        {
            return [path is null ? Own(Environment.GetEnvironmentVariable, folder) : At(path)];
        }

        if (!OperatingSystem.IsLinux())
        {
            throw KubernetesErrors.NotTheUsersHost("this is no Linux host");
        }

        // One's own needs no root, so that the same line serves root and the account of DSS.
        if (!FileOwner.IsRoot && users.Any(u => findAccount(u)?.UserId != FileOwner.CurrentUserId))
        {
            throw KubernetesErrors.NotTheUsersHost("that needs root");
        }

        return [.. users.Distinct().Select(u => Of(findAccount(u) ?? throw KubernetesErrors.UserNotFound(u)))];
    }

    /// <summary>Reads it; an absent file is an empty text.</summary>
    /// <exception cref="SparkAzureException">
    /// KubeConfigNotFound when it is a folder, KubeConfigUnreadable, CannotRead.
    /// </exception>
    public string Read()
    {
        try
        {
            return As(ReadThere);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(Path, exception);
        }
    }

    /// <summary>
    /// Keeps its text beside it, open to its owner only. One such file, the last: it holds secrets, and those of long ago
    /// serve nobody.
    /// </summary>
    /// <exception cref="SparkAzureException">DiskFull, CannotWrite, NotAFile.</exception>
    public Task KeepAsync(string text, CancellationToken cancellationToken) => WriteAsync(FormerPath, text, cancellationToken);

    /// <summary>Whether what was kept beside it has a context, with its secret.</summary>
    public bool KeepsContext(string name) => As(() => IsKept(name));

    /// <summary>The names of the contexts in it; none in an absent or empty one.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Read"/>; KubeConfigUnreadable.</exception>
    public IReadOnlyList<string> Contexts() => KubeConfig.ContextsIn(Path, Read());

    // A link that leads nowhere yet is an absent file.
    private string ReadThere()
    {
        if (Directory.Exists(Path))
        {
            throw KubernetesErrors.KubeConfigNotFound(Path, "it is a folder");
        }

        return File.Exists(Path) ? KubeConfigForm.TextOf(Path, RegularFile.ReadAllBytes(Path, _account)) : "";
    }

    /// <summary>Whether others than its owner may read it.</summary>
    public bool IsOpenToOthers() => As(() =>
        !OperatingSystem.IsWindows() && File.Exists(Path) && (File.GetUnixFileMode(Path) & ~PrivateFolder.Mode) != 0);

    /// <summary>
    /// Keeps others from changing it, as kubectl and client-go do: by a file beside it (<see cref="KubeConfigLock"/>).
    /// </summary>
    /// <param name="patience">How long to wait for another that changes it.</param>
    /// <param name="caller">Is told for whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SparkAzureException">KubeConfigLocked, DiskFull, CannotWrite.</exception>
    public async Task<IDisposable> LockAsync(TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        PrivateFolder.Make(System.IO.Path.GetDirectoryName(Path)!, _account);
        var turn = new Turn(Path, patience, caller);
        return await KubeConfigLock.TakeAsync(Path, As, turn, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts a new text in its place, atomically, open to its owner only.</summary>
    /// <exception cref="SparkAzureException">DiskFull, CannotWrite, NotAFile.</exception>
    public Task WriteAsync(string text, CancellationToken cancellationToken) => WriteAsync(Path, text, cancellationToken);

    private Task WriteAsync(string path, string text, CancellationToken cancellationToken) => AtomicFile.WriteAsync(
        path, Encoding.UTF8.GetBytes(text), FileModes.OwnerOnly, cancellationToken, onlyOwner: true, _account);

    // What somebody made unreadable in the meantime keeps nothing that one could tell of.
    private bool IsKept(string name)
    {
        try
        {
            return File.Exists(FormerPath)
                && KubeConfig.ContextsIn(FormerPath, KubeConfigForm.TextOf(FormerPath, RegularFile.ReadAllBytes(FormerPath, _account)))
                    .Contains(name);
        }
        catch (Exception exception) when (exception is SparkAzureException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string InHome(string home) => System.IO.Path.Combine(home, ".kube", "config");

    private T As<T>(Func<T> work)
    {
        if (_account is null)
        {
            return TreeOwner.ActOnEntry(Path, work);
        }

        return _account.Act(work);
    }

    private void As(Action work) => As(() =>
    {
        work();
        return true;
    });
}
