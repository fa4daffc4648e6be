using System.Net;
using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Docker;

/// <summary>
/// What requests to a daemon need beyond HTTP: the daemon is heard before it is sent a build context, podman is told
/// where plain http is meant, and an answer's messages say all that is said in them.
/// </summary>
/// <param name="inner">What connects to the daemon.</param>
/// <param name="patience">How long it is waited for, and how much it may send.</param>
internal sealed class DockerTransport(HttpMessageHandler inner, DockerPatience patience) : DelegatingHandler(inner)
{
    private bool _isPodman;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isPost = request.Method == HttpMethod.Post;

        // A daemon that refuses the query says so before it has been sent the context.
        request.Headers.ExpectContinue = isPost && request.Content is not null;
        if (isPost && _isPodman)
        {
            TellPlainHttp(request);
        }

        var bounds = isPost ? patience.Work : patience.Questions;
        var answer = await WaitAsync(request, bounds, cancellationToken).ConfigureAwait(false);
        answer.Content = new LimitedContent(
            answer.Content, bounds.LargestAnswer, bounds.Patience, bounds.WholeTime);
        if ((int)answer.StatusCode is >= 300 and < 400)
        {
            // The library takes it for a success: what stands there answers for somebody else.
            answer.StatusCode = HttpStatusCode.MisdirectedRequest;
        }

        _isPodman |= answer.Headers.Contains("Libpod-API-Version");
        if (!answer.IsSuccessStatusCode)
        {
            await ReadRefusalAsync(answer, cancellationToken).ConfigureAwait(false);
        }
        else if (isPost)
        {
            answer.Content = new DockerMessageContent(answer.Content);
        }

        return answer;
    }

    private async Task<HttpResponseMessage> WaitAsync(
        HttpRequestMessage request, HttpTransportOptions bounds, CancellationToken cancellationToken)
    {
        using var waiting = new HttpPatience(bounds.Patience, cancellationToken);
        if (request.Content is { } content)
        {
            request.Content = new WatchedContent(content, waiting.Moved);
        }

        try
        {
            return await base.SendAsync(request, waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            var why = $"it has been silent for {bounds.Patience.TotalSeconds:0.#} s.";
            throw new HttpRequestException(why, new TimeoutException(why, exception));
        }
    }

    // The library reads a refusal without a token: a daemon that stops in the middle of one could not be left.
    private async Task ReadRefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await AnswerBody.ReadAsync(answer, patience.Questions, cancellationToken).ConfigureAwait(false);
        var whole = new ByteArrayContent(body);
        whole.Headers.ContentType = answer.Content.Headers.ContentType;
        answer.Content.Dispose();
        answer.Content = whole;
    }

    // Docker speaks plain http to registries on the loopback by itself; podman wants to be told
    // (podman, pkg/api/handlers/compat/images_push.go).
    private static void TellPlainHttp(HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        if (ImageIn(address) is { } image
            && CredentialRoute.IsThisMachine(RegistryAddress.HostName(image.Split('/')[0])))
        {
            var query = address.Query.TrimStart('?');
            request.RequestUri = new UriBuilder(address) { Query = $"{query}&tlsVerify=false" }.Uri;
        }
    }

    /// <summary>The image that a push or a pull is about; null for other requests.</summary>
    private static string? ImageIn(Uri address)
    {
        const string Images = "/images/";
        const string Push = "/push";
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        if (path.StartsWith(Images, StringComparison.Ordinal) && path.EndsWith(Push, StringComparison.Ordinal))
        {
            return path[Images.Length..^Push.Length];
        }

        const string From = "fromImage=";
        var query = address.Query.TrimStart('?').Split('&');
        var from = Array.Find(query, p => p.StartsWith(From, StringComparison.Ordinal));
        if (from is null)
        {
            return null;
        }

        return WebUtility.UrlDecode(from[From.Length..]);
    }
}
