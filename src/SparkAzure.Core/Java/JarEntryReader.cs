using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Java;

/// <summary>
/// Unpacks entry after entry of a jar into buffers that stay. A read takes what stands behind the entry along: jars are
/// read in the order in which they were written, and seventy thousand reads of a kilobyte would cost as much as the
/// classes. Each thread has its own.
/// </summary>
internal sealed class JarEntryReader(SafeFileHandle handle, ScanBuffers buffers) : IDisposable
{
    private const int LocalHeaderLength = 30;
    private const uint LocalHeader = 0x04034B50;

    // Local headers may carry more than the directory says: usually a time or an alignment.
    private const int ExtraSlack = 128;

    // Where in the file the packed bytes that the buffer holds begin, and how many there are.
    private long _at;
    private int _held;

    /// <summary>Unpacks an entry; what it returns stands until the next call.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="longest">An entry that unpacks to more bytes is refused.</param>
    /// <exception cref="InvalidDataException">The entry is damaged, too long, or packed as Java does not
    /// read.</exception>
    public ReadOnlySpan<byte> Read(JarEntry entry, int longest)
    {
        if (entry.Length > longest || entry.CompressedLength > longest)
        {
            throw new InvalidDataException("an entry is larger than a class can be");
        }

        var wanted = LocalHeaderLength + entry.NameLength + ExtraSlack + (int)entry.CompressedLength;
        var header = Hold(entry.HeaderAt, wanted).Span;
        if (header.Length < LocalHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalHeader)
        {
            throw new InvalidDataException("an entry is not where the directory says");
        }

        var data = LocalHeaderLength
            + BinaryPrimitives.ReadUInt16LittleEndian(header[26..])
            + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var end = data + (int)entry.CompressedLength;
        var held = Hold(entry.HeaderAt, end);
        if (held.Length < end)
        {
            throw new InvalidDataException("an entry ends too early");
        }

        var packed = held[data..end];
        return entry.Method switch
        {
            0 => packed.Span,
            8 => Inflate(packed, (int)entry.Length),
            _ => throw new InvalidDataException("an entry is packed as Java does not read"),
        };
    }

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();

    private ReadOnlySpan<byte> Inflate(Memory<byte> packed, int length)
    {
        if (buffers.Unpacked.Length < length)
        {
            buffers.Unpacked = new byte[length];
        }

        _ = MemoryMarshal.TryGetArray<byte>(packed, out var part);
        using var stream = new MemoryStream(part.Array!, part.Offset, part.Count, writable: false);
        using var inflater = new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true);
        var got = inflater.ReadAtLeast(buffers.Unpacked.AsSpan(0, length), length, throwOnEndOfStream: false);
        return buffers.Unpacked.AsSpan(0, got);
    }

    // The bytes from a place on, as many as are wanted; fewer where the file ends.
    private Memory<byte> Hold(long at, int wanted)
    {
        if (at < _at || at + wanted > _at + _held)
        {
            Fill(at, wanted);
        }

        var from = (int)(at - _at);
        return buffers.Packed.AsMemory(from, Math.Min(wanted, _held - from));
    }

    private void Fill(long at, int wanted)
    {
        if (buffers.Packed.Length < wanted)
        {
            buffers.Packed = new byte[wanted + (wanted / 2)];
        }

        _at = at;
        _held = 0;
        while (_held < wanted)
        {
            var read = RandomAccess.Read(handle, buffers.Packed.AsSpan(_held), at + _held);
            if (read == 0)
            {
                break;
            }

            _held += read;
        }
    }
}
