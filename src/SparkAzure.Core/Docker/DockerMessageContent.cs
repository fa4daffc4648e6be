using System.Net;

namespace SparkAzure.Core.Docker;

/// <summary>
/// The body of a build, pull or push: a message a line, each with its error where the library reads it.
/// </summary>
internal sealed class DockerMessageContent : HttpContent
{
    private readonly HttpContent _inner;

    public DockerMessageContent(HttpContent inner)
    {
        _inner = inner;
        Headers.ContentType = inner.Headers.ContentType;
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new DockerMessageStream(await _inner.ReadAsStreamAsync().ConfigureAwait(false));

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var source = await CreateContentReadStreamAsync().ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(stream).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
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
