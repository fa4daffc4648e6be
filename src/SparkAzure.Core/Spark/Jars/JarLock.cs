using System.Diagnostics;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// One swap at a time per Spark home, across processes and accounts. The lock is the kernel's (flock on
/// <c>.sparkazure/lock</c>), so it is gone when its holder is, however it died.
/// </summary>
internal sealed class JarLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _stream;

    private JarLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock, and waits for whoever holds it.</summary>
    /// <param name="home">The Spark home.</param>
    /// <param name="patience">How long to wait at most; zero does not wait.</param>
    /// <param name="caller">Is told for whom.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="SparkAzureException">
    /// SparkHomeBusy with who holds it; StateNotUsable, CannotWrite, DiskFull.
    /// </exception>
    internal static async Task<JarLock> TakeAsync(
        SparkHome home, TimeSpan patience, ICaller caller, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var told = "";
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (home.Owner.Act(() => TryTake(home)) is { } held)
            {
                return held;
            }

            var holder = LockHolder.Of(home).ToString();
            if (clock.Elapsed >= patience)
            {
                throw SparkErrors.SparkHomeBusy(home.Path, holder);
            }

            if (holder != told)
            {
                told = holder;
                caller.Warning(
                    $"Waiting until the jars of '{home.Path}' are not being changed by {holder}; " +
                    $"{(patience - clock.Elapsed).TotalSeconds:0} s at most.");
            }

            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the lock if nobody has it; null where somebody does. Called as the home's owner.</summary>
    /// <exception cref="SparkAzureException">StateNotUsable, CannotWrite, DiskFull.</exception>
    internal static JarLock? TryTake(SparkHome home)
    {
        var path = JarState.LockOf(home);
        try
        {
            JarState.Require(home);
            JarState.MakeFolder(home.State);
            var stream = new FileStream(path, JarState.NewFile(FileMode.OpenOrCreate));
            if (IsStill(path, stream))
            {
                LockHolder.Write(stream);
                return new JarLock(stream);
            }

            stream.Dispose();
            return null;
        }
        catch (IOException exception) when (IsHeldByAnother(exception))
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.FromWrite(path, exception);
        }
    }

    public void Dispose() => _stream.Dispose();

    // Who waited may hold the lock of a file that has been taken away meanwhile, which keeps nobody out.
    private static bool IsStill(string path, FileStream stream)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        return FileStatus.Of(stream.SafeFileHandle)?.IsSameFile(FileStatus.OfLink(path)) == true;
    }

    // EWOULDBLOCK (11) of flock on Linux, ERROR_SHARING_VIOLATION (32) on Windows.
    private static bool IsHeldByAnother(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 32;
}
