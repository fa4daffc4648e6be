using System.Diagnostics;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>
/// A stream that is read, and that gives up when nothing comes for too long, when it takes too long as a whole, or when
/// too much has come.
/// </summary>
/// <param name="source">What is read; disposed with this.</param>
/// <param name="largest">The most bytes; null for no bound.</param>
/// <param name="patience">How long nothing may come.</param>
/// <param name="wholeTime">How long all of it may take, from now on; null for no bound.</param>
internal sealed class LimitedStream(
    Stream source, long? largest, TimeSpan patience, TimeSpan? wholeTime = null) : Stream
{
    private readonly long _start = Stopwatch.GetTimestamp();
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

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = Left();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(left < patience ? left : patience);
        try
        {
            return Counted(await source.ReadAsync(buffer, limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (left < patience)
            {
                throw TookTooLong(exception);
            }

            throw new IOException($"nothing has come for {patience.TotalSeconds:0.#} s", exception);
        }
    }

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

    private TimeSpan Left()
    {
        if (wholeTime is not { } whole)
        {
            return TimeSpan.MaxValue;
        }

        var left = whole - Stopwatch.GetElapsedTime(_start);
        if (left <= TimeSpan.Zero)
        {
            throw TookTooLong(null);
        }

        return left;
    }

    private AnswerLimitException TookTooLong(Exception? inner) =>
        new($"it was not through after {wholeTime!.Value.TotalSeconds:0.#} s", inner);

    private int Counted(int read)
    {
        _read += read;
        if (_read > largest)
        {
            throw new AnswerLimitException($"the answer is larger than {largest / 1048576.0:0.###} MiB");
        }

        return read;
    }
}
