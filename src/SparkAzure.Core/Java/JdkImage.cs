using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>
/// Reads the classes of a JDK's <c>lib/modules</c>. Format: OpenJDK's jimage, as its imageFile.hpp describes it: a
/// header of seven
/// numbers, a table of redirections, one of places, the attributes of all entries, their texts, and then the entries
/// themselves.
/// </summary>
internal sealed class JdkImage
{
    private const uint Magic = 0xCAFEDADA;
    private const int HeaderLength = 28;
    private const int LongestIndex = 64 << 20;
    private const int LongestClass = 8 << 20;

    // Kinds of an entry's attributes; each says how many bytes its number has.
    private const int Module = 1;
    private const int Parent = 2;
    private const int Base = 3;
    private const int Extension = 4;
    private const int Offset = 5;
    private const int Compressed = 6;
    private const int Uncompressed = 7;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _index;
    private readonly int _tableLength;
    private readonly int _locationsLength;
    private readonly ScanBuffers _buffers = new();
    private readonly ClassScanner _scanner;
    private byte[] _content = new byte[256 * 1024];

    private JdkImage(SafeFileHandle handle, byte[] index)
    {
        _handle = handle;
        _index = index;
        _tableLength = BinaryPrimitives.ReadInt32LittleEndian(index.AsSpan(16));
        _locationsLength = BinaryPrimitives.ReadInt32LittleEndian(index.AsSpan(20));
        _scanner = new ClassScanner(_buffers, withCode: false);
    }

    /// <summary>Reads the image, or what the index has of it.</summary>
    /// <exception cref="InvalidDataException">It is no image of this machine's byte order.</exception>
    public static JarSegment Read(string path, SegmentStore? store, CancellationToken cancellationToken)
    {
        using var handle = RegularFile.Open(path);
        var index = ReadIndex(handle);
        var key = "jdk-" + Convert.ToHexString(SHA256.HashData(index));
        if (store?.TryRead(key) is { } known)
        {
            return known;
        }

        var segment = new JdkImage(handle, index).Scan(cancellationToken);
        store?.Write(key, segment);
        return segment;
    }

    private static byte[] ReadIndex(SafeFileHandle handle)
    {
        var header = new byte[HeaderLength];
        Fill(handle, header, 0);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
        {
            throw new InvalidDataException("it is no image of a JDK");
        }

        var table = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(16));
        var locations = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(20));
        var texts = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(24));
        var length = HeaderLength + (8L * table) + locations + texts;
        if (length > LongestIndex)
        {
            throw new InvalidDataException("its index is larger than any JDK's");
        }

        var index = new byte[length];
        Fill(handle, index, 0);
        return index;
    }

    private static void Fill(SafeFileHandle handle, Span<byte> buffer, long at)
    {
        while (!buffer.IsEmpty)
        {
            var got = RandomAccess.Read(handle, buffer, at);
            if (got == 0)
            {
                throw new InvalidDataException("it ends too early");
            }

            buffer = buffer[got..];
            at += got;
        }
    }

    private JarSegment Scan(CancellationToken cancellationToken)
    {
        var entries = new List<(long At, int Length, byte[] Name)>();
        Span<long> attributes = stackalloc long[8];
        for (var i = 0; i < _tableLength; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadAttributes(i, attributes);
            if (Text(attributes[Extension]).SequenceEqual("class"u8) && Text(attributes[Module]).Length > 0)
            {
                // A packed entry (jlink --compress) is not read: its class counts as present.
                var length = (int)Math.Min(attributes[Uncompressed], int.MaxValue);
                if (attributes[Compressed] != 0)
                {
                    length = -1;
                }

                entries.Add((_index.Length + attributes[Offset], length, NameOf(attributes)));
            }
        }

        // In the order of the file: one pass over the disk.
        foreach (var (at, length, name) in entries.OrderBy(e => e.At))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadClass(at, length, name);
        }

        return _buffers.Builder.Build();
    }

    private byte[] NameOf(ReadOnlySpan<long> attributes)
    {
        var parent = Text(attributes[Parent]);
        var name = Text(attributes[Base]);
        if (parent.IsEmpty)
        {
            return name.ToArray();
        }

        var full = new byte[parent.Length + 1 + name.Length];
        parent.CopyTo(full);
        full[parent.Length] = (byte)'/';
        name.CopyTo(full.AsSpan(parent.Length + 1));
        return full;
    }

    private void ReadClass(long at, int length, byte[] name)
    {
        if (name.AsSpan().EndsWith("module-info"u8) || name.AsSpan().EndsWith("package-info"u8))
        {
            return;
        }

        try
        {
            if (length is < 0 or > LongestClass)
            {
                throw new InvalidDataException("it is packed");
            }

            if (_content.Length < length)
            {
                _content = new byte[length];
            }

            Fill(_handle, _content.AsSpan(0, length), at);
            _scanner.Read(_content.AsSpan(0, length), name, release: 0);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException
            or IndexOutOfRangeException)
        {
            _buffers.Builder.AddUnreadable(name, release: 0);
        }
    }

    private void ReadAttributes(int entry, Span<long> attributes)
    {
        attributes.Clear();
        var offsets = _index.AsSpan(HeaderLength + (4 * _tableLength));
        var at = BinaryPrimitives.ReadInt32LittleEndian(offsets[(4 * entry)..]);
        var locations = _index.AsSpan(HeaderLength + (8 * _tableLength), _locationsLength);
        while ((uint)at < (uint)locations.Length && locations[at] >> 3 is > 0 and < 8)
        {
            var length = (locations[at] & 7) + 1;
            if (at + length >= locations.Length)
            {
                return;
            }

            long value = 0;
            for (var i = 1; i <= length; i++)
            {
                value = (value << 8) | locations[at + i];
            }

            attributes[locations[at] >> 3] = value;
            at += length + 1;
        }
    }

    private ReadOnlySpan<byte> Text(long at)
    {
        var texts = _index.AsSpan(HeaderLength + (8 * _tableLength) + _locationsLength);
        if (at < 0 || at >= texts.Length)
        {
            return [];
        }

        var text = texts[(int)at..];
        var end = text.IndexOf((byte)0);
        if (end < 0)
        {
            return [];
        }

        return text[..end];
    }
}
