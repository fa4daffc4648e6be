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

/// <summary>Writes a blob's content; called again when an upload has to be repeated.</summary>
internal delegate Task BlobWriter(Stream destination, CancellationToken cancellationToken);

/// <summary>The OCI distribution protocol towards one registry (distribution-spec 1.1): reading, mounting, uploading.</summary>
internal sealed class RegistryClient : IDisposable
{
    /// <summary>A manifest or configuration larger than this is none (the specification's own bound).</summary>
    private const int MaximumDocument = 4 << 20;

    private const int Attempts = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

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

    /// <summary>A manifest by tag or digest, verified where a digest was asked for; null when there is none.</summary>
    public async Task<RegistryManifest?> GetManifestAsync(string repository, string reference, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => ManifestRequest(HttpMethod.Get, repository, reference), [Pull(repository)], cancellationToken, HttpStatusCode.NotFound).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var content = await ReadDocumentAsync(answer, $"manifest {reference}", cancellationToken).ConfigureAwait(false);
        if (reference.Contains(':', StringComparison.Ordinal))
        {
            Verify($"Manifest {repository}@{reference}", reference, content);
        }

        return new RegistryManifest(answer.Content.Headers.ContentType?.MediaType ?? "", content);
    }

    /// <summary>A small blob (a configuration), verified.</summary>
    public async Task<byte[]> GetBlobAsync(string repository, string digest, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => new(HttpMethod.Get, Url($"v2/{repository}/blobs/{digest}")), [Pull(repository)], cancellationToken).ConfigureAwait(false);
        var content = await ReadDocumentAsync(answer, $"blob {digest}", cancellationToken).ConfigureAwait(false);
        Verify($"Blob {repository}@{digest}", digest, content);
        return content;
    }

    /// <summary>Streams a blob out; the caller verifies it.</summary>
    public async Task CopyBlobAsync(string repository, string digest, Stream destination, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(() => new(HttpMethod.Get, Url($"v2/{repository}/blobs/{digest}")), [Pull(repository)], cancellationToken).ConfigureAwait(false);
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await stream.CopyToAsync(destination, 1 << 17, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Uploads a blob whole: one POST, one PUT.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="digest">Its digest; the registry verifies it too.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="cancellationToken">Breaks the upload off; the registry keeps nothing.</param>
    public async Task UploadBlobAsync(string repository, string digest, long length, BlobWriter write, CancellationToken cancellationToken)
    {
        string[] scopes = [Push(repository)];
        using var answer = await SendAsync(
            async () =>
            {
                // Each attempt begins a new upload: what is left of a broken one is not trusted.
                var start = Url($"v2/{repository}/blobs/uploads/");
                using var begun = await SendAsync(() => new(HttpMethod.Post, start), scopes, cancellationToken).ConfigureAwait(false);
                var location = begun.Headers.Location
                    ?? throw ImageErrors.RegistryRefused(_registry.Host, $"POST {start.AbsolutePath}", (int)begun.StatusCode, "no Location for the upload.");
                var target = new UriBuilder(new Uri(start, location));
                target.Query = (target.Query.Length > 1 ? target.Query[1..] + "&" : "") + "digest=" + Uri.EscapeDataString(digest);
                return new HttpRequestMessage(HttpMethod.Put, target.Uri) { Content = new BlobContent(length, write) };
            },
            scopes,
            cancellationToken).ConfigureAwait(false);
    }

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
            throw ImageErrors.ImageContentCorrupt($"Manifest {repository}:{tag}", manifest.Digest, values.First());
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
            throw ImageErrors.RegistryUnavailable(_registry.Host, exception.Message, exception);
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
            throw ImageErrors.ImageContentCorrupt(what, digest, found);
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

    private Uri Url(string relative) => new(_registry.Endpoint, relative);

    private async Task<byte[]> ReadDocumentAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        try
        {
            using var buffer = new MemoryStream();
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var chunk = new byte[1 << 14];
            int read;
            while ((read = await stream.ReadAsync(chunk, cancellationToken).ConfigureAwait(false)) > 0)
            {
                buffer.Write(chunk, 0, read);
                if (buffer.Length > MaximumDocument)
                {
                    throw ImageErrors.RegistryRefused(_registry.Host, $"the request for {what}", (int)answer.StatusCode, $"it is larger than {MaximumDocument >> 20} MiB.");
                }
            }

            return buffer.ToArray();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw ImageErrors.RegistryUnavailable(_registry.Host, exception.Message, exception);
        }
    }

    private Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> create, string[] scopes, CancellationToken cancellationToken, params HttpStatusCode[] accepted) =>
        SendAsync(() => Task.FromResult(create()), scopes, cancellationToken, accepted);

    // Every request here may be repeated: reads, uploads under their digest, a manifest under its tag. A begun upload that is lost expires.
    private async Task<HttpResponseMessage> SendAsync(Func<Task<HttpRequestMessage>> create, string[] scopes, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        AuthenticationHeaderValue? sent = null;
        AuthenticationHeaderValue? refused = null;
        var wasRefused = false;
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage answer;
            string what;
            try
            {
                using var request = await create().ConfigureAwait(false);
                what = $"{request.Method} {request.RequestUri!.AbsolutePath}";

                // An upload's Location may lie on another host: the login is not for that one.
                sent = request.RequestUri.Authority == _registry.Endpoint.Authority
                    ? await _authenticator.HeaderAsync(scopes, refused, cancellationToken).ConfigureAwait(false)
                    : null;
                request.Headers.Authorization = sent;
                answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            }
            catch (HttpRequestException exception)
            {
                if (SparkAzureExceptionIn(exception) is { } cause)
                {
                    throw cause;
                }

                var reason = exception.InnerException?.Message ?? exception.Message;
                if (attempt >= Attempts || exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ConnectionError)
                {
                    throw ImageErrors.RegistryUnavailable(_registry.Host, reason, exception);
                }

                await PauseAsync(attempt, null, reason, cancellationToken).ConfigureAwait(false);
                continue;
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw ImageErrors.RegistryUnavailable(_registry.Host, "no connection came about in time.", exception);
            }

            if (answer.IsSuccessStatusCode || accepted.Contains(answer.StatusCode))
            {
                return answer;
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

                wasRefused = false;

                var isPassing = answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500;
                if (!isPassing || attempt >= Attempts)
                {
                    throw await RefusalAsync(answer, what, cancellationToken).ConfigureAwait(false);
                }

                await PauseAsync(attempt, answer.Headers.RetryAfter?.Delta, $"{(int)answer.StatusCode} to {what}", cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync(int attempt, TimeSpan? demanded, string why, CancellationToken cancellationToken)
    {
        var pause = demanded ?? TimeSpan.FromSeconds((0.25 * (1 << attempt)) + (Random.Shared.NextDouble() / 4));
        pause = pause > LongestPause ? LongestPause : pause;
        _operator.Verbose($"{_registry.Host}: {why}; trying again in {pause.TotalSeconds:0.0} s.");
        await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SparkAzureException> RefusalAsync(HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        var detail = DetailIn(await ReadDocumentAsync(answer, what, cancellationToken).ConfigureAwait(false));
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => _authenticator.Refusal(detail),
            HttpStatusCode.Forbidden => ImageErrors.RegistryAccessDenied(_registry.Host, what, detail),
            _ => ImageErrors.RegistryRefused(_registry.Host, what, (int)answer.StatusCode, detail),
        };
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

    private sealed class BlobContent : HttpContent
    {
        private readonly long _length;
        private readonly BlobWriter _write;

        public BlobContent(long length, BlobWriter write)
        {
            _length = length;
            _write = write;
            Headers.ContentType = new("application/octet-stream");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _write(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => _write(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return true;
        }
    }
}
