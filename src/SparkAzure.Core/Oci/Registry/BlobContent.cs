using System.Buffers;
using System.Net;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// A part of a blob as the body of a request; sent again from its source when the request has to be repeated.
/// </summary>
internal sealed class BlobContent : HttpContent
{
    private const int PieceLength = 1 << 17;

    private readonly long _length;
    private readonly Func<CancellationToken, Task<Stream>> _open;
    private readonly Action<long> _onBytes;

    public BlobContent(long length, Func<CancellationToken, Task<Stream>> open, Action<long> onBytes)
    {
        _length = length;
        _open = open;
        _onBytes = onBytes;
        Headers.ContentType = new("application/octet-stream");
    }

    /// <summary>Is called whenever a piece has gone, so that who waits knows that something still moves.</summary>
    public Action? OnProgress { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_length == 0)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            var source = await _open(cancellationToken).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                for (var left = _length; left > 0;)
                {
                    var read = await source.ReadAsync(
                        buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)),
                        cancellationToken).ConfigureAwait(false);
                    if (read == 0)
                    {
                        throw new IOException("The content ended too early.");
                    }

                    await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    left -= read;
                    _onBytes(read);
                    OnProgress?.Invoke();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
