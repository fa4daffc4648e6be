using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// An archive of the build context, which ADD unpacks. Whether a file is one its first bytes tell, not its name, as in Docker's builder. It is
/// read as a layer is, and what it holds is borrowed in the same way.
/// </summary>
internal static class LocalArchive
{
    private const int ChecksumAt = 148;

    /// <summary>The entries, whose names count from the folder that they are unpacked into; null for a file that is no archive.</summary>
    /// <param name="document">The Dockerfile.</param>
    /// <param name="instruction">The ADD.</param>
    /// <param name="path">The file.</param>
    /// <param name="contents">Brings the contents when they are needed.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">InstructionNotSupported, BuildSourceUnusable, CannotRead.</exception>
    public static async Task<IReadOnlyList<TarItem>?> ReadAsync(DockerfileDocument document, DockerfileInstruction instruction, string path, LayerContents contents, CancellationToken cancellationToken)
    {
        try
        {
            if (!await IsOneAsync(document, instruction, path, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            var layer = ImageLayer.OnDisk(path, "sha256:" + await Jar.HashAsync(path, cancellationToken).ConfigureAwait(false), new FileInfo(path).Length);
            var links = new HashSet<string>(StringComparer.Ordinal);
            var index = await LayerReader.ReadAsync(layer, _ => { }, entry => Check(path, entry, links), cancellationToken).ConfigureAwait(false);
            return [.. index.Entries.Where(e => e.Path.Length > 0).Select(e => ImageFiles.Borrow(e, e.Path, layer, contents))];
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
            throw OciErrors.BuildSourceUnusable(path, $"its entry '{entry.Name}' leads out of the folder that it is unpacked into");
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
        if (parts.Any(p => p.StartsWith(".wh.", StringComparison.Ordinal)))
        {
            throw OciErrors.BuildSourceUnusable(path, $"its entry '{entry.Name}' would take other files out of the image");
        }
    }

    private static async Task<bool> IsOneAsync(DockerfileDocument document, DockerfileInstruction instruction, string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        var first = await BlockAsync(file, cancellationToken).ConfigureAwait(false);
        if (first is [0x1F, 0x8B, 0x08, ..])
        {
            file.Position = 0;
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

        var foreign = first switch
        {
            [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "xz",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd",
            _ => null,
        };
        return foreign is null
            ? IsHeader(first)
            : throw ImageErrors.InstructionNotSupported(
                document, instruction, $"'{path}' is compressed with {foreign}, which is not unpacked here; compress it with gzip, or use COPY if it is to stay as it is");
    }

    private static async Task<byte[]> BlockAsync(Stream stream, CancellationToken cancellationToken)
    {
        var block = new byte[TarHeader.BlockSize];
        var length = await stream.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return block[..length];
    }

    // The one thing that all forms of tar share: the sum of the header's bytes, its own place counted as blanks.
    private static bool IsHeader(byte[] block)
    {
        if (block.Length < TarHeader.BlockSize)
        {
            return false;
        }

        var stated = Encoding.ASCII.GetString(block, ChecksumAt, 8).Trim(' ', '\0');
        var sum = block.Select((b, i) => i is >= ChecksumAt and < ChecksumAt + 8 ? ' ' : (int)b).Sum();
        return stated.Length > 0 && stated.All(c => c is >= '0' and <= '7') && Convert.ToInt32(stated, 8) == sum;
    }
}
