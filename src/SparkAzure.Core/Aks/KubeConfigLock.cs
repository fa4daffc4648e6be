using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>
/// The lock that kubectl and everything made of client-go respect: a file beside the kubeconfig that only one can make,
/// without rights and without content, gone afterwards (lockFile of client-go's tools/clientcmd/config.go). Client-go
/// does not wait for it; this does.
/// </summary>
internal sealed class KubeConfigLock : IDisposable
{
    // EEXIST and ERROR_FILE_EXISTS, which .NET gives as the HResult.
    private const int FileExists = 17;
    private const int FileExistsOnWindows = 80;

    private readonly string _path;
    private readonly Action<Action> _act;

    private KubeConfigLock(string path, Action<Action> act) => (_path, _act) = (path, act);

    /// <summary>Takes the lock of a kubeconfig.</summary>
    /// <param name="kubeConfig">The file; a link itself, as for client-go.</param>
    /// <param name="act">Does something as the account whose file it is.</param>
    /// <param name="turn">How long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SparkAzureException">KubeConfigLocked, CannotWrite, DiskFull.</exception>
    public static async Task<KubeConfigLock> TakeAsync(
        string kubeConfig, Action<Action> act, Turn turn, CancellationToken cancellationToken)
    {
        var path = kubeConfig + ".lock";
        try
        {
            return await turn.TakeAsync(
                () => TryTake(path, act),
                () => HolderOf(path),
                holder => KubernetesErrors.KubeConfigLocked(kubeConfig, path, holder, turn.Patience),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            _act(() => File.Delete(_path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The folder is gone or was taken away: then there is nothing that a lock could keep from anybody.
        }
    }

    private static KubeConfigLock? TryTake(string path, Action<Action> act)
    {
        try
        {
            act(() => Make(path));
            return new KubeConfigLock(path, act);
        }
        catch (IOException exception) when ((exception.HResult & 0xFFFF) is FileExists or FileExistsOnWindows)
        {
            return null;
        }
    }

    private static void Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.None;
        }

        using var made = new FileStream(path, options);
    }

    // All that the file says is whose it is and since when.
    private static string HolderOf(string path)
    {
        if (FileOwner.OfLink(path)?.UserName is not { } owner)
        {
            return "another process";
        }

        var since = File.GetLastWriteTimeUtc(path);
        return string.Create(CultureInfo.InvariantCulture, $"a process of '{owner}' (since {since:u})");
    }
}
