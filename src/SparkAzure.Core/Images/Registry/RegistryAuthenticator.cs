using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Signs requests to one registry in: not at all, with Basic, or with tokens that it fetches for the repositories at hand (the
/// distribution project's token protocol, which is also Azure Container Registry's: Azure/acr, docs/AAD-OAuth.md).
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="login">The login; null for none.</param>
/// <param name="http">The client to fetch tokens with. One request at a time.</param>
internal sealed class RegistryAuthenticator(RegistryAddress registry, RegistryLogin? login, HttpClient http)
{
    /// <summary>Registries whose tokens come from another host of the same owner. Source: their own challenges.</summary>
    private static readonly (string Registry, string TokenHost)[] KnownTokenHosts =
    [
        ("docker.io", "auth.docker.io"),
        ("registry.gitlab.com", "gitlab.com"),
        ("nvcr.io", "authn.nvidia.com"),
    ];

    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private AuthenticationChallenge? _challenge;
    private bool _asked;
    private bool _basicSent;

    /// <summary>What to put into a request's Authorization; null for nothing.</summary>
    /// <param name="scopes">Such as <c>repository:spark:pull,push</c>.</param>
    /// <param name="renew">True after a 401: a token that was had before is thrown away.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="SparkAzureException">RegistryLoginRefused, RegistryRealmNotTrusted, RegistryUnavailable.</exception>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(string[] scopes, bool renew, CancellationToken cancellationToken)
    {
        if (!_asked)
        {
            _challenge = await AskAsync(cancellationToken).ConfigureAwait(false);
            _asked = true;
        }

        if (_challenge is null)
        {
            return null;
        }

        if (_challenge.Is("Basic"))
        {
            return login is not null && !(renew && _basicSent)
                ? SendBasic(login)
                : throw ImageErrors.RegistryLoginRefused(registry.Host, "401, a name and password are wanted.", login is null);
        }

        var key = string.Join(' ', scopes);
        if (renew)
        {
            _tokens.Remove(key);
        }

        if (!_tokens.TryGetValue(key, out var token))
        {
            token = await FetchAsync(_challenge, scopes, cancellationToken).ConfigureAwait(false);
            _tokens[key] = token;
        }

        return new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Takes the challenge of a refused request, from a registry that lets everybody in at /v2/ and some only further on.</summary>
    public void Learn(HttpResponseMessage refused) => _challenge ??= AuthenticationChallenge.In(refused);

    private static AuthenticationHeaderValue Basic(RegistryLogin login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.UserName}:{login.Password}")));

    private AuthenticationHeaderValue SendBasic(RegistryLogin known)
    {
        _basicSent = true;
        return Basic(known);
    }

    // GET /v2/ answers 401 with the challenge, or 200 where nobody needs to sign in (for this much).
    private async Task<AuthenticationChallenge?> AskAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(registry.Endpoint, "v2/"));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => AuthenticationChallenge.In(answer)
                ?? throw ImageErrors.RegistryLoginRefused(registry.Host, "it names no way to sign in that is known here.", login is null),
            HttpStatusCode.Forbidden => throw ImageErrors.RegistryAccessDenied(registry.Host, "use it", "403 to the first request; the registry's firewall answers so."),
            HttpStatusCode.NotFound => throw ImageErrors.RegistryUnavailable(registry.Host, "what listens there is not an image registry (404 for /v2/)."),
            _ => null,
        };
    }

    private async Task<string> FetchAsync(AuthenticationChallenge challenge, string[] scopes, CancellationToken cancellationToken)
    {
        var realm = Trusted(challenge.Parameters.GetValueOrDefault("realm") ?? "");
        var service = challenge.Parameters.GetValueOrDefault("service") ?? "";
        using var request = login?.IdentityToken is null ? TokenByGet(realm, service, scopes) : TokenByPost(realm, service, scopes, login.IdentityToken);
        using var answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            throw ImageErrors.RegistryLoginRefused(registry.Host, $"its token service answered {(int)answer.StatusCode}.", login is null);
        }

        if (!answer.IsSuccessStatusCode)
        {
            throw ImageErrors.RegistryRefused(registry.Host, "the request for a token", (int)answer.StatusCode, "no token came.");
        }

        try
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (var name in new[] { "access_token", "token" })
            {
                if (document.RootElement.TryGetProperty(name, out var token) && token.GetString() is { Length: > 0 } text)
                {
                    return text;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Falls through: the text is not quoted, it may hold a token.
        }

        throw ImageErrors.RegistryRefused(registry.Host, "the request for a token", (int)answer.StatusCode, "the answer holds no token.");
    }

    private HttpRequestMessage TokenByGet(Uri realm, string service, string[] scopes)
    {
        var query = new StringBuilder(realm.Query.Length > 1 ? realm.Query[1..] + "&" : "").Append("service=").Append(Uri.EscapeDataString(service));
        foreach (var scope in scopes)
        {
            query.Append("&scope=").Append(Uri.EscapeDataString(scope));
        }

        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = login is null ? null : Basic(login);
        return request;
    }

    private static HttpRequestMessage TokenByPost(Uri realm, string service, string[] scopes, string refreshToken) =>
        new(HttpMethod.Post, realm)
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "refresh_token"),
                new("service", service),
                new("client_id", "SparkAzure"),
                .. scopes.Select(s => new KeyValuePair<string, string>("scope", s)),
                new("refresh_token", refreshToken),
            ]),
        };

    // A registry may name any host as its realm; following it blindly would hand the login to whoever runs that host.
    private Uri Trusted(string realm)
    {
        if (Uri.TryCreate(realm, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && registry.IsLoopback))
            && (uri.Authority == registry.Endpoint.Authority || KnownTokenHosts.Contains((registry.Host, uri.Authority))))
        {
            return uri;
        }

        throw ImageErrors.RegistryRealmNotTrusted(registry.Host, realm);
    }
}
