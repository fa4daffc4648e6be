using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>The few requests of a trial, over plain HTTPS.</summary>
internal sealed class ProbeHttp : IDisposable
{
    // Storage that is busy says so by these (Microsoft, "Common REST API error codes"); no other answer gets better.
    private static readonly HttpTransportOptions Bounds = new()
    {
        Attempts = 3,
        Patience = TimeSpan.FromSeconds(30),
        LongestPause = TimeSpan.FromSeconds(10),
        WholeTime = TimeSpan.FromMinutes(1),
        LargestAnswer = 16 << 20,
        IsPassing = (answer, _) => Task.FromResult((int)answer.StatusCode is 429 or 500 or 503),
    };

    // How long the address of managed identities may take; where there is none, packets to it vanish.
    private static readonly TimeSpan IdentityTimeout = TimeSpan.FromSeconds(2);
    private static readonly Uri IdentityAddress = new("http://169.254.169.254/metadata/identity/oauth2/token");

    private readonly HttpClient _http;
    private readonly IWebProxy? _proxy;
    private readonly ICaller _caller;

    public ProbeHttp(HttpMessageHandler? handler, ICaller caller)
    {
        var sender = handler ?? HttpHandlers.Create();
        var transport = new HttpTransport(sender, Bounds, caller);
        _proxy = ProxyOf(sender);
        _http = new HttpClient(transport, disposeHandler: handler is null) { Timeout = Timeout.InfiniteTimeSpan };
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
        using var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("x-ms-version", version);
        request.Headers.TryAddWithoutValidation("x-ms-client-request-id", Guid.NewGuid().ToString());
        sign(request);
        return await AskAsync(request, cancellationToken).ConfigureAwait(false);
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
        var answer = await AskAsync(request, cancellationToken, isEntra: true).ConfigureAwait(false);
        if (answer.Status == 200 && TokenIn(answer.Body) is { } token)
        {
            return token;
        }

        throw StorageErrors.FromEntra(uri, credential, answer);
    }

    /// <summary>Has a token of this machine's managed identity; null where there is none.</summary>
    public async Task<string?> IdentityTokenAsync(AdlsCredential credential, CancellationToken cancellationToken)
    {
        var address = credential.IdentityEndpoint ?? IdentityAddress.AbsoluteUri;
        var query = $"?api-version=2018-02-01&resource={Uri.EscapeDataString(AzureCloud.StorageAudience + "/")}";
        if (credential.TenantId is { } tenant)
        {
            var authority = credential.Authority ?? "https://login.microsoftonline.com/";
            query += $"&authority={Uri.EscapeDataString(authority + tenant)}";
        }

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

    // Which host is to blame decides what is said: the storage account's, Entra ID's or a proxy's.
    private async Task<ProbeAnswer> AskAsync(
        HttpRequestMessage request, CancellationToken cancellationToken, bool isEntra = false)
    {
        var name = $"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)}";
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
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
            throw NameUnknown(name, request.RequestUri, isEntra, exception);
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            throw StorageErrors.StorageCertificateNotTrusted(name, exception);
        }
        catch (HttpRequestException exception)
        {
            throw Unavailable(name, request.RequestUri, exception.Message.TrimEnd('.'), isEntra, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            var why = $"no answer within {Bounds.Patience.TotalSeconds:0} s";
            throw Unavailable(name, request.RequestUri, why, isEntra, exception);
        }
    }

    private SparkAzureException NameUnknown(string request, Uri address, bool isEntra, Exception exception)
    {
        if (_proxy?.GetProxy(address) is { } proxy && proxy != address)
        {
            var why = $"the name of the proxy '{proxy.GetLeftPart(UriPartial.Authority)}' cannot be resolved";
            return Unavailable(request, address, why, isEntra, exception);
        }

        if (isEntra)
        {
            return StorageErrors.EntraUnavailable(address.Host, "its name cannot be resolved", exception);
        }

        return StorageErrors.StorageAccountNotFound(address.Host, exception);
    }

    private static SparkAzureException Unavailable(
        string request, Uri address, string why, bool isEntra, Exception exception)
    {
        if (isEntra)
        {
            return StorageErrors.EntraUnavailable(address.Host, why, exception);
        }

        return StorageErrors.StorageUnavailable(request, why, exception);
    }

    private static IWebProxy? ProxyOf(HttpMessageHandler sender)
    {
        if (sender is SocketsHttpHandler { UseProxy: true } sockets)
        {
            return sockets.Proxy ?? HttpClient.DefaultProxy;
        }

        return null;
    }

    private static string? TokenIn(string body)
    {
        using var document = ForeignJson.Document(Encoding.UTF8.GetBytes(body));
        if (document is not null
            && ForeignJson.Text(document.RootElement, "access_token") is { } token
            && HeaderText.IsToken(token))
        {
            return token;
        }

        return null;
    }

    // Storage says {"error":{"code","message"}}, Entra ID {"error":"…","error_description":"AADSTS…"}.
    private static (string? Code, string? Message) Words(string body)
    {
        using var document = ForeignJson.Document(Encoding.UTF8.GetBytes(body));
        if (document is null
            || document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("error", out var error))
        {
            return (null, null);
        }

        if (error.ValueKind == JsonValueKind.Object)
        {
            return (ForeignJson.Text(error, "code"), ForeignJson.Text(error, "message"));
        }

        return (ForeignJson.Text(error), ForeignJson.Text(document.RootElement, "error_description"));
    }
}
