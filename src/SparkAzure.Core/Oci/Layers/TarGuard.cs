using System.Text;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// A tar on its way to the reader of the base class library, which has no limits: it takes the content of a long name or
/// of pax records into memory whole, however large it says that it is. Here such a header is refused before it gets
/// there. The guard must know where headers begin, so whoever reads an entry's content reads all of it.
/// </summary>
/// <param name="source">The tar; disposed with this.</param>
internal sealed class TarGuard(Stream source) : Stream
{
    /// <summary>Names, links and attributes of a file, in bytes; Linux takes 64 KiB of attributes.</summary>
    private const long LargestHeader = 1 << 20;

    /// <summary>Headers before one entry; there are at most a name, a link and pax records of two kinds.</summary>
    private const int MostHeaders = 16;

    private readonly byte[] _header = new byte[TarHeader.BlockSize];
    private bool _isInHeaders;
    private long _skipped;
    private int _filled;
    private int _headers;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says that the next entry's headers begin, after what fills the last block of the one before.</summary>
    /// <param name="padding">How many bytes that is.</param>
    public void ExpectHeaders(int padding) => (_isInHeaders, _skipped, _filled, _headers) = (true, padding, 0, 0);

    /// <summary>Says that an entry's content comes.</summary>
    public void ExpectContent() => _isInHeaders = false;

    /// <exception cref="InvalidDataException">A header is larger than one can be.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Look(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = source.Read(buffer, offset, count);
        Look(buffer.AsSpan(offset, read));
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Look(ReadOnlySpan<byte> piece)
    {
        while (_isInHeaders && piece.Length > 0)
        {
            var passed = (int)Math.Min(_skipped, piece.Length);
            _skipped -= passed;
            piece = piece[passed..];
            var taken = Math.Min(_header.Length - _filled, piece.Length);
            piece[..taken].CopyTo(_header.AsSpan(_filled));
            _filled += taken;
            piece = piece[taken..];
            if (_filled == _header.Length)
            {
                Judge();
            }
        }
    }

    // GNU's long name and link (L, K) and pax records (x, g) have a content; then another header comes.
    private void Judge()
    {
        if (_header[156] is not ((byte)'L' or (byte)'K' or (byte)'x' or (byte)'g'))
        {
            _isInHeaders = false;
            return;
        }

        var size = Size(_header.AsSpan(124, 12));
        _headers++;
        if (size is < 0 or > LargestHeader || _headers > MostHeaders)
        {
            throw new InvalidDataException($"the names and attributes of a file in it take {size} bytes or more");
        }

        _filled = 0;
        _skipped = size + TarHeader.Padding(size);
    }

    // Octal digits, or GNU's base 256, where no size that is taken here needs more than the last eight bytes.
    private static long Size(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        }

        long size = 0;
        foreach (var digit in Encoding.ASCII.GetString(field).Trim('\0', ' '))
        {
            if (digit is < '0' or > '7')
            {
                return -1;
            }

            size = (size * 8) + (digit - '0');
        }

        return size;
    }
}
