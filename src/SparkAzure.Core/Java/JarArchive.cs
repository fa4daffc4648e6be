using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Java;

/// <summary>One entry of a jar, as its central directory has it.</summary>
/// <param name="NameAt">Where its name begins in the central directory.</param>
/// <param name="NameLength">The name's length in bytes.</param>
/// <param name="Crc32">The CRC-32 of the content: equal for equal bytes.</param>
/// <param name="CompressedLength">Its size in the file, in bytes.</param>
/// <param name="Length">Its size unpacked, in bytes.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="HeaderAt">Where its local header begins in the file.</param>
internal readonly record struct JarEntry(
    int NameAt,
    int NameLength,
    uint Crc32,
    long CompressedLength,
    long Length,
    ushort Method,
    long HeaderAt);

/// <summary>
/// Reads what a jar's central directory says of its entries, without inflating any: a distribution has 260 jars with
/// 150,000 entries, and their names and CRCs are in the last few kilobytes of each file. <see cref="ZipArchive"/> makes
/// an object with strings per entry, ten times the memory and time. Format: PKWARE's APPNOTE, sections 4.3 and 4.5.3
/// (zip64).
/// </summary>
internal sealed class JarArchive : IDisposable
{
    private const int EndLength = 22;
    private const int HeaderLength = 46;
    private const int LocalHeaderLength = 30;
    private const int LongestTail = EndLength + ushort.MaxValue;
    private const int LongestDirectory = 256 << 20;

    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private byte[] _buffer;
    private Memory<byte> _directory;

    private JarArchive(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        _buffer = [];
    }

    /// <summary>The entries, folders included, in the order of the central directory.</summary>
    public IReadOnlyList<JarEntry> Entries { get; private set; } = [];

    /// <summary>The file's size in bytes.</summary>
    public long Length => RandomAccess.GetLength(_handle);

