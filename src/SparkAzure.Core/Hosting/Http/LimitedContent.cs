using System.Net;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>
/// An answer's body that ends with an error when it stands still, or grows past what an answer may have.
/// </summary>
internal sealed class LimitedContent : HttpContent
{
    private readonly HttpContent _inner;
    private readonly long? _largest;
    private readonly TimeSpan _patience;
    private readonly TimeSpan? _wholeTime;

    /// <param name="inner">The body.</param>
    /// <param name="largest">The most bytes; null for no bound.</param>
    /// <param name="patience">How long it may stand still.</param>
    /// <param name="wholeTime">How long all of it may take; null for no bound.</param>
    public LimitedContent(HttpContent inner, long? largest, TimeSpan patience, TimeSpan? wholeTime = null)
    {
        (_inner, _largest, _patience, _wholeTime) = (inner, largest, patience, wholeTime);
        foreach (var (name, values) in inner.Headers)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync()
    {
        var stream = await _inner.ReadAsStreamAsync().ConfigureAwait(false);
        return new LimitedStream(stream, _largest, _patience, _wholeTime);
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var source = await CreateContentReadStreamAsync().ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(stream).ConfigureAwait(false);
        }
    }

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var source = await CreateContentReadStreamAsync().ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
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
