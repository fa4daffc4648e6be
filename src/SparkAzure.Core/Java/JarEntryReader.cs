using System.Buffers.Binary;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace SparkAzure.Core.Java;

/// <summary>
/// Unpacks entry after entry of a jar into buffers that stay, one read each. Each thread has its own.
/// </summary>
internal sealed class JarEntryReader(SafeFileHandle handle, ScanBuffers buffers) : IDisposable
{
    private const int LocalHeaderLength = 30;
    private const uint LocalHeader = 0x04034B50;

    // Local headers may carry more than the directory says: usually a time or an alignment.
    private const int ExtraSlack = 128;

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
        var got = Fill(entry.HeaderAt, wanted);
        if (got < LocalHeaderLength || BinaryPrimitives.ReadUInt32LittleEndian(buffers.Packed) != LocalHeader)
        {
            throw new InvalidDataException("an entry is not where the directory says");
        }

        var data = LocalHeaderLength
            + BinaryPrimitives.ReadUInt16LittleEndian(buffers.Packed.AsSpan(26))
            + BinaryPrimitives.ReadUInt16LittleEndian(buffers.Packed.AsSpan(28));
        var end = data + (int)entry.CompressedLength;
        if (end > got)
        {
            got = Fill(entry.HeaderAt, end);
        }

        if (end > got)
        {
            throw new InvalidDataException("an entry ends too early");
        }

        return entry.Method switch
        {
            0 => buffers.Packed.AsSpan(data, (int)entry.CompressedLength),
            8 => Inflate(data, (int)entry.CompressedLength, (int)entry.Length),
            _ => throw new InvalidDataException("an entry is packed as Java does not read"),
        };
    }

    /// <inheritdoc />
    public void Dispose() => handle.Dispose();

    private ReadOnlySpan<byte> Inflate(int data, int packedLength, int length)
    {
        if (buffers.Unpacked.Length < length)
        {
            buffers.Unpacked = new byte[length];
        }

        using var packed = new MemoryStream(buffers.Packed, data, packedLength, writable: false);
        using var inflater = new DeflateStream(packed, CompressionMode.Decompress, leaveOpen: true);
        var got = inflater.ReadAtLeast(buffers.Unpacked.AsSpan(0, length), length, throwOnEndOfStream: false);
        return buffers.Unpacked.AsSpan(0, got);
    }

    private int Fill(long at, int wanted)
    {
        if (buffers.Packed.Length < wanted)
        {
            buffers.Packed = new byte[wanted + (wanted / 2)];
        }

        var got = 0;
        while (got < wanted)
        {
            var read = RandomAccess.Read(handle, buffers.Packed.AsSpan(got, wanted - got), at + got);
            if (read == 0)
            {
                break;
            }

            got += read;
        }

        return got;
    }
}
