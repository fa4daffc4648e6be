using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace SparkAzure.Core.Images.Registry;

/// <summary>What one layer holds: its entries in their order, whiteouts included, and the content of the few files that are looked into.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Contents">Contents by path.</param>
internal sealed record LayerIndex(IReadOnlyList<ImageFile> Entries, IReadOnlyDictionary<string, byte[]> Contents)
{
    // Changes whenever what is written below changes: an older file is then not understood, and not used.
    private const string Format = "SparkAzure layer 2";

    private const int Sha256Length = 32;

    /// <summary>Writes the index in the compact form that <see cref="Read"/> takes.</summary>
    public byte[] Write()
    {
        using var buffer = new MemoryStream();
        using (var writer = new BinaryWriter(new GZipStream(buffer, CompressionLevel.Fastest), Encoding.UTF8))
        {
            writer.Write(Format);
            writer.Write7BitEncodedInt(Entries.Count);
            foreach (var entry in Entries)
            {
                writer.Write((byte)entry.Type);
                writer.Write(entry.Path);
                writer.Write7BitEncodedInt((int)entry.Mode);
                writer.Write7BitEncodedInt(entry.UserId);
                writer.Write7BitEncodedInt(entry.GroupId);
                writer.Write7BitEncodedInt64(entry.Size);
                writer.Write(entry.LinkTarget ?? "");
                writer.Write(entry.ContentPath ?? "");
                writer.Write(entry.Sha256 is not null);
                if (entry.Sha256 is not null)
                {
                    writer.Write(Convert.FromHexString(entry.Sha256));
                }
            }

            writer.Write7BitEncodedInt(Contents.Count);
            foreach (var (path, content) in Contents)
            {
                writer.Write(path);
                writer.Write7BitEncodedInt(content.Length);
                writer.Write(content);
            }

            writer.Write(Format);
        }

        return buffer.ToArray();
    }

    /// <summary>Reads an index; null when the bytes are not a whole one.</summary>
    /// <param name="content">What <see cref="Write"/> gave.</param>
    /// <param name="digest">The layer's digest.</param>
    public static LayerIndex? Read(byte[] content, string digest)
    {
        try
        {
            using var reader = new BinaryReader(new BufferedStream(new GZipStream(new MemoryStream(content), CompressionMode.Decompress), 1 << 16), Encoding.UTF8);
            if (reader.ReadString() != Format)
            {
                return null;
            }

            var entries = new List<ImageFile>();
            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                entries.Add(ReadEntry(reader, digest));
            }

            var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
            {
                var path = reader.ReadString();
                var length = reader.Read7BitEncodedInt();
                contents[path] = reader.ReadBytes(length);
                if (contents[path].Length != length)
                {
                    return null;
                }
            }

            return reader.ReadString() == Format ? new LayerIndex(entries, contents) : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static ImageFile ReadEntry(BinaryReader reader, string digest)
    {
        var type = (TarEntryType)reader.ReadByte();
        var path = reader.ReadString();
        var mode = (UnixFileMode)reader.Read7BitEncodedInt();
        var user = reader.Read7BitEncodedInt();
        var group = reader.Read7BitEncodedInt();
        var size = reader.Read7BitEncodedInt64();
        var link = reader.ReadString();
        var contentPath = reader.ReadString();
        var sha256 = reader.ReadBoolean() ? Convert.ToHexString(reader.ReadBytes(Sha256Length)).ToLowerInvariant() : null;
        return new ImageFile
        {
            Path = path,
            Type = type,
            Mode = mode,
            UserId = user,
            GroupId = group,
            Size = size,
            LinkTarget = link.Length > 0 ? link : null,
            ContentPath = contentPath.Length > 0 ? contentPath : null,
            Sha256 = sha256,
            LayerDigest = digest,
        };
    }
}
