using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;
using ZstdSharp;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// Reads a layer as a stream, from the registry that has it, and keeps no more of it than an index. What is read is
/// verified against the digest.
/// </summary>
internal static class LayerReader
{
    // Small files that are looked into again and again: who is who, what is installed and from where, and what builds
    // often add to.
    private static readonly string[] KeptFiles =
    [
        "etc/passwd", "etc/group", "etc/os-release", "usr/lib/os-release", "etc/pam.d/su", "etc/apt/sources.list",
        "var/lib/dpkg/status", "lib/apk/db/installed", "usr/lib/apk/db/installed",
    ];

    // Distroless images keep one file per package there; Debian 12 has its sources there.
    private static readonly string[] KeptFolders = ["var/lib/dpkg/status.d/", "etc/apt/sources.list.d/"];

    private const long LargestKept = 8 << 20;

    /// <summary>What is looked into are scripts, settings and lists of packages, never the images' large files.</summary>
    private const long LargestContent = 256 << 20;

    /// <summary>No image in use comes near it; a layer that does is made to exhaust memory.</summary>
    private const int MostEntries = 2_000_000;

    private const int Piece = 1 << 17;

    /// <summary>Reads what a layer holds.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="onRead">Is told of each piece's length in bytes.</param>
    /// <param name="check">Looks at each entry before it counts, and may refuse it; null for nothing.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public static async Task<LayerIndex> ReadAsync(
        ILayer layer, Action<long> onRead, Action<TarEntry>? check, CancellationToken cancellationToken)
    {
        using var index = new LayerIndexBuilder(layer.Digest);
        await ReadAsync(
            layer,
            async (path, entry, stop) =>
            {
                check?.Invoke(entry);
                var file = await FileOfAsync(path, entry, layer.Digest, index, stop).ConfigureAwait(false);
                if (file is not null)
                {
                    index.Add(file);
                    if (index.Count > MostEntries)
                    {
                        throw OciErrors.BaseImageNotSupported(
                            layer.Digest, $"a layer of it has more than {MostEntries} files");
                    }
                }
            },
            onRead,
            cancellationToken).ConfigureAwait(false);
        return index.Build();
    }

    /// <summary>Reads the content of some files of a layer, by the paths of their entries.</summary>
    public static async Task<Dictionary<string, byte[]>> ReadContentsAsync(
        ILayer layer, IReadOnlySet<string> paths, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await ReadContentsAsync(
            layer,
            paths,
            async (path, entry, stop) => contents[path] = await ContentOfAsync(entry, stop).ConfigureAwait(false),
            _ => { },
            cancellationToken).ConfigureAwait(false);
        return contents;
    }

    /// <summary>
    /// Hands out the content of some files of a layer, by the paths of their entries, as they come. It is verified when
    /// this is done.
    /// </summary>
    public static Task ReadContentsAsync(
        ILayer layer,
        IReadOnlySet<string> paths,
        Func<string, TarEntry, CancellationToken, Task> onContent,
        Action<long> onRead,
        CancellationToken cancellationToken) =>
        ReadAsync(
            layer,
            async (path, entry, stop) =>
            {
                if (paths.Contains(path) && entry.EntryType != TarEntryType.HardLink)
                {
                    await onContent(path, entry, stop).ConfigureAwait(false);
                }
            },
            onRead,
            cancellationToken);

    private static async Task<ImageFile?> FileOfAsync(
        string path,
        TarEntry entry,
        string digest,
        LayerIndexBuilder index,
        CancellationToken cancellationToken)
    {
        var type = entry.EntryType switch
        {
            TarEntryType.V7RegularFile or TarEntryType.ContiguousFile or TarEntryType.SparseFile =>
                TarEntryType.RegularFile,
            var other => other,
        };
        if (type is TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes)
        {
            return null;
        }

        if (type == TarEntryType.HardLink && index.Find(ImagePath.Of(entry.LinkName)) is { } original)
        {
            return original with { Path = path, ContentPath = original.ContentPath ?? original.Path };
        }

        var file = new ImageFile
        {
            Path = path,
            Type = type,
            Mode = entry.Mode,
            UserId = entry.Uid,
            GroupId = entry.Gid,
            LayerDigest = digest,
        };
        return type switch
        {
            TarEntryType.RegularFile => file with
            {
                Size = entry.Length,
                Sha256 = await HashAsync(path, entry, index, cancellationToken).ConfigureAwait(false),
            },
            TarEntryType.SymbolicLink or TarEntryType.HardLink => file with { LinkTarget = entry.LinkName },
            _ => file,
        };
    }

    private static async Task<string> HashAsync(
        string path, TarEntry entry, LayerIndexBuilder index, CancellationToken cancellationToken)
    {
        if (!IsKept(path, entry.Length))
        {
            return await HashAsync(entry.DataStream ?? Stream.Null, cancellationToken).ConfigureAwait(false);
        }

        var content = await ContentOfAsync(entry, cancellationToken).ConfigureAwait(false);
        index.Contents[path] = content;
        return Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();
    }

    private static bool IsKept(string path, long length) =>
        length <= LargestKept
            && (KeptFiles.Contains(path) || KeptFolders.Any(f => path.StartsWith(f, StringComparison.Ordinal)));

    private static async Task<byte[]> ContentOfAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Length > LargestContent)
        {
            throw new InvalidDataException($"'{entry.Name}' in it has {entry.Length} bytes, too many to be looked into");
        }

        var content = new byte[entry.Length];
        if (entry.DataStream is { } stream)
        {
            await stream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        }

        return content;
    }

    private static async Task<string> HashAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexString(hash.GetCurrentHash()).ToLowerInvariant();
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task ReadAsync(
        ILayer layer,
        Func<string, TarEntry, CancellationToken, Task> onEntry,
        Action<long> onRead,
        CancellationToken cancellationToken)
    {
        long packed = 0;
        try
        {
            var source = new CountingStream(
                await layer.OpenAsync(0, cancellationToken).ConfigureAwait(false),
                count =>
                {
                    Interlocked.Add(ref packed, count);
                    onRead(count);
                });
            await using (source.ConfigureAwait(false))
            {
                var pipe = PipeReader.Create(source, new StreamPipeReaderOptions(bufferSize: Piece, leaveOpen: true));
                var raw = pipe.AsStream();
                await using (raw.ConfigureAwait(false))
                {
                    try
                    {
                        await ReadTarAsync(raw, pipe, () => Interlocked.Read(ref packed), onEntry, cancellationToken)
                            .ConfigureAwait(false);
                    }
                    catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException
                        or FormatException or ZstdException)
                    {
                        // Damaged on the way, rather than no tar: its digest tells.
                        await source.CopyToAsync(Stream.Null, Piece, cancellationToken).ConfigureAwait(false);
                        throw;
                    }
                }
            }
        }
        catch (Exception exception) when (IsOfReading(exception))
        {
            throw layer.Explain(exception)
                ?? OciErrors.BaseImageNotSupported(
                    layer.Digest, $"a layer of it cannot be read as a tar: {exception.Message}");
        }
    }

    private static bool IsOfReading(Exception exception) => exception is
        InvalidDataException or IOException or FormatException or ArgumentException or NotSupportedException
            or ZstdException;

    private static async Task ReadTarAsync(
        Stream raw,
        PipeReader pipe,
        Func<long> packed,
        Func<string, TarEntry, CancellationToken, Task> onEntry,
        CancellationToken cancellationToken)
    {
        var first = await FirstBytesAsync(pipe, cancellationToken).ConfigureAwait(false);
        var tar = new TarGuard(Decompressed(raw, first, packed));
        await using (tar.ConfigureAwait(false))
        {
            var reader = new TarReader(tar, leaveOpen: true);
            await using (reader.ConfigureAwait(false))
            {
                tar.ExpectHeaders(padding: 0);
                while (await reader.GetNextEntryAsync(
                    copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                {
                    tar.ExpectContent();
                    await onEntry(ImagePath.Of(entry.Name), entry, cancellationToken).ConfigureAwait(false);
                    await PassRestAsync(entry, cancellationToken).ConfigureAwait(false);
                    tar.ExpectHeaders(TarHeader.Padding(entry.Length));
                }
            }

            // To the very end: only then the digest is known to be right.
            tar.ExpectContent();
            await tar.CopyToAsync(Stream.Null, Piece, cancellationToken).ConfigureAwait(false);
            await raw.CopyToAsync(Stream.Null, Piece, cancellationToken).ConfigureAwait(false);
        }
    }

    // What nobody read of a file, so that the guard knows where the next header begins. (The TarReader of .NET 8 passes
    // over it by itself, but not over a last byte: after an unread file of one byte it looks for the next header one byte
    // too early and ends there, as if the archive did.)
    private static async ValueTask PassRestAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.DataStream is { } content)
        {
            await content.CopyToAsync(Stream.Null, Piece, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<byte[]> FirstBytesAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        var result = await pipe.ReadAtLeastAsync(4, cancellationToken).ConfigureAwait(false);
        var first = System.Buffers.BuffersExtensions.ToArray(result.Buffer.Slice(0, Math.Min(4, result.Buffer.Length)));
        pipe.AdvanceTo(result.Buffer.Start);
        return first;
    }

    // By what the bytes are, as container runtimes do it: media types have been wrong before.
    private static BufferedStream Decompressed(Stream raw, byte[] first, Func<long> packed) => first switch
    {
        [0x1F, 0x8B, ..] => Limited(new GZipStream(raw, CompressionMode.Decompress, leaveOpen: true), packed),
        [0x28, 0xB5, 0x2F, 0xFD] => Limited(new DecompressionStream(raw, leaveOpen: true), packed),
        _ => new BufferedStream(raw, Piece),
    };

    private static BufferedStream Limited(Stream unpacked, Func<long> packed) =>
        new(new UnpackingLimit(unpacked, packed), Piece);
}
