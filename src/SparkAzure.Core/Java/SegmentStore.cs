using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>
/// What was read of jars, kept by their content. It is never needed: whatever is wrong with a file, its jar is read
/// again. Only its
/// owner may write there; a folder or file that others own or can write to is not used. A kill leaves whole files or
/// none.
/// </summary>
internal sealed class SegmentStore
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const long MostBytes = 2L << 30;
    private const long LongestSegment = 1L << 30;
    private const string Classes = ".classes";

    private readonly string _folder;
    private int _written;

    private SegmentStore(string folder) => _folder = folder;

    /// <summary>Opens, and makes, the folder; null when there is none to be had that is safe.</summary>
    public static SegmentStore? Open(string? folder)
    {
        if (folder is null)
        {
            return null;
        }

        try
        {
            PrivateFolder.Make(folder);
            var found = new DirectoryInfo(folder);
            if (found.LinkTarget is null && IsOurs(folder))
            {
                return new SegmentStore(found.FullName);
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or SparkAzureException)
        {
            return null;
        }
    }

    /// <summary>The segment kept under a key; null when there is none that can be used.</summary>
    public JarSegment? TryRead(string key)
    {
        if (TryReadBytes(key + Classes) is { } block)
        {
            return JarSegment.TryRead(block);
        }

        return null;
    }

    /// <summary>Keeps a segment. What cannot be written is left.</summary>
    public void Write(string key, JarSegment segment) => WriteBytes(key + Classes, segment.ToBlock());

    /// <summary>What is kept under a name; null when there is nothing, or others could have written it.</summary>
    public byte[]? TryReadBytes(string name)
    {
        try
        {
            using var handle = File.OpenHandle(
                Path.Combine(_folder, name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var length = RandomAccess.GetLength(handle);
            if (length > LongestSegment || !IsOurs(handle))
            {
                return null;
            }

            var block = GC.AllocateUninitializedArray<byte>((int)length);
            for (var at = 0; at < block.Length;)
            {
                var got = RandomAccess.Read(handle, block.AsSpan(at), at);
                if (got == 0)
                {
                    return null;
                }

                at += got;
            }

            return block;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps something under a name. What cannot be written is left.</summary>
    public void WriteBytes(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_folder, name);
        var temporary = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.tmp";
        try
        {
            var options =
                new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnersOnly;
            }

            // No flush to disk: after a power failure the checksum tells.
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
            }

            File.Move(temporary, path, overwrite: true);
            Interlocked.Increment(ref _written);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
        }
    }

    /// <summary>
    /// After something was written: takes the oldest away when there is too much, and what kills left behind.
    /// </summary>
    public void Trim()
    {
        if (_written == 0)
        {
            return;
        }

        try
        {
            var left = MostBytes;
            foreach (var file in new DirectoryInfo(_folder).EnumerateFiles().OrderByDescending(f => f.LastWriteTimeUtc))
            {
                left -= file.Length;
                var isOldPart = file.Extension == ".tmp" && file.LastWriteTimeUtc < DateTime.UtcNow.AddMinutes(-10);
                if (left < 0 || isOldPart)
                {
                    Remove(file.FullName);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process tidies up at the same time.
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It stays; it does no harm.
        }
    }

    private static bool IsOurs(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        return (File.GetUnixFileMode(path) & OthersWrite) == 0 && IsOwned(path);
    }

    // Of the open file itself: a path could lead elsewhere a moment later.
    private static bool IsOurs(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var number = handle.DangerousGetHandle().ToInt64().ToString(CultureInfo.InvariantCulture);
        return (File.GetUnixFileMode(handle) & OthersWrite) == 0 && IsOwned("/proc/self/fd/" + number);
    }

    private static bool IsOwned(string path) =>
        !OperatingSystem.IsLinux() || FileOwner.UserIdOf(path) == FileOwner.CurrentUserId;
}
