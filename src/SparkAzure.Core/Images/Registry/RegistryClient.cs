using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SparkAzure.Core.Images.Registry;

/// <summary>A manifest as the registry holds it.</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Content">Its bytes, whose digest counts.</param>
internal sealed record RegistryManifest(string MediaType, byte[] Content)
{
    public string Digest => ContentDigest.Of(Content);
}

/// <summary>The OCI distribution protocol towards one registry (distribution-spec 1.1): reading, mounting, uploading.</summary>
internal sealed class RegistryClient : IDisposable
{
    /// <summary>A manifest or configuration larger than this is none (the specification's own bound).</summary>
    private const int MaximumDocument = 4 << 20;

    /// <summary>How often a request is made that may succeed in a moment.</summary>
    public const int Attempts = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A request on which nothing moves for so long is broken; a registry may take its time over a large blob's end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly RegistryAddress _registry;
    private readonly IOperator _operator;
    private readonly HttpClient _http;
    private readonly RegistryAuthenticator _authenticator;

    public RegistryClient(RegistryAddress registry, RegistryLogin? login, IOperator @operator)
    {
        _registry = registry;
        _operator = @operator;

        // Redirects (blobs lie in another store) are followed without Authorization by the handler. A layer takes as long as it takes.
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(20) }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("SparkAzure");

