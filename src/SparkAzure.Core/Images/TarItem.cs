using System.Formats.Tar;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images;

/// <summary>One entry of a tar, be it a build context or a layer.</summary>
internal sealed record TarItem
{
    internal const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    internal const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>The path in the archive, slashes between its parts, none at its ends.</summary>
    public required string Name { get; init; }

    public required TarEntryType Type { get; init; }

    /// <summary>The file on disk; null for folders, links and <see cref="Content"/>.</summary>
    public string? Path { get; init; }

    /// <summary>The content of a file that is not on disk.</summary>
    public byte[]? Content { get; init; }

    public string? LinkTarget { get; init; }

    public long Length { get; init; }

    public UnixFileMode Mode { get; init; }

    public DateTimeOffset Modified { get; init; } = DateTimeOffset.UnixEpoch;

    public int UserId { get; init; }

    public int GroupId { get; init; }

    public static TarItem File(string name, string path, long length, UnixFileMode mode, DateTime modified) =>
        new() { Name = name, Type = TarEntryType.RegularFile, Path = path, Length = length, Mode = mode, Modified = modified };

    public static TarItem Folder(string name, UnixFileMode mode, DateTime modified) =>
        new() { Name = name, Type = TarEntryType.Directory, Mode = mode, Modified = modified };

    public static TarItem Link(string name, string target) =>
        new() { Name = name, Type = TarEntryType.SymbolicLink, LinkTarget = target, Mode = Executable };

    /// <summary>Writes items as a tar in the order given.</summary>
    /// <param name="items">The items.</param>
    /// <param name="destination">Where to; left open.</param>
    /// <param name="cancellationToken">Stops between and within files.</param>
    /// <exception cref="SparkAzureException">BuildSourceChanged, CannotRead.</exception>
    public static async Task WriteAllAsync(IEnumerable<TarItem> items, Stream destination, CancellationToken cancellationToken)
    {
        // GNU rather than pax: .NET puts the process id into pax headers, and the same files must give the same bytes.
        var writer = new TarWriter(destination, TarEntryFormat.Gnu, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var item in items)
            {
                var source = item.Open();
                await using (source.ConfigureAwait(false))
                {
                    var entry = item.ToEntry();
                    if (source != Stream.Null)
                    {
                        // Folders and links do not even take a null.
                        entry.DataStream = source;
                    }

                    await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>The whole content; empty for folders and links.</summary>
    /// <exception cref="SparkAzureException">BuildSourceChanged, CannotRead.</exception>
    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var source = Open();
        await using (source.ConfigureAwait(false))
        {
            var content = new byte[Length];
            await source.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return content;
        }
    }

    private Stream Open()
    {
        if (Content is not null)
        {
            return new MemoryStream(Content, writable: false);
        }

        if (Path is null)
        {
            return Stream.Null;
        }

        try
        {
            var stream = new FileStream(Path, new FileStreamOptions { BufferSize = 1 << 17, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
            if (stream.Length != Length)
            {
                stream.Dispose();
                throw ImageErrors.BuildSourceChanged(Path);
            }

            return stream;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw exception is FileNotFoundException ? ImageErrors.BuildSourceChanged(Path) : HostErrors.CannotRead(Path, exception);
        }
    }

    private GnuTarEntry ToEntry()
    {
        var entry = new GnuTarEntry(Type, Type == TarEntryType.Directory ? Name + "/" : Name)
        {
            Mode = Mode,
            ModificationTime = Modified,
            AccessTime = Modified,
            ChangeTime = Modified,
            Uid = UserId,
            Gid = GroupId,
            UserName = "",
            GroupName = "",
        };
        if (LinkTarget is not null)
        {
            entry.LinkName = LinkTarget;
        }

        return entry;
    }
}
