using System.Net;

namespace SparkAzure.Core.Docker;

/// <summary>A request's body that says whenever a piece of it has gone.</summary>
internal sealed class WatchedContent : HttpContent
{
    private const int PieceLength = 1 << 16;

    private readonly HttpContent _inner;
    private readonly Action _onMoved;

    public WatchedContent(HttpContent inner, Action onMoved)
    {
        (_inner, _onMoved) = (inner, onMoved);
        foreach (var (name, values) in inner.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var source = await _inner.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var piece = new byte[PieceLength];
        int read;
        while ((read = await source.ReadAsync(piece, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await stream.WriteAsync(piece.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            _onMoved();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner.Headers.ContentLength ?? 0;
        return _inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
