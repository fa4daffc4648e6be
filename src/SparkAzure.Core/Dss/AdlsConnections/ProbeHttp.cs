using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The few requests of a trial, over plain HTTPS.</summary>
internal sealed class ProbeHttp : IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // How long the address of managed identities may take; where there is none, packets to it vanish.
    private static readonly TimeSpan IdentityTimeout = TimeSpan.FromSeconds(2);
    private static readonly Uri IdentityAddress = new("http://169.254.169.254/metadata/identity/oauth2/token");

    private readonly HttpClient _http;
    private readonly ICaller _caller;

    public ProbeHttp(HttpMessageHandler? handler, ICaller caller)
    {
        var sender = handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        _http = new HttpClient(sender, disposeHandler: handler is null) { Timeout = RequestTimeout };
        _caller = caller;
    }

    /// <summary>Asks Azure Storage; again when it is busy.</summary>
    public async Task<ProbeAnswer> SendAsync(
        HttpMethod method,
        string address,
        Action<HttpRequestMessage> sign,
        string version,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.TryAddWithoutValidation("x-ms-version", version);
            request.Headers.TryAddWithoutValidation("x-ms-client-request-id", Guid.NewGuid().ToString());
            sign(request);
            var answer = await AskAsync(request, cancellationToken).ConfigureAwait(false);
            if (answer.Status is not (429 or 500 or 503) || attempt == Attempts)
            {
                return answer;
            }

            var pause = PauseAfter(answer, attempt);
            _caller.Verbose($"{answer.Request} is asked again in {pause.TotalSeconds:0.#} s");
            await Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Has a token for a service principal, asking as the driver of Hadoop does: version 1 with a resource, version 2
    /// with a scope.
    /// </summary>
    public async Task<string> TokenAsync(
        AdlsUri uri, AdlsCredential credential, CancellationToken cancellationToken)
    {
        var endpoint = credential.TokenEndpoint!;
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = credential.ClientId!,
            ["client_secret"] = credential.ClientSecret!,
        };
        if (EntraTokenEndpoint.IsVersion2(endpoint))
        {
            form["scope"] = AzureCloud.StorageAudience + "/.default";
        }
        else
        {
            form["resource"] = AzureCloud.StorageAudience + "/";
        }

        using var request =
            new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(form) };
        var answer = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.Status == 200 && TokenIn(answer.Body) is { } token)
        {
            return token;
        }

        throw StorageErrors.FromEntra(uri, credential.ClientId!, answer);
    }

    /// <summary>Has a token of this machine's managed identity; null where there is none.</summary>
    public async Task<string?> IdentityTokenAsync(AdlsCredential credential, CancellationToken cancellationToken)
    {
        var address = credential.IdentityEndpoint ?? IdentityAddress.AbsoluteUri;
        var query = $"?api-version=2018-02-01&resource={Uri.EscapeDataString(AzureCloud.StorageAudience + "/")}";
        if (credential.ClientId is { } client)
        {
            query += $"&client_id={Uri.EscapeDataString(client)}";
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, address + query);
        request.Headers.Add("Metadata", "true");
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        soon.CancelAfter(IdentityTimeout);
        try
        {
            var answer = await AskAsync(request, soon.Token).ConfigureAwait(false);
            if (answer.Status == 200)
            {
                return TokenIn(answer.Body);
            }

            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is SparkAzureException or OperationCanceledException)
        {
            _caller.Debug($"No managed identity here: {exception.Message}");
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private static TimeSpan PauseAfter(ProbeAnswer answer, int attempt)
    {
        if (double.TryParse(answer.Header("Retry-After"), CultureInfo.InvariantCulture, out var asked))
        {
            return TimeSpan.FromSeconds(asked);
        }

        return TimeSpan.FromSeconds(attempt);
    }

    private async Task<ProbeAnswer> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var name = $"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)}";
        _caller.Verbose(name);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            _caller.Verbose($"{name} -> {(int)response.StatusCode}");
            var headers = response.Headers
                .Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
            var (code, message) = Words(body);
            return new ProbeAnswer(
                name,
                (int)response.StatusCode,
                headers.GetValueOrDefault("x-ms-error-code") ?? code,
                message,
                body,
                response.Headers.Date,
                headers);
        }
        catch (HttpRequestException exception) when (exception.InnerException is SocketException { SocketErrorCode: SocketError.HostNotFound
            or SocketError.NoData or SocketError.TryAgain })
        {
            throw StorageErrors.StorageAccountNotFound(request.RequestUri.Host, exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            throw StorageErrors.StorageCertificateNotTrusted(name, exception);
        }
        catch (HttpRequestException exception)
        {
            throw StorageErrors.StorageUnavailable(name, exception.Message.TrimEnd('.'), exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw StorageErrors.StorageUnavailable(
                name, $"no answer within {RequestTimeout.TotalSeconds:0} s", exception);
        }
    }

    private static string? TokenIn(string body) => Field(body, "access_token");

    // Storage says {"error":{"code","message"}}, Entra ID {"error":"…","error_description":"AADSTS…"}.
    private static (string? Code, string? Message) Words(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("error", out var error))
            {
                return (null, null);
            }

            if (error.ValueKind == JsonValueKind.Object)
            {
                return (Text(error, "code"), Text(error, "message"));
            }

            return (error.ToString(), Text(document.RootElement, "error_description"));
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string? Field(string body, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return Text(document.RootElement, name);
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement item, string name)
    {
        if (item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        return null;
    }
}
