using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>What a token service answered.</summary>
/// <param name="Token">The token; null when it refused.</param>
/// <param name="Refusal">The status and reason of a refusal.</param>
internal sealed record TokenAnswer(IssuedToken? Token, string Refusal);

/// <summary>
/// Where a registry's tokens are had: the distribution project's token protocol, and the two forms that Azure Container
/// Registry adds (Azure/acr, docs/AAD-OAuth.md).
/// </summary>
/// <param name="registry">The registry, for messages.</param>
/// <param name="http">
/// What sends the requests. It must follow no redirect: 307 and 308 would carry the login to another host.
/// </param>
/// <param name="bounds">How long an answer may take, and how large it may be.</param>
internal sealed class RegistryTokenService(RegistryAddress registry, HttpClient http, HttpTransportOptions bounds)
{

    /// <summary>GET with Basic, or with nothing: an access token for a name and password, or for anybody.</summary>
    public Task<TokenAnswer> FromPasswordAsync(
        Uri realm, string service, string[] scopes, PasswordLogin? login, CancellationToken cancellationToken)
    {
        var query = new StringBuilder(realm.Query.Length > 1 ? realm.Query[1..] + "&" : "")
            .Append("service=")
            .Append(Uri.EscapeDataString(service));
        foreach (var scope in scopes)
        {
            query.Append("&scope=").Append(Uri.EscapeDataString(scope));
        }

        var url = new UriBuilder(realm) { Query = query.ToString() }.Uri;
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (login is not null)
        {
            request.Headers.Authorization = Basic(login);
        }

        return AskAsync(request, login?.Password, cancellationToken, "access_token", "token");
    }

    /// <summary>POST grant_type=refresh_token: an access token.</summary>
    public Task<TokenAnswer> FromRefreshTokenAsync(
        Uri realm,
        string service,
        string[] scopes,
        string refreshToken,
        CancellationToken cancellationToken) => PostAsync(
        realm,
        [
            new("grant_type", "refresh_token"),
            new("service", service),
            new("client_id", "SparkAzure"),
            .. scopes.Select(s => new KeyValuePair<string, string>("scope", s)),
            new("refresh_token", refreshToken),
        ],
        refreshToken,
        cancellationToken,
        "access_token",
        "token");

    /// <summary>POST /oauth2/exchange: a refresh token for a token of Entra ID.</summary>
    public Task<TokenAnswer> ExchangeAsync(
        Uri exchange, string service, string entraToken, CancellationToken cancellationToken)
    {
        var tenant = IssuedToken.Claim(entraToken, "tid");
        return PostAsync(
            exchange,
            [
                new("grant_type", "access_token"),
                new("service", service),
                .. tenant is null ? [] : new KeyValuePair<string, string>[] { new("tenant", tenant) },
                new("access_token", entraToken),
            ],
            entraToken,
            cancellationToken,
            "refresh_token");
    }

    internal static AuthenticationHeaderValue Basic(PasswordLogin login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.UserName}:{login.Password}")));

    private Task<TokenAnswer> PostAsync(
        Uri url,
        IEnumerable<KeyValuePair<string, string>> form,
        string secret,
        CancellationToken cancellationToken,
        params string[] names) =>
        AskAsync(
            new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) },
            secret,
            cancellationToken,
            names);

    private async Task<TokenAnswer> AskAsync(
        HttpRequestMessage message, string? secret, CancellationToken cancellationToken, params string[] names)
    {
        using var request = message;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var time = bounds.WholeTime ?? bounds.Patience;
        limit.CancelAfter(time);
        try
        {
            using var answer = await http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
            var body = await AnswerBody.ReadAsync(answer, bounds, limit.Token).ConfigureAwait(false);
            return Read(answer, body, secret, names);
        }
        catch (AnswerLimitException exception)
        {
            var why = $"of its token service, {exception.Message}.";
            throw OciErrors.RegistryUnavailable(registry.Host, why, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"its token service does not answer within {time.TotalSeconds:0.#} s.");
        }
    }

    private TokenAnswer Read(HttpResponseMessage answer, byte[] body, string? secret, string[] names)
    {
        if ((int)answer.StatusCode is >= 300 and < 400)
        {
            throw OciErrors.RegistryRealmNotTrusted(
                registry.Host, answer.Headers.Location?.OriginalString.Split('?')[0] ?? "nowhere");
        }

        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest)
        {
            var reason = SecretText.Mask(RegistryRefusal.DetailIn(body), [secret]);
            return new TokenAnswer(null, $"{(int)answer.StatusCode}, {reason}");
        }

        if (HttpAttempts.IsPassing(answer.StatusCode))
        {
            // Whoever wanted the token tries again, as after every passing failure.
            throw new HttpRequestException(
                $"its token service answered {(int)answer.StatusCode}.", null, answer.StatusCode);
        }

        if (answer.IsSuccessStatusCode && TokenIn(body, names) is { } token)
        {
            return new TokenAnswer(token, "");
        }

        throw OciErrors.RegistryRefused(
            registry.Host, "the request for a token", (int)answer.StatusCode, "the answer holds no token.");
    }

    // What cannot be read is not quoted: it may hold a token.
    private static IssuedToken? TokenIn(byte[] body, string[] names)
    {
        using var document = ForeignJson.Document(body);
        if (document is null)
        {
            return null;
        }

        var root = document.RootElement;
        var text = names
            .Select(n => ForeignJson.Text(root, n))
            .FirstOrDefault(t => t is not null && HeaderText.IsToken(t));
        if (text is null)
        {
            return null;
        }

        return IssuedToken.Read(text, SecondsIn(root));
    }

    private static double? SecondsIn(JsonElement root)
    {
        if (root.TryGetProperty("expires_in", out var seconds)
            && seconds.ValueKind == JsonValueKind.Number
            && seconds.TryGetDouble(out var number))
        {
            return number;
        }

        return null;
    }
}
