using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Names that survive a power cut. A file's bytes are on disk after its own flush, but its name is only after one of
/// the folder, or of the whole file system (fsync(2), syncfs(2)).
/// </summary>
internal static class DurableFolder
{
    /// <summary>Waits until the names in a folder are on disk.</summary>
    /// <exception cref="IOException">The system could not.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static void Flush(string folder) => With(folder, PosixFile.Flush);

    /// <summary>
    /// Waits until everything on a folder's file system is on disk, names and bytes: one wait instead of one per file.
    /// </summary>
    /// <exception cref="IOException">The system could not.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static void FlushAll(string folder) => With(folder, FlushFileSystem);

    /// <summary>
    /// Renames, and never copies: .NET's own move copies where a rename is not possible, which is not one step.
    /// </summary>
    /// <exception cref="IOException">The two are not on one mount, or it is not possible for another reason.</exception>
    /// <exception cref="UnauthorizedAccessException">The folders may not be written.</exception>
    public static void Rename(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
        {
            File.Move(from, to, overwrite: true);
            return;
        }

        if (rename(from, to) != 0)
        {
            throw FileFailure.Last(to);
        }
    }

    private static void With(string folder, Action<SafeFileHandle, string> flush)
    {
        // Windows has no such call; NTFS keeps a journal of names.
        if (OperatingSystem.IsLinux())
        {
            using var handle = PosixFile.OpenForReading(folder);
            flush(handle, folder);
        }
    }

    private static void FlushFileSystem(SafeFileHandle folder, string path)
    {
        if (syncfs(folder) != 0)
        {
            throw FileFailure.Last(path);
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int syncfs(SafeFileHandle folder);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int rename(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
