using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// A document is read, changed and written by one process at a time. The lock is the system's (flock(2)) on a file of its
/// own, so it ends with the process however that ends; the file says who holds it, and is gone afterwards.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;

    private FileLock(string path, SafeFileHandle handle) => (_path, _handle) = (path, handle);

    /// <summary>Takes the lock, waiting for whoever has it.</summary>
    /// <param name="path">The file of the lock, in a folder that is there; it is made as the folder's owner.</param>
    /// <param name="turn">What it is for, and how long to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SparkAzureException">DocumentLocked, CannotWrite, DiskFull, NotAFile.</exception>
    public static async Task<FileLock> TakeAsync(string path, Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            return await turn.TakeAsync(
                () => TreeOwner.ActOnEntry(path, () => TryTake(path)),
                () => HolderOf(path),
                holder => HostErrors.DocumentLocked(turn.Document, holder, turn.Patience),
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
        // While the lock is still held: afterwards the name may be the next holder's.
        try
        {
            TreeOwner.ActOnEntry(_path, () => File.Delete(_path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty lock file hinders nobody.
        }

        _handle.Dispose();
    }

    private static FileLock? TryTake(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return TryTakeElsewhere(path);
        }

        var handle = PosixFile.OpenOrCreate(path);
        try
        {
            var opened = FileStatus.Of(handle);
            RegularFile.Require(path, opened);

            // Whoever had the lock before has taken the file away: then this is the lock of nothing.
            if (PosixFile.TryLock(handle, path) && FileStatus.OfLink(path)?.Inode == opened?.Inode)
            {
                RandomAccess.SetLength(handle, 0);
                RandomAccess.Write(handle, Encoding.ASCII.GetBytes(Holder), 0);
                return new FileLock(path, handle);
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        handle.Dispose();
        return null;
    }

    private static FileLock? TryTakeElsewhere(string path)
    {
        try
        {
            return new FileLock(
                path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Holder =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {DateTimeOffset.UtcNow:u}");

    // The file is another account's: only what has the form of a process and a time is repeated.
    private static string HolderOf(string path)
    {
        try
        {
            var words = RegularFile.ReadAllText(path).Split(' ', 2);
            if (words is [var number, var since]
                && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, out var time))
            {
                return string.Create(CultureInfo.InvariantCulture, $"process {process} (since {time:u})");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            // It has just been given back, or is not ours to read.
        }

        return "another process";
    }
}