        // Azure Container Registry asks its clients for their name so.
        _http.DefaultRequestHeaders.Add("X-Meta-Source-Client", "SparkAzure");
        _authenticator = new RegistryAuthenticator(registry, login, _http, @operator);
    }

    public RegistryAddress Registry => _registry;

    public static string Pull(string repository) => $"repository:{repository}:pull";

    public static string Push(string repository) => $"repository:{repository}:pull,push";

    /// <summary>The digest that a tag names now; null when the registry has no such tag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="reference">The tag.</param>
    /// <param name="scope">The right to ask for; that of the push that follows, so that a refusal comes early.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<string?> ResolveAsync(string repository, string reference, string scope, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => ManifestRequest(HttpMethod.Head, repository, reference), [scope], cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        // Not every registry gives the header; the content always tells.
        return answer.Headers.TryGetValues("Docker-Content-Digest", out var values)
            ? values.First()
            : (await GetManifestAsync(repository, reference, cancellationToken).ConfigureAwait(false))?.Digest;
    }

    /// <summary>A manifest by tag or digest, verified against the digest asked for, else against the one that the registry names; null when there is none.</summary>
    public async Task<RegistryManifest?> GetManifestAsync(string repository, string reference, CancellationToken cancellationToken)
    {
        string? digest = reference.Contains(':', StringComparison.Ordinal) ? reference : null;
        string? type = null;
        var content = await GetDocumentAsync(
            () => ManifestRequest(HttpMethod.Get, repository, reference),
            repository,
            $"manifest {reference}",
            answer =>
            {
                type = answer.Content.Headers.ContentType?.MediaType;
                digest ??= answer.Headers.TryGetValues("Docker-Content-Digest", out var values) ? values.First() : null;
            },
            cancellationToken).ConfigureAwait(false);
        if (content is not null && digest is not null)
        {
            Verify($"Manifest {repository}@{digest}", digest, content);
        }

        return content is null ? null : new RegistryManifest(type ?? "", content);
    }

    /// <summary>A small blob (a configuration), verified.</summary>
    public async Task<byte[]> GetBlobAsync(string repository, string digest, CancellationToken cancellationToken)
    {
        var what = $"blob {digest}";
        var content = await GetDocumentAsync(() => new(HttpMethod.Get, Url($"v2/{repository}/blobs/{digest}")), repository, what, _ => { }, cancellationToken).ConfigureAwait(false)
            ?? throw OciErrors.RegistryRefused(_registry.Host, $"the request for {what}", (int)HttpStatusCode.NotFound, "it is not there.");
        Verify($"Blob {repository}@{digest}", digest, content);
        return content;
    }

    /// <summary>Opens a blob from a place on. From its beginning it is verified: the last piece only comes when the whole is right.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="cancellationToken">Stops the waiting; reading has its own.</param>
    public async Task<Stream> OpenBlobAsync(string repository, string digest, long length, long offset, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, Url($"v2/{repository}/blobs/{digest}"));
                request.Headers.Range = offset > 0 ? new(offset, null) : null;
                return request;
            },
            [Pull(repository)],
            cancellationToken).ConfigureAwait(false);
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (offset == 0)
        {
            return new VerifyingStream(stream, digest, length);
        }

        // Not every store knows ranges: then the beginning comes too, and is read away.
        for (var left = answer.StatusCode == HttpStatusCode.PartialContent ? 0 : offset; left > 0;)
        {
            var read = await stream.ReadAsync(new byte[Math.Min(left, 1 << 16)], cancellationToken).ConfigureAwait(false);
            left = read > 0 ? left - read : throw OciErrors.RegistryUnavailable(_registry.Host, $"blob {digest} ended too early.");
        }

        return stream;
    }

    public async Task<bool> HasBlobAsync(string repository, string digest, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => new(HttpMethod.Head, Url($"v2/{repository}/blobs/{digest}")), [Push(repository)], cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
        return answer.StatusCode != HttpStatusCode.NotFound;
    }

    /// <summary>Asks the registry to take a blob over from another of its repositories; false when it does not.</summary>
    public async Task<bool> MountAsync(string repository, string from, string digest, CancellationToken cancellationToken)
    {
        var url = Url($"v2/{repository}/blobs/uploads/?mount={Uri.EscapeDataString(digest)}&from={Uri.EscapeDataString(from)}");
        HttpResponseMessage answer;
        try
        {
            answer = await SendAsync(() => new(HttpMethod.Post, url), [Push(repository), Pull(from)], cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException refusal) when (refusal.Kind is ErrorKind.AuthenticationFailed or ErrorKind.PermissionDenied)
        {
            // This account may push here but not read there: the blob is uploaded instead.
            return false;
        }

        using var owned = answer;
        if (answer.StatusCode == HttpStatusCode.Created)
        {
            return true;
        }

        // 202: an upload was begun instead. It is left to expire only where the registry cannot cancel.
        if (answer.Headers.Location is { } location)
        {
            using var cancelled = await SendAsync(
                () => new(HttpMethod.Delete, new Uri(url, location)), [Push(repository)], cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Uploads a blob.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="digest">Its digest; the registry verifies it too.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="source">Its content.</param>
    /// <param name="onBytes">Is told of what is sent.</param>
    /// <param name="cancellationToken">Breaks the upload off; the registry keeps nothing.</param>
    public Task UploadBlobAsync(string repository, string digest, long length, BlobSource source, Action<long> onBytes, CancellationToken cancellationToken) =>
        new BlobUpload(this, repository, digest, length, source, onBytes).SendAsync(cancellationToken);

    /// <summary>Stores a manifest under a tag.</summary>
    /// <exception cref="SparkAzureException">Also ImageContentCorrupt, when the registry took it for something else.</exception>
    public async Task PutManifestAsync(string repository, string tag, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            () =>
            {
                var content = new ByteArrayContent(manifest.Content);
                content.Headers.ContentType = new(manifest.MediaType);
                return new(HttpMethod.Put, Url($"v2/{repository}/manifests/{tag}")) { Content = content };
            },
            [Push(repository)],
            cancellationToken).ConfigureAwait(false);
        if (answer.Headers.TryGetValues("Docker-Content-Digest", out var values) && values.First() != manifest.Digest)
        {
            throw OciErrors.ImageContentCorrupt($"Manifest {repository}:{tag}", manifest.Digest, values.First());
        }
    }

    /// <summary>The login in a form that can be handed on to Docker; null for none.</summary>
    public async Task<RegistryLogin?> DockerLoginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _authenticator.DockerLoginAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw OciErrors.RegistryUnavailable(_registry.Host, exception.Message, exception);
        }
    }

    public void Dispose()
    {
        _authenticator.Dispose();
        _http.Dispose();
    }

    private static void Verify(string what, string digest, byte[] content)
    {
        var found = ContentDigest.Of(content);
        if (found != digest)
        {
            throw OciErrors.ImageContentCorrupt(what, digest, found);
        }
    }

    private HttpRequestMessage ManifestRequest(HttpMethod method, string repository, string reference)
    {
        var request = new HttpRequestMessage(method, Url($"v2/{repository}/manifests/{reference}"));
        foreach (var type in MediaTypes.Manifests)
        {
            request.Headers.Accept.ParseAdd(type);
        }

        return request;
    }

    internal Uri Url(string relative) => new(_registry.Endpoint, relative);

    // An answer may break off, or stall, after it has begun: then it is asked for again.
    private async Task<byte[]?> GetDocumentAsync(
        Func<HttpRequestMessage> create, string repository, string what, Action<HttpResponseMessage> onAnswer, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await SendAsync(create, [Pull(repository)], cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            try
            {
                onAnswer(answer);
                return await ReadDocumentAsync(answer, what, cancellationToken).ConfigureAwait(false);
            }
            catch (SparkAzureException broken) when (broken.Id == nameof(OciErrors.RegistryUnavailable) && attempt < Attempts)
            {
                await PauseAsync(attempt, new RegistryOutcome(null, broken, MayPass: true), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<byte[]> ReadDocumentAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using var buffer = new MemoryStream();
            patience.CancelAfter(Patience);
            var stream = await answer.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
            var chunk = new byte[1 << 14];
            int read;
            while ((read = await stream.ReadAsync(chunk, patience.Token).ConfigureAwait(false)) > 0)
            {
                patience.CancelAfter(Patience);
                buffer.Write(chunk, 0, read);
                if (buffer.Length > MaximumDocument)
                {
                    throw OciErrors.RegistryRefused(_registry.Host, $"the request for {what}", (int)answer.StatusCode, $"it is larger than {MaximumDocument >> 20} MiB.");
                }
            }

            return buffer.ToArray();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw OciErrors.RegistryUnavailable(_registry.Host, exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw OciErrors.RegistryUnavailable(_registry.Host, "nothing has moved for too long.", exception);
        }
    }

    // Every request here may be repeated: reads, uploads under their digest, a manifest under its tag. A begun upload that is lost expires.
    internal async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, string[] scopes, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await SendOnceAsync(create, scopes, cancellationToken, accepted).ConfigureAwait(false);
            if (outcome.Answer is not null)
            {
                return outcome.Answer;
            }

            if (!outcome.MayPass || attempt == Attempts)
            {
                throw outcome.Failure!;
            }

            await PauseAsync(attempt, outcome, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes one request; a second time only after a 401, with a new token.</summary>
    internal async Task<RegistryOutcome> SendOnceAsync(Func<HttpRequestMessage> create, string[] scopes, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        AuthenticationHeaderValue? sent = null;
        AuthenticationHeaderValue? refused = null;
        var wasRefused = false;
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            HttpResponseMessage answer;
            string what;
            try
            {
                using var request = create();
                what = $"{request.Method} {request.RequestUri!.AbsolutePath}";
                if (request.Content is BlobContent content)
                {
                    content.OnProgress = () => patience.CancelAfter(Patience);
                }

                // An upload's Location may lie on another host: the login is not for that one.
                sent = request.RequestUri.Authority == _registry.Endpoint.Authority
                    ? await _authenticator.HeaderAsync(scopes, refused, cancellationToken).ConfigureAwait(false)
                    : null;
                request.Headers.Authorization = sent;
                answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return Broken(exception);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                return new RegistryOutcome(null, OciErrors.RegistryUnavailable(_registry.Host, "nothing has moved for too long.", exception), MayPass: patience.IsCancellationRequested);
            }

            if (answer.IsSuccessStatusCode || accepted.Contains(answer.StatusCode))
            {
                return new RegistryOutcome(answer);
            }

            using (answer)
            {
                // A token may end at any time; only a fresh one that is refused at once is a verdict.
                if (answer.StatusCode == HttpStatusCode.Unauthorized && !wasRefused)
                {
                    (wasRefused, refused) = (true, sent);
                    _authenticator.Learn(answer);
                    continue;
                }

                var mayPass = answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500;
                return new RegistryOutcome(null, await RefusalAsync(answer, what, cancellationToken).ConfigureAwait(false), answer.StatusCode, mayPass, RetryAfter(answer));
            }
        }
    }

    internal async Task PauseAsync(int attempt, RegistryOutcome outcome, CancellationToken cancellationToken)
    {
        var pause = outcome.RetryAfter ?? TimeSpan.FromSeconds((0.25 * (1 << attempt)) + (Random.Shared.NextDouble() / 4));
        pause = pause > LongestPause ? LongestPause : pause;
        _operator.Verbose($"{outcome.Failure!.Message} Trying again in {pause.TotalSeconds:0.0} s.");
        await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
        _ => null,
    };

    private RegistryOutcome Broken(Exception exception)
    {
        if (SparkAzureExceptionIn(exception) is { } cause)
        {
            return new RegistryOutcome(null, cause);
        }

        var failure = OciErrors.RegistryUnavailable(_registry.Host, exception.InnerException?.Message ?? exception.Message, exception);
        var isHopeless = (exception as HttpRequestException)?.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError;
        return new RegistryOutcome(null, failure, MayPass: !isHopeless);
    }

    private async Task<SparkAzureException> RefusalAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        var detail = DetailIn(await ReadReasonAsync(answer, what, cancellationToken).ConfigureAwait(false));
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized when AuthenticationChallenge.In(answer)?.Parameters.GetValueOrDefault("error") == "insufficient_scope" =>
                OciErrors.RegistryAccessDenied(_registry.Host, what, detail),
            HttpStatusCode.Unauthorized => _authenticator.Refusal(detail),
            HttpStatusCode.Forbidden => OciErrors.RegistryAccessDenied(_registry.Host, what, detail),
            HttpStatusCode.BadRequest when detail.Contains("DIGEST_INVALID", StringComparison.Ordinal) => OciErrors.ImageContentCorrupt($"What was sent with {what}", "the digest announced", "other bytes"),
            _ => OciErrors.RegistryRefused(_registry.Host, what, (int)answer.StatusCode, detail),
        };
    }

    // The status is what counts: a reason that breaks off, or is a page of a proxy's, changes nothing about it.
    private async Task<byte[]> ReadReasonAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadDocumentAsync(answer, what, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException)
        {
            return [];
        }
    }

    // {"errors":[{"code","message"}]}
    internal static string DetailIn(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var errors = document.RootElement.GetProperty("errors").EnumerateArray()
                .Select(e => $"{e.GetProperty("code").GetString()}: {(e.TryGetProperty("message", out var message) ? message.GetString() : "")}");
            return string.Join("; ", errors);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "it gave no reason.";
        }
    }

    private static SparkAzureException? SparkAzureExceptionIn(Exception? exception)
    {
        while (exception is not null and not SparkAzureException)
        {
            exception = exception.InnerException;
        }

        return exception as SparkAzureException;
    }
}