    /// <summary>Opens a jar and reads its central directory.</summary>
    /// <exception cref="SparkAzureException">JarUnreadable, CannotRead.</exception>
    public static JarArchive Open(string path)
    {
        JarArchive? archive = null;
        try
        {
            archive = new JarArchive(path, RegularFile.Open(path));
            archive.ReadDirectory();
            return archive;
        }
        catch (UnauthorizedAccessException exception)
        {
            archive?.Dispose();
            throw HostErrors.CannotRead(path, exception);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            archive?.Dispose();
            throw JarErrors.JarUnreadable(path, exception);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    /// <summary>The name of an entry, in UTF-8 (class names are ASCII as good as always).</summary>
    public ReadOnlySpan<byte> Name(JarEntry entry) => _directory.Span.Slice(entry.NameAt, entry.NameLength);

    /// <summary>Unpacks one small entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="longest">
    /// The most bytes to unpack; more are cut off, so that no crafted jar fills the memory.
    /// </param>
    /// <exception cref="SparkAzureException">JarUnreadable.</exception>
    public byte[] Read(JarEntry entry, int longest)
    {
        var packed = ArrayPool<byte>.Shared.Rent((int)Math.Min(entry.CompressedLength, longest) + LocalHeaderLength);
        try
        {
            Fill(packed.AsSpan(0, LocalHeaderLength), entry.HeaderAt);
            if (BinaryPrimitives.ReadUInt32LittleEndian(packed) != 0x04034B50)
            {
                throw new InvalidDataException("an entry is not where the central directory says.");
            }

            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(26));
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(packed.AsSpan(28));
            var data = entry.HeaderAt + LocalHeaderLength + nameLength + extraLength;
            var length = (int)Math.Min(entry.CompressedLength, longest);
            Fill(packed.AsSpan(0, length), data);
            return entry.Method switch
            {
                0 => packed.AsSpan(0, length).ToArray(),
                8 => Inflate(packed, length, (int)Math.Min(entry.Length, longest)),
                _ => throw new InvalidDataException($"compression method {entry.Method} is not one that Java reads."),
            };
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw JarErrors.JarUnreadable(_path, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _handle.Dispose();
        _directory = default;
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private static byte[] Inflate(byte[] packed, int packedLength, int length)
    {
        using var inflater = new DeflateStream(
            new MemoryStream(packed, 0, packedLength, writable: false), CompressionMode.Decompress);
        var content = new byte[length];
        var got = inflater.ReadAtLeast(content, length, throwOnEndOfStream: false);
        if (got == length)
        {
            return content;
        }

        return content[..got];
    }

    private void ReadDirectory()
    {
        var fileLength = RandomAccess.GetLength(_handle);
        var tailAt = Math.Max(0, fileLength - LongestTail);
        var tailLength = (int)(fileLength - tailAt);
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, tailLength));
        var tail = _buffer.AsMemory(0, tailLength);
        Fill(tail.Span, tailAt);
        var end = EndOfDirectory(tail.Span);
        if (end < 0)
        {
            throw new InvalidDataException("it has no end of central directory; it is not a zip file, or was cut off.");
        }

        var record = tail.Slice(end, EndLength);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(record.Span[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record.Span[12..]);
        long at = BinaryPrimitives.ReadUInt32LittleEndian(record.Span[16..]);
        var directoryEnd = tailAt + end;
        if (count == ushort.MaxValue || size == uint.MaxValue || at == uint.MaxValue)
        {
            (count, size, at, directoryEnd) = ReadZip64(directoryEnd) ?? (count, size, at, directoryEnd);
        }

        // What stands before a zip (a launcher script) shifts every offset in it.
        var start = directoryEnd - size;
        var shift = start - at;
        if (size > LongestDirectory || start < 0 || shift < 0 || count < 0 || count * HeaderLength > size)
        {
            throw new InvalidDataException("its central directory lies outside the file.");
        }

        if (start >= tailAt)
        {
            _directory = tail.Slice((int)(start - tailAt), (int)size);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            _buffer = ArrayPool<byte>.Shared.Rent((int)size);
            _directory = _buffer.AsMemory(0, (int)size);
            Fill(_directory.Span, start);
        }

        Entries = ReadEntries(_directory.Span, (int)count, shift, start);
    }

    // Backwards, and the comment's length must fit: the signature may stand in a comment too.
    private static int EndOfDirectory(ReadOnlySpan<byte> tail)
    {
        for (var i = tail.Length - EndLength; i >= 0; i--)
        {
            if (tail[i] == 0x50 && BinaryPrimitives.ReadUInt32LittleEndian(tail[i..]) == 0x06054B50
                && BinaryPrimitives.ReadUInt16LittleEndian(tail[(i + 20)..]) <= tail.Length - i - EndLength)
            {
                return i;
            }
        }

        return -1;
    }

    private (long Count, long Size, long At, long End)? ReadZip64(long end)
    {
        var record = new byte[56];
        if (end < 20 + record.Length)
        {
            return null;
        }

        Fill(record.AsSpan(0, 20), end - 20);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x07064B50)
        {
            return null;
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(8));
        if (at < 0 || at > end - 20 - record.Length)
        {
            throw new InvalidDataException("its zip64 record lies outside the file.");
        }

        Fill(record, at);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x06064B50)
        {
            throw new InvalidDataException("its zip64 record is damaged.");
        }

        return (BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)),
            at);
    }

    private static JarEntry[] ReadEntries(ReadOnlySpan<byte> directory, int count, long shift, long end)
    {
        var entries = new JarEntry[count];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (at + HeaderLength > directory.Length
                || BinaryPrimitives.ReadUInt32LittleEndian(directory[at..]) != 0x02014B50)
            {
                throw new InvalidDataException("its central directory is damaged.");
            }

            var header = directory.Slice(at, HeaderLength);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            var next =
                at + HeaderLength + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            if (next > directory.Length)
            {
                throw new InvalidDataException("its central directory is damaged.");
            }

            long packed = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
            long local = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
            Widen(directory.Slice(at + HeaderLength + nameLength, extraLength), ref length, ref packed, ref local);
            if (length < 0 || packed < 0 || local < 0 || local + shift > end)
            {
                throw new InvalidDataException("its central directory names an entry outside the file.");
            }

            entries[i] = new JarEntry(
                at + HeaderLength,
                nameLength,
                BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
                packed,
                length,
                BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
                local + shift);
            at = next;
        }

        return entries;
    }

    // The zip64 field holds, in this order, only those numbers that did not fit into 32 bits.
    private static void Widen(ReadOnlySpan<byte> extra, ref long length, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                return;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                var field = extra.Slice(4, size);
                Take(ref field, ref length);
                Take(ref field, ref packed);
                Take(ref field, ref local);
                return;
            }

            extra = extra[(4 + size)..];
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value == uint.MaxValue && field.Length >= 8)
            {
                value = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
            }
        }
    }

    private void Fill(Span<byte> buffer, long at)
    {
        while (buffer.Length > 0)
        {
            var got = RandomAccess.Read(_handle, buffer, at);
            if (got == 0)
            {
                throw new InvalidDataException("it ends too early.");
            }

            buffer = buffer[got..];
            at += got;
        }
    }
}
