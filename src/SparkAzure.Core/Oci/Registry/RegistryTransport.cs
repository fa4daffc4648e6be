using System.Net;
using System.Net.Http.Headers;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// How requests get to one registry: signed in, with a limit on standing still, and again where that may help. What
/// they ask for is the matter of <see cref="RegistryClient"/>.
/// </summary>
internal sealed class RegistryTransport : IDisposable
{
    private readonly ICaller _caller;
    private readonly RegistryPatience _patience;
    private readonly HttpClient _http;
    private readonly HttpClient _tokens;
    private readonly RegistryAuthenticator _authenticator;

    /// <param name="registry">The registry.</param>
    /// <param name="login">How to sign in; null for not at all.</param>
    /// <param name="caller">Is told of what is tried again.</param>
    /// <param name="patience">How long to wait for what; null for the usual.</param>
    public RegistryTransport(
        RegistryAddress registry, RegistryLogin? login, ICaller caller, RegistryPatience? patience = null)
    {
        Registry = registry;
        _caller = caller;
        _patience = patience ?? RegistryPatience.Usual;

        // Redirects (blobs lie in another store) are followed without Authorization by the handler; a request for a
        // token, which carries the login in its body, is led nowhere.
        _http = Client(HttpHandlers.CreateFollowing());
        _tokens = Client(HttpHandlers.Create());
        _authenticator = new RegistryAuthenticator(registry, login, _http, _tokens, caller, _patience);
    }

    /// <summary>How often a request is made that may succeed in a moment.</summary>
    public static int Attempts => RegistryPatience.Usual.Writes.Attempts;

    public RegistryAddress Registry { get; }

    public Uri Url(string relative) => new(Registry.Endpoint, relative);

    /// <summary>Makes a request until it succeeds, or nothing is to be hoped for any more.</summary>
    /// <param name="create">
    /// Makes the request anew for each attempt: every one may be repeated. Reads, uploads under their digest, a
    /// manifest under its tag; a begun upload that is lost expires.
    /// </param>
    /// <param name="scopes">The rights to ask for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="accepted">What is an answer too, beside success.</param>
    /// <exception cref="SparkAzureException">What the registry refuses.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> create, string[] scopes, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
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
    /// <inheritdoc cref="SendAsync"/>
    public async Task<RegistryOutcome> SendOnceAsync(
        Func<HttpRequestMessage> create, string[] scopes, CancellationToken cancellationToken, params HttpStatusCode[] accepted)
    {
        AuthenticationHeaderValue? refused = null;
        for (var isSecond = false; ; isSecond = true)
        {
            using var request = create();
            using var patience = new HttpPatience(_patience.Of(request.Method).Patience, cancellationToken);
            AuthenticationHeaderValue? sent;
            HttpResponseMessage answer;
            string what;
            try
            {
                what = $"{request.Method} {request.RequestUri!.AbsolutePath}";
                if (request.Content is BlobContent content)
                {
                    content.OnProgress = patience.Moved;
                }

                sent = await HeaderAsync(request, scopes, refused, cancellationToken).ConfigureAwait(false);
                request.Headers.Authorization = sent;
                answer = await _http.SendAsync(
                    request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                return Broken(exception);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                return new RegistryOutcome(
                    null, StoodStill(exception), MayPass: patience.Token.IsCancellationRequested);
            }

            if (answer.IsSuccessStatusCode || accepted.Contains(answer.StatusCode))
            {
                return new RegistryOutcome(answer);
            }

            using (answer)
            {
                // A token may end at any time; only a fresh one that is refused at once is a verdict.
                if (answer.StatusCode != HttpStatusCode.Unauthorized || isSecond)
                {
                    return await RefusedAsync(answer, what, cancellationToken).ConfigureAwait(false);
                }

                refused = sent;
                _authenticator.Learn(answer);
            }
        }
    }

    /// <summary>The body of an answer that is a document.</summary>
    /// <exception cref="SparkAzureException">
    /// RegistryUnavailable where it breaks off or stands still, RegistryRefused where it is too large.
    /// </exception>
    public async Task<byte[]> ReadDocumentAsync(
        HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        try
        {
            return await AnswerBody.ReadAsync(answer, _patience.Documents, cancellationToken).ConfigureAwait(false);
        }
        catch (AnswerLimitException exception)
        {
            throw OciErrors.RegistryRefused(
                Registry.Host, $"the request for {what}", (int)answer.StatusCode, $"{exception.Message}.");
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw OciErrors.RegistryUnavailable(Registry.Host, exception.Message, exception);
        }
    }

    /// <summary>The body of an answer that is as long as it is: a layer, which must not stand still.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="length">The most bytes that may come.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<Stream> OpenAsync(HttpResponseMessage answer, long length, CancellationToken cancellationToken)
    {
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new LimitedStream(stream, length, _patience.Reads.Patience);
    }

    /// <summary>Where an answer says that an upload goes on; null where it says nothing.</summary>
    /// <exception cref="SparkAzureException">RegistryRefused where that is no place for one.</exception>
    public Uri? PlaceIn(Uri asked, HttpResponseMessage answer)
    {
        if (answer.Headers.Location is not { } location)
        {
            return null;
        }

        // From https to http would be a step down, to anything else a step out.
        string[] schemes = [Uri.UriSchemeHttps, asked.Scheme];
        if (Uri.TryCreate(asked, location, out var place) && schemes.Contains(place.Scheme))
        {
            return place;
        }

        throw OciErrors.RegistryRefused(
            Registry.Host,
            $"the upload at {asked.AbsolutePath}",
            (int)answer.StatusCode,
            $"its Location '{location.OriginalString.Split('?')[0]}' is no place for an upload.");
    }

    /// <summary>Waits before the next attempt: as long as the registry says, else longer each time.</summary>
    public async Task PauseAsync(int attempt, RegistryOutcome outcome, CancellationToken cancellationToken)
    {
        var pause = HttpAttempts.PauseAfter(attempt, outcome.RetryAfter, _patience.Writes);
        if (outcome.RetryAfter is null)
        {
            // Uploads that broke together do not come back together.
            pause += TimeSpan.FromSeconds(Random.Shared.NextDouble() / 4);
        }

        _caller.Verbose($"{outcome.Failure!.Message} Trying again in {pause.TotalSeconds:0.0} s.");
        await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The login in a form that can be handed on to Docker; null for none.</summary>
    /// <exception cref="SparkAzureException">RegistryUnavailable, and what signing in refuses.</exception>
    public async Task<RegistryLogin?> DockerLoginAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _authenticator.DockerLoginAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw OciErrors.RegistryUnavailable(Registry.Host, exception.Message, exception);
        }
    }

