using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security;
using System.Security.Authentication;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>
/// Sends requests to DSS's public API and turns what can go wrong into the module's errors. The key travels in the
/// Authorization header only: as Basic user name with an empty password, which every DSS since 5.1 takes, or, where a
/// DSS of those that document it refuses that, as Bearer token.
/// </summary>
internal sealed class DssApiClient : IDisposable
{
    /// <summary>Settings of a DSS that has served a company for years have some megabytes.</summary>
    public static readonly HttpTransportOptions Usual = new()
    {
        Attempts = 4,
        Patience = TimeSpan.FromSeconds(100),
        WholeTime = TimeSpan.FromMinutes(3),
        LargestAnswer = 64 << 20,
        IsPassing = IsPassingAsync,
    };

    // The manuals of 13 and later name the Bearer token; those before know the user name only (dss.md 3.1).
    private static readonly ReleaseNumber FirstWithBearer = ReleaseNumber.Parse("13.0");

    private readonly HttpClient _http;
    private readonly HttpTransportOptions _bounds;
    private readonly string _key;
    private readonly string _base;
    private readonly ICaller _caller;
    private AuthenticationHeaderValue _authorization;
    private SslPolicyErrors _certificateErrors;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    /// <param name="uri">The address as a browser opens it.</param>
    /// <param name="key">The API key.</param>
    /// <param name="skipCertificateCheck">Accepts any certificate.</param>
    /// <param name="caller">Is told of every request.</param>
    /// <param name="bounds">How often to ask, how long to wait, and for how much.</param>
    public DssApiClient(
        Uri uri,
        SecureString key,
        bool skipCertificateCheck,
        ICaller caller,
        HttpTransportOptions bounds)
    {
        _base = BaseOf(uri);
        _bounds = bounds;
        _key = key.Reveal();
        _caller = caller;

        // A redirect would turn a PUT into a GET and could lead to another host; it is reported instead of followed.
        var handler = HttpHandlers.Create();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) =>
        {
            _certificateErrors = errors;
            return skipCertificateCheck || errors == SslPolicyErrors.None;
        };
        var transport = new HttpTransport(handler, bounds, caller);
        _http = new HttpClient(transport, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        _authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(_key + ":")));
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (!CredentialRoute.IsPrivate(uri))
        {
            caller.Debug(
                $"{uri.Host} is asked over http: the API key travels unencrypted, so this is for networks of your " +
                $"own only.");
        }
    }

    /// <summary>Reads; asks again when a gateway or an overloaded DSS says so.</summary>
    public async Task<DssApiAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
            var body = await BodyAsync(response, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.Unauthorized || !MayTakeBearer(response, body))
            {
                return Answer(response, path, body, []);
            }

            _caller.Verbose("DSS does not know the key as a user name; it is sent as a Bearer token from here on.");
            _authorization = new AuthenticationHeaderValue("Bearer", _key);
        }
    }

    /// <summary>Sends a change, once.</summary>
    /// <param name="method">PUT or POST.</param>
    /// <param name="path">The path below the API's base.</param>
    /// <param name="body">The JSON to send.</param>
    /// <param name="secrets">What in the body must not be told on when DSS's message repeats it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<DssApiAnswer> SendAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte> body, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        using var response = await SendAsync(method, path, content, cancellationToken).ConfigureAwait(false);
        return Answer(response, path, await BodyAsync(response, cancellationToken).ConfigureAwait(false), secrets);
    }

    /// <summary>The full address of a path.</summary>
    public string Address(string path) => _base + path;

    public void Dispose() => _http.Dispose();

    private static string BaseOf(Uri uri)
    {
        if (!uri.IsAbsoluteUri || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw DssSettingsErrors.DssUriInvalid("it does not begin with http:// or https://");
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw DssSettingsErrors.DssUriInvalid("it has a user name, a query or a fragment");
        }

        const string api = "/public/api";
        var text = uri.AbsoluteUri.TrimEnd('/');
        if (text.EndsWith(api, StringComparison.Ordinal))
        {
            return text;
        }

        return text + api;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var name = $"{method} {Address(path)}";
        try
        {
            using var request =
                new HttpRequestMessage(method, Address(path))
                {
                    Content = content,
                    Headers = { Authorization = _authorization }
                };
            return await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            if (_certificateErrors != SslPolicyErrors.None)
            {
                throw DssSettingsErrors.DssCertificateNotTrusted(name, Said(_certificateErrors), exception);
            }

            const string why = "what listens there does not speak TLS, so http:// may be meant";
            throw DssSettingsErrors.DssUnavailable(name, why, exception);
        }
        catch (HttpRequestException exception)
        {
            // What a limit said of the answer stands inside of what failed to copy it.
            var why = (exception.InnerException as IOException)?.Message ?? exception.Message;
            throw DssSettingsErrors.DssUnavailable(name, why.TrimEnd('.'), exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw DssSettingsErrors.DssUnavailable(
                name, $"no answer within {_bounds.Patience.TotalSeconds:0.#} s", exception);
        }
    }

    private static string Said(SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "it is for another name than the address has";
        }

        return "nobody whom this machine trusts has signed it, or it has expired";
    }

    private bool MayTakeBearer(HttpResponseMessage response, byte[] body) =>
        _authorization.Scheme == "Basic"
        && HeaderText.IsToken(_key)
        && DssApiProblem.Read(body) is null or { IsLackOfRight: false }
        && ReleaseNumber.TryParse(VersionIn(response)) is { } release && release >= FirstWithBearer;

    private static string? VersionIn(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("DSS-Version", out var values))
        {
            return ForeignText.Line(values.First());
        }

        return null;
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);

    // DSS answers many wrong requests with 500 and its own JSON; asking again would not help those.
    private static async Task<bool> IsPassingAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode != HttpStatusCode.InternalServerError)
        {
            return HttpAttempts.IsPassing(response.StatusCode);
        }

        await response.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        return DssApiProblem.Read(await BodyAsync(response, cancellationToken).ConfigureAwait(false)) is null;
    }

    private DssApiAnswer Answer(HttpResponseMessage response, string path, byte[] body, IReadOnlyList<string> secrets)
    {
        var request = $"{response.RequestMessage?.Method} {Address(path)}";
        var status = (int)response.StatusCode;
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.IsSuccessStatusCode)
        {
            return type switch
            {
                "text/html" => throw DssSettingsErrors.DssApiAnswerUnexpected(request, "a web page"),
                not null when !type.EndsWith("json", StringComparison.Ordinal) && body.Length > 0 =>
                    throw DssSettingsErrors.DssApiAnswerUnexpected(request, type),
                _ => new DssApiAnswer(body, VersionIn(response)),
            };
        }

        var problem = DssApiProblem.Read(body);
        var message = SecretText.Mask(problem?.Message ?? "", [_key, .. secrets]);
        throw response.StatusCode switch
        {
            _ when problem is { IsUnlicensed: true } => DssSettingsErrors.DssApiNotLicensed(request, message),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when problem is { IsLackOfRight: true } =>
                DssSettingsErrors.DssApiForbidden(request, message),
            _ when problem is { IsUnknownKey: true } => DssSettingsErrors.DssApiKeyRefused(request),
            HttpStatusCode.NotFound => DssSettingsErrors.DssApiNotFound(request),
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout =>
                DssSettingsErrors.DssUnavailable(request, $"status {status} comes back{Asked(response)}"),
            _ when status is >= 300 and < 400 =>
                DssSettingsErrors.DssApiAnswerUnexpected(request, $"a redirect to {Target(response)}"),

            // DSS answers in JSON; a page is somebody else's, and says nothing of the key.
            _ when status < 500 && problem is null && type is "text/html" =>
                DssSettingsErrors.DssApiAnswerUnexpected(request, $"a web page with status {status}"),
            HttpStatusCode.Unauthorized => DssSettingsErrors.DssApiKeyRefused(request),
            HttpStatusCode.Forbidden => DssSettingsErrors.DssApiForbidden(request, message),
            _ => DssSettingsErrors.DssApiFailed(request, status, message),
        };
    }

    private string Asked(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter?.Delta is { } asked && asked > _bounds.LongestPause)
        {
            return $" (it asks to be left alone for {asked.TotalSeconds:0} s; "
                + $"{_bounds.LongestPause.TotalSeconds:0.#} s are waited between two requests)";
        }

        return "";
    }

    // Without its query, which may hold what a sign-in page wants to know.
    private static string Target(HttpResponseMessage response)
    {
        if (response.Headers.Location is not { } location)
        {
            return "nowhere";
        }

        if (location.IsAbsoluteUri)
        {
            return location.GetLeftPart(UriPartial.Path);
        }

        return location.OriginalString.Split('?', '#')[0];
    }
}
