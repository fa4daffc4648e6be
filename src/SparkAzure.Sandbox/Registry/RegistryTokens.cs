using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Registry;

/// <summary>Signing in as Azure Container Registry does it (Azure/acr, docs/AAD-OAuth.md), or with Basic, or not at all.</summary>
internal sealed class RegistryTokens(RegistryOptions options)
{
    // docker login after "az acr login" sends this name with a refresh token as its password.
    private const string RefreshTokenUser = "00000000-0000-0000-0000-000000000000";

    private readonly ConcurrentDictionary<string, bool> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, string[]> _accessTokens = new();

    /// <summary>Whether the request may do this; when not, the 401 with its challenge has been answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scope">Such as <c>repository:spark:pull,push</c>; null for the ping.</param>
    public bool Admit(HttpContext context, string? scope)
    {
        var authorization = AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) ? header : null;
        var admitted = options.Authentication switch
        {
            RegistryAuthentication.None => true,
            RegistryAuthentication.Basic => IsAccount(authorization),
            _ => authorization is { Scheme: "Bearer", Parameter: { } token } && _accessTokens.TryGetValue(token, out var granted) && Covers(granted, scope),
        };
        if (admitted || (scope is null && options.OpenPing))
        {
            return true;
        }

        var host = context.Request.Host.Value;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = options.Authentication == RegistryAuthentication.Basic
            ? "Basic realm=\"sandbox, registry\""
            : $"Bearer realm=\"{options.Realm ?? $"http://{host}/oauth2/token"}\",service=\"{host}\"" + (scope is null ? "" : $",scope=\"{scope}\"");
        return false;
    }

    /// <summary>Whether the request's token, if one is needed, also covers another scope (the source of a mount).</summary>
    public bool AlsoCovers(HttpContext context, string scope) =>
        options.Authentication != RegistryAuthentication.AcrToken
        || (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            && _accessTokens.TryGetValue(header.Parameter ?? "", out var granted)
            && Covers(granted, scope));

    /// <summary>POST /oauth2/exchange: an Entra ID token for a refresh token.</summary>
    public async Task ExchangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var isKnown = options.EntraAccessToken is null ? form["access_token"].Count == 1 : form["access_token"] == options.EntraAccessToken;
        if (form["grant_type"] != "access_token" || form["service"] != context.Request.Host.Value || !isKnown)
        {
            await RefuseAsync(context);
            return;
        }

        var token = MakeToken("refresh");
        _refreshTokens[token] = true;
        await context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["refresh_token"] = token }, context.RequestAborted);
    }

    /// <summary>GET (Basic) or POST (refresh_token, password) /oauth2/token: an access token for the scopes asked for.</summary>
    public async Task TokenAsync(HttpContext context)
    {
        string? service;
        string?[] scopes;
        bool known;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            (service, scopes) = (form["service"], [.. form["scope"]]);
            known = form["grant_type"].ToString() switch
            {
                "refresh_token" => _refreshTokens.ContainsKey(form["refresh_token"].ToString()),
                "password" => IsAccount(form["username"].ToString(), form["password"].ToString()),
                _ => false,
            };
        }
        else
        {
            (service, scopes) = (context.Request.Query["service"], [.. context.Request.Query["scope"]]);
            known = AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) && IsAccount(header);
        }

        if (!known || service != context.Request.Host.Value)
        {
            await RefuseAsync(context);
            return;
        }

        var token = MakeToken("access");
        _accessTokens[token] = [.. scopes.SelectMany(s => (s ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        await context.Response.WriteAsJsonAsync(
            new Dictionary<string, object> { ["access_token"] = token, ["token"] = token, ["expires_in"] = 4500 },
            context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        await context.Response.WriteAsJsonAsync(
            new { errors = new[] { new { code = "UNAUTHORIZED", message = "authentication required" } } },
            context.RequestAborted);
    }

    private static bool Covers(string[] granted, string? wanted)
    {
        if (wanted is null)
        {
            return true;
        }

        var (name, actions) = Split(wanted);
        return granted.Select(Split).Where(g => g.Name == name).SelectMany(g => g.Actions).ToHashSet().IsSupersetOf(actions);
    }

    private static (string Name, string[] Actions) Split(string scope)
    {
        var colon = scope.LastIndexOf(':');
        return colon < 0 ? (scope, []) : (scope[..colon], scope[(colon + 1)..].Split(','));
    }

    private bool IsAccount(AuthenticationHeaderValue? header)
    {
        if (header is not { Scheme: "Basic", Parameter: { } encoded })
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && IsAccount(pair[..colon], pair[(colon + 1)..]);
    }

    private bool IsAccount(string name, string password) =>
        (name == options.UserName && password == options.Password) || (name == RefreshTokenUser && _refreshTokens.ContainsKey(password));

    // Shaped like a JWT, as ACR's are; the stand-in knows its tokens and needs no real signature.
    private static string MakeToken(string type)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = JsonSerializer.SerializeToUtf8Bytes(new { grant_type = type + "_token", nbf = now, exp = now + 4500 });
        return $"{Base64Url("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url(payload)}.{Base64Url(RandomNumberGenerator.GetBytes(32))}";
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
