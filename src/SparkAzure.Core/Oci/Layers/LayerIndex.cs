using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// What one layer holds: its entries by folder, whiteouts included, and the content of the few files that are looked
/// into. It stays the bytes that stand in the cache: a base image has tens of thousands of files, of which a
/// publication asks for some hundred, folder by folder.
/// </summary>
internal sealed class LayerIndex
{
    // Changes whenever what is written below changes: an older file is then not understood, and not used.
    private const string Format = "SparkAzure layer 3";

    // At the end: where the table of folders is, how many there are, where the contents are; and the SHA-256 of all
    // before.
    private const int FooterLength = 3 * sizeof(int);

    private readonly byte[] _bytes;
    private readonly string _digest;
    private readonly int _table;
    private readonly int _folders;
    private readonly Dictionary<string, Range> _contents = new(StringComparer.Ordinal);

    private LayerIndex(byte[] bytes, string digest)
    {
        _bytes = bytes;
        _digest = digest;
        var footer = bytes.Length - SHA256.HashSizeInBytes - FooterLength;
        _table = Number(footer);
        _folders = Number(footer + sizeof(int));
        using var reader = ReaderAt(Number(footer + (2 * sizeof(int))));
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            var path = reader.ReadString();
            var length = reader.Read7BitEncodedInt();
            var start = (int)reader.BaseStream.Position;
            _contents[path] = start..(start + length);
            reader.BaseStream.Position += length;
        }
    }

    /// <summary>The index as it is kept.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>All entries that the layer has itself.</summary>
    public IEnumerable<ImageFile> Entries =>
        Enumerable.Range(0, _folders).SelectMany(i => EntriesAt(i)).Where(e => !e.IsImplied).Select(e => e.File);

    /// <summary>Puts an index together.</summary>
    /// <param name="folders">
    /// The entries of each folder, in ordinal order of the folders, as <see cref="Write"/> gave them.
    /// </param>
    /// <param name="contents">Contents by path.</param>
    /// <param name="digest">The layer's digest.</param>
    public static LayerIndex Of(
        IEnumerable<(string Folder, IReadOnlyCollection<ReadOnlyMemory<byte>> Entries)> folders,
        IReadOnlyDictionary<string, byte[]> contents,
        string digest)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(Format);
        var table = new List<int>();
        foreach (var (folder, entries) in folders)
        {
            table.Add((int)buffer.Length);
            writer.Write(folder);
            writer.Write7BitEncodedInt(entries.Count);
            foreach (var entry in entries)
            {
                writer.Write(entry.Span);
            }
        }

        var tableAt = (int)buffer.Length;
        table.ForEach(writer.Write);
        var contentsAt = (int)buffer.Length;
        writer.Write7BitEncodedInt(contents.Count);
        foreach (var (path, content) in contents)
        {
            writer.Write(path);
            writer.Write7BitEncodedInt(content.Length);
            writer.Write(content);
        }

        writer.Write(tableAt);
        writer.Write(table.Count);
        writer.Write(contentsAt);
        writer.Write(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
        return new LayerIndex(buffer.ToArray(), digest);
    }

    /// <summary>Takes an index that was kept; null when the bytes are not a whole one.</summary>
    /// <param name="bytes">What <see cref="Bytes"/> gave.</param>
    /// <param name="digest">The layer's digest.</param>
    public static LayerIndex? Read(byte[] bytes, string digest)
    {
        var end = bytes.Length - SHA256.HashSizeInBytes;
        if (end > Format.Length + FooterLength
            && bytes[0] == Format.Length
            && Encoding.UTF8.GetString(bytes, 1, Format.Length) == Format
            && SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            return new LayerIndex(bytes, digest);
        }

        return null;
    }

    /// <summary>Writes an entry in the form that <see cref="Of"/> takes.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="isImplied">
    /// Whether the layer has no such entry: a folder that is there because something in it is.
    /// </param>
    public static void Write(BinaryWriter writer, ImageFile entry, bool isImplied)
    {
        writer.Write((byte)entry.Type);
        writer.Write(isImplied);
        writer.Write(entry.Name);
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

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static (ImageFile File, bool IsImplied) Read(BinaryReader reader, string folder, string digest)
    {
        var type = (TarEntryType)reader.ReadByte();
        var isImplied = reader.ReadBoolean();
        return (
            new ImageFile
            {
                Type = type,
                Path = ImagePath.Join(folder, reader.ReadString()),
                Mode = (UnixFileMode)reader.Read7BitEncodedInt(),
                UserId = reader.Read7BitEncodedInt(),
                GroupId = reader.Read7BitEncodedInt(),
                Size = reader.Read7BitEncodedInt64(),
                LinkTarget = reader.ReadString() is { Length: > 0 } target ? target : null,
                ContentPath = reader.ReadString() is { Length: > 0 } path ? path : null,
                Sha256 = reader.ReadBoolean()
                    ? Convert.ToHexString(reader.ReadBytes(SHA256.HashSizeInBytes)).ToLowerInvariant()
                    : null,
                LayerDigest = digest,
            },
            isImplied);
    }

    /// <summary>
    /// What the layer has in one folder, whiteouts included; folders that it only implies are marked.
    /// </summary>
    public IReadOnlyList<(ImageFile File, bool IsImplied)> Folder(string path)
    {
        var (low, high) = (0, _folders - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            using var reader = ReaderAt(Number(_table + (middle * sizeof(int))));
            switch (string.CompareOrdinal(reader.ReadString(), path))
            {
                case 0:
                    return EntriesAt(middle);
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return [];
    }

    /// <summary>The content of a file that was kept; null for any other.</summary>
    public byte[]? Content(string path)
    {
        if (_contents.TryGetValue(path, out var range))
        {
            return _bytes[range];
        }

        return null;
    }

    private List<(ImageFile File, bool IsImplied)> EntriesAt(int folder)
    {
        using var reader = ReaderAt(Number(_table + (folder * sizeof(int))));
        var path = reader.ReadString();
        var entries = new List<(ImageFile File, bool IsImplied)>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            entries.Add(Read(reader, path, _digest));
        }

        return entries;
    }

    private int Number(int offset) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(offset));

    private BinaryReader ReaderAt(int offset) =>
        new(new MemoryStream(_bytes, writable: false) { Position = offset }, Encoding.UTF8);
}
