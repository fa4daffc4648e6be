using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>What a file is when it is to be unpacked into an image.</summary>
internal enum ArchiveKind
{
    /// <summary>No archive.</summary>
    None,

    /// <summary>A tar, plain or compressed with gzip.</summary>
    Tar,

    /// <summary>Compressed in a way that is not unpacked here.</summary>
    Bzip2,
    Xz,
    Zstd,
}

/// <summary>
/// An archive on this host whose files become an image's. Whether a file is one its first bytes tell, not its name, as
/// in Docker's builder. It is read as a layer is, and what it holds is borrowed in the same way.
/// </summary>
internal static class LocalArchive
{
    private const int ChecksumAt = 148;
    private const int ChecksumLength = 8;

    /// <summary>What a file is.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<ArchiveKind> KindOfAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var file = RegularFile.OpenStream(path);
            var first = await BlockAsync(file, cancellationToken).ConfigureAwait(false);
            if (first is [0x1F, 0x8B, 0x08, ..])
            {
                file.Position = 0;
                if (await IsUnzippedTarAsync(file, cancellationToken).ConfigureAwait(false))
                {
                    return ArchiveKind.Tar;
                }

                return ArchiveKind.None;
            }

            return first switch
            {
                [(byte)'B', (byte)'Z', (byte)'h', ..] => ArchiveKind.Bzip2,
                [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => ArchiveKind.Xz,
                [0x28, 0xB5, 0x2F, 0xFD, ..] => ArchiveKind.Zstd,
                _ when IsHeader(first) => ArchiveKind.Tar,
                _ => ArchiveKind.None,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    /// <summary>The entries of a tar, whose names count from the folder that they are unpacked into.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contents">Brings the contents when they are needed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">BuildSourceUnusable, BuildSourceChanged, CannotRead.</exception>
    public static async Task<IReadOnlyList<TarItem>> ReadAsync(
        string path, LayerContents contents, CancellationToken cancellationToken)
    {
        try
        {
            var digest = await ContentDigest.OfFileAsync(path, cancellationToken).ConfigureAwait(false);
            var layer = new ArchiveLayer(path, digest, new FileInfo(path).Length);
            var links = new HashSet<string>(StringComparer.Ordinal);
            var index = await LayerReader
                .ReadAsync(layer, _ => { }, entry => Check(path, entry, links), cancellationToken)
                .ConfigureAwait(false);
            return [.. index.Entries.Where(e => e.Path.Length > 0).Select(e => contents.Borrow(e, e.Path, layer))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static void Check(string path, TarEntry entry, HashSet<string> links)
    {
        var parts = entry.Name.Split('/');
        if (parts.Contains(".."))
        {
            throw OciErrors.BuildSourceUnusable(
                path, $"its entry '{entry.Name}' leads out of the folder that it is unpacked into");
        }

        var name = ImagePath.Of(entry.Name);
        for (var folder = ImagePath.Parent(name); folder.Length > 0; folder = ImagePath.Parent(folder))
        {
            if (links.Contains(folder))
            {
                throw OciErrors.BuildSourceUnusable(path, $"its entry '{entry.Name}' goes through its link '{folder}'");
            }
        }

        _ = entry.EntryType == TarEntryType.SymbolicLink ? links.Add(name) : links.Remove(name);
        if (parts.Any(Whiteout.Is))
        {
            throw OciErrors.BuildSourceUnusable(
                path, $"its entry '{entry.Name}' would take other files out of the image");
        }
    }

    private static async Task<bool> IsUnzippedTarAsync(FileStream file, CancellationToken cancellationToken)
    {
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        try
        {
            return IsHeader(await BlockAsync(unzipped, cancellationToken).ConfigureAwait(false));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static async Task<byte[]> BlockAsync(Stream stream, CancellationToken cancellationToken)
    {
        var block = new byte[TarHeader.BlockSize];
        var length = await stream
            .ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return block[..length];
    }

    // The one thing that all forms of tar share: the sum of the header's bytes, its own place counted as blanks.
    private static bool IsHeader(byte[] block)
    {
        if (block.Length < TarHeader.BlockSize)
        {
            return false;
        }

        var stated = Encoding.ASCII.GetString(block, ChecksumAt, ChecksumLength).Trim(' ', '\0');
        block.AsSpan(ChecksumAt, ChecksumLength).Fill((byte)' ');
        return stated.Length > 0
            && stated.All(c => c is >= '0' and <= '7')
            && Convert.ToInt32(stated, 8) == block.Sum(b => b);
    }
}
