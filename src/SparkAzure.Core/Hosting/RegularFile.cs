using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Reads files that another account may have put there: as the owner of the folder where root is at work
/// (<see cref="TreeOwner.OfEntry"/>), and only when they are files. A pipe, which would be waited for without end, a socket or a device is refused at once.
/// </summary>
internal static class RegularFile
{
    private const int PieceLength = 1 << 17;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file; a symbolic link is followed.</param>
    /// <param name="account">As whom root opens it; null for whom its folder belongs to.</param>
    /// <exception cref="SparkAzureException">NotAFile.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">That account may not read it.</exception>
    public static SafeFileHandle Open(string path, UnixAccount? account = null)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path);
        }

        try
        {
            return ActAs(path, account, () => OpenThere(path));
        }
        catch (UnauthorizedAccessException) when (account is null)
        {
            if (TreeOwner.ActBehindRoot(path, OpenThere) is { } handle)
            {
                return handle;
            }

            throw;
        }
    }

    /// <summary>Opens a file for reading as a stream.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Open"/>.</exception>
    public static FileStream OpenStream(string path, UnixAccount? account = null) =>
        new(Open(path, account), FileAccess.Read, PieceLength);

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Open"/>.</exception>
    public static byte[] ReadAllBytes(string path, UnixAccount? account = null) =>
        Read(path, account, CancellationToken.None);

    /// <summary>Reads a whole file, on the pool.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Open"/>.</exception>
    public static Task<byte[]> ReadAllBytesAsync(
        string path, CancellationToken cancellationToken, UnixAccount? account = null) =>
        Task.Run(() => Read(path, account, cancellationToken), cancellationToken);

    /// <summary>Reads a whole text, as File.ReadAllText decodes it.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Open"/>.</exception>
    public static async Task<string> ReadAllTextAsync(
        string path, CancellationToken cancellationToken, UnixAccount? account = null)
    {
        var bytes = await ReadAllBytesAsync(path, cancellationToken, account).ConfigureAwait(false);
        return TextOf(bytes);
    }

    /// <summary>Reads the lines of a text.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Open"/>.</exception>
    public static async Task<IReadOnlyList<string>> ReadAllLinesAsync(
        string path, CancellationToken cancellationToken, UnixAccount? account = null)
    {
        var text = await ReadAllTextAsync(path, cancellationToken, account).ConfigureAwait(false);
        var lines = new List<string>();
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Reads a whole text, as File.ReadAllText decodes it.</summary>
    /// <exception cref="SparkAzureException">As <see cref="Open"/>.</exception>
    public static string ReadAllText(string path, UnixAccount? account = null) => TextOf(ReadAllBytes(path, account));

    /// <summary>Opens a file for reading, as whoever this thread acts as.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a link at the end of the path is followed; else it is refused.</param>
    /// <exception cref="SparkAzureException">NotAFile.</exception>
    /// <exception cref="IOException">Nothing is there, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static SafeFileHandle OpenRead(string path, bool follow)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.OpenHandle(path, options: FileOptions.SequentialScan);
        }

        if (!follow)
        {
            Require(path, FileStatus.OfLink(path));
        }

        return OpenThere(path);
    }

    /// <summary>Reads a small file whole, as whoever this thread acts as; a link at the end of the path is refused.</summary>
    /// <param name="path">The path.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <exception cref="SparkAzureException">NotAFile.</exception>
    /// <exception cref="IOException">As <see cref="OpenRead"/>; or it is larger.</exception>
    public static byte[] ReadAllBytes(string path, int most)
    {
        using var handle = OpenRead(path, follow: false);
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (stream.Length > most)
        {
            throw new IOException($"'{path}' has {stream.Length} bytes, more than the {most} that it can need.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Refuses what is there and no file; nothing there is no fault.</summary>
    /// <exception cref="SparkAzureException">NotAFile.</exception>
    public static void Require(string path, FileStatus? status)
    {
        if (status is { Kind: not FileKind.Regular })
        {
            throw HostErrors.NotAFile(path, status.Kind);
        }
    }

    private static T ActAs<T>(string path, UnixAccount? account, Func<T> work)
    {
        if (account is null || !FileOwner.IsRoot)
        {
            return TreeOwner.ActOnEntry(path, work);
        }

        return account.Act(work);
    }

    // Looked at after it was opened: what stands at the path can change between two looks.
    private static SafeFileHandle OpenThere(string path)
    {
        var handle = PosixFile.OpenForReading(path);
        try
        {
            Require(path, FileStatus.Of(handle));
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static byte[] Read(string path, UnixAccount? account, CancellationToken cancellationToken)
    {
        using var handle = Open(path, account);
        using var content = new MemoryStream();
        var piece = new byte[PieceLength];
        int read;
        while ((read = RandomAccess.Read(handle, piece, content.Length)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            content.Write(piece, 0, read);
        }

        return content.ToArray();
    }

    private static string TextOf(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content));
        return reader.ReadToEnd();
    }
}
