using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// The POSIX access list of a file (acl(5)), which a new file at its place would lose. It is carried over as the kernel
/// keeps it, unread.
/// </summary>
internal static class AccessList
{
    private const string OfFile = "system.posix_acl_access";
    private const string OfNewFiles = "system.posix_acl_default";

    /// <summary>The list of a file; null where it has none, or the file system knows none.</summary>
    public static byte[]? Of(string path) => Read(path, OfFile);

    /// <summary>The list that new files in a folder get; null where there is none.</summary>
    public static byte[]? OfNewFilesIn(string folder) => Read(folder, OfNewFiles);

    /// <summary>Gives an open file a list.</summary>
    /// <exception cref="IOException">The file system does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file is another's.</exception>
    public static void Give(SafeFileHandle handle, byte[] list) =>
        PosixFile.SetAttribute(handle, OfFile, list, "the access list");

    /// <summary>Has new files in a folder get a list.</summary>
    /// <exception cref="IOException">The file system does not take it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is another's.</exception>
    public static void GiveNewFilesIn(string folder, byte[] list)
    {
        using var handle = PosixFile.OpenForReading(folder);
        PosixFile.SetAttribute(handle, OfNewFiles, list, folder);
    }

    private static byte[]? Read(string path, string name)
    {
        if (OperatingSystem.IsLinux() && PosixFile.Attribute(path, name) is { Length: > 0 } list)
        {
            return list;
        }

        return null;
    }
}
