using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>A kubeconfig that is written: whose it is, what stands in it, and how it changes as a whole.</summary>
internal sealed class KubeConfigFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerOnly | UnixFileMode.UserExecute;
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

    /// <summary>A file by its path.</summary>
    public static KubeConfigFile At(string path) => new(path, null);

    /// <summary>This account's own: what KUBECONFIG names where that is one file, else ~/.kube/config.</summary>
    public static KubeConfigFile Own(Func<string, string?> environment)
    {
        var named = (environment("KUBECONFIG") ?? "").Split(
            System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new(
            named is [var only]
                ? System.IO.Path.GetFullPath(only)
                : InHome(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)),
            null);
    }

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
        catch (DecoderFallbackException)
        {
            throw KubernetesErrors.KubeConfigUnreadable(Path, "it is not UTF-8");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(Path, exception);
        }
    }

    private string ReadThere()
    {
        if (Directory.Exists(Path))
        {
            throw KubernetesErrors.KubeConfigNotFound(Path, "it is a folder");
        }

        return File.Exists(Path) ? Strict.GetString(File.ReadAllBytes(Path)) : "";
    }

    /// <summary>Whether others than its owner may read it.</summary>
    public bool IsOpenToOthers() =>
        As(() => !OperatingSystem.IsWindows() && File.Exists(Path) && (File.GetUnixFileMode(Path) & ~OwnerFolder) != 0);

    /// <summary>Puts a new text in its place, atomically, open to its owner only.</summary>
    /// <exception cref="SparkAzureException">DiskFull, CannotWrite.</exception>
    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        var content = Strict.GetBytes(text);
        try
        {
            if (_account is null)
            {
                MakeFolder(System.IO.Path.GetDirectoryName(Path)!);
                await AtomicFile.WriteAsync(Path, content, OwnerOnly, cancellationToken, onlyOwner: true)
                    .ConfigureAwait(false);
            }
            else
            {
                _account.Act(() => WriteAsUser(content));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(Path, exception);
        }
    }

    // As AtomicFile does, but on this thread from beginning to end, because only this thread acts as the user.
    private bool WriteAsUser(byte[] content)
    {
        MakeFolder(System.IO.Path.GetDirectoryName(Path)!);
        var target = (File.Exists(Path)
            ? new FileInfo(Path).ResolveLinkTarget(returnFinalTarget: true)?.FullName
            : null)
            ?? Path;
        var temporary = $"{target}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            return true;
        }
        finally
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }
        }
    }

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, OwnerFolder);
        }
    }

    private static string InHome(string home) => System.IO.Path.Combine(home, ".kube", "config");

    private T As<T>(Func<T> work)
    {
        if (_account is null)
        {
            return work();
        }

        return _account.Act(work);
    }
}
