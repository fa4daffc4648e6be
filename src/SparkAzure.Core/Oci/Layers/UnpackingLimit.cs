namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// An unpacked stream that ends with an error when it has become so much larger than what it was packed in that it can
/// only have been made to keep somebody busy. Layers of real images grow to two to ten times their size.
/// </summary>
/// <param name="source">The unpacked stream; disposed with this.</param>
/// <param name="packed">How many packed bytes have been read so far.</param>
internal sealed class UnpackingLimit(Stream source, Func<long> packed) : Stream
{
    /// <summary>So much is read in seconds, whatever it was packed in, in bytes.</summary>
    private const long AlwaysTaken = 1L << 30;

    private const int MostTimes = 200;

    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">It has become too large.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Counted(source.Read(buffer, offset, count));

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

    private int Counted(int read)
    {
        _read += read;
        if (_read > AlwaysTaken && _read / MostTimes > packed())
        {
            throw new InvalidDataException(
                $"its {packed()} bytes unpack to more than {_read >> 30} GiB, over {MostTimes} times as many");
        }

        return read;
    }
}