    public void Dispose()
    {
        _authenticator.Dispose();
        _http.Dispose();
        _tokens.Dispose();
    }

    // A layer takes as long as it takes: what limits a request is its patience.
    private static HttpClient Client(SocketsHttpHandler handler)
    {
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("SparkAzure");

        // Azure Container Registry asks its clients for their name so.
        client.DefaultRequestHeaders.Add("X-Meta-Source-Client", "SparkAzure");
        return client;
    }

    // An upload's Location may lie on another host: the login is not for that one.
    private async Task<AuthenticationHeaderValue?> HeaderAsync(
        HttpRequestMessage request, string[] scopes, AuthenticationHeaderValue? refused, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.Authority == Registry.Endpoint.Authority)
        {
            return await _authenticator.HeaderAsync(scopes, refused, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private SparkAzureException StoodStill(Exception exception) =>
        OciErrors.RegistryUnavailable(Registry.Host, "nothing has moved for too long.", exception);

    private RegistryOutcome Broken(Exception exception)
    {
        // What the content of a request met on this host comes out of the handler in the clothes of a broken link.
        if (SparkAzureExceptionIn(exception) is { } cause)
        {
            return new RegistryOutcome(null, cause);
        }

        var failure = OciErrors.RegistryUnavailable(
            Registry.Host, exception.InnerException?.Message ?? exception.Message, exception);
        var mayPass = exception is not HttpRequestException broken || HttpAttempts.IsPassing(broken, _patience.Writes);
        return new RegistryOutcome(null, failure, MayPass: mayPass);
    }

    private async Task<RegistryOutcome> RefusedAsync(
        HttpResponseMessage answer, string what, CancellationToken cancellationToken)
    {
        var detail = _authenticator.Mask(RegistryRefusal.DetailIn(
            await ReadReasonAsync(answer, what, cancellationToken).ConfigureAwait(false)));
        if (RegistryRefusal.RetryAfter(answer) is { } asked && asked > _patience.Writes.LongestPause)
        {
            detail += $" It wants to be left alone for {asked.TotalSeconds:0} s, of which "
                + $"{_patience.Writes.LongestPause.TotalSeconds:0} s are waited between two attempts.";
        }

        var failure = RegistryRefusal.ErrorOf(Registry.Host, answer, what, detail) ?? _authenticator.Refusal(detail);
        var mayPass = HttpAttempts.IsPassing(answer.StatusCode);
        return new RegistryOutcome(null, failure, answer.StatusCode, mayPass, RegistryRefusal.RetryAfter(answer));
    }

    // The status is what counts: a reason that breaks off, or is a page of a proxy's, changes nothing about it.
    private async Task<byte[]> ReadReasonAsync(
        HttpResponseMessage answer, string what, CancellationToken cancellationToken)
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

    private static SparkAzureException? SparkAzureExceptionIn(Exception? exception)
    {
        while (exception is not null and not SparkAzureException)
        {
            exception = exception.InnerException;
        }

        return exception as SparkAzureException;
    }
}
