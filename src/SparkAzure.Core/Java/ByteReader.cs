using System.Buffers.Binary;

namespace SparkAzure.Core.Java;

/// <summary>
/// Reads a class file from a place on, big-endian. Past its end is an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes, int at)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The next byte to read.</summary>
    public int At { get; private set; } = at;

    public byte Byte() => _bytes[Take(1)];

    public ushort Short() => BinaryPrimitives.ReadUInt16BigEndian(_bytes[Take(2)..]);

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(_bytes[Take(4)..]);

    public void Skip(long count) => Take(count);

    public ReadOnlySpan<byte> Span(int count)
    {
        var from = Take(count);
        return _bytes.Slice(from, count);
    }

    private int Take(long count)
    {
        if (count < 0 || count > _bytes.Length - At)
        {
            throw new InvalidDataException("it ends too early");
        }

        var from = At;
        At += (int)count;
        return from;
    }
}
