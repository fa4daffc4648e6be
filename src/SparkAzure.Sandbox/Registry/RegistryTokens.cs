using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Registry;

/// <summary>
/// Signing in as Azure Container Registry does it (Azure/acr, docs/AAD-OAuth.md), or with Basic, or not at all.
/// </summary>
internal sealed class RegistryTokens(RegistryOptions options)
{
    // docker login after "az acr login" sends this name with a refresh token as its password.
    private const string RefreshTokenUser = "00000000-0000-0000-0000-000000000000";

    // Scope maps speak of content and metadata, scopes of what docker does with them.
    private static readonly (string Action, string Right)[] ScopeMapActions =
    [
        ("/content/read", "pull"),
        ("/content/write", "push"),
        ("/content/delete", "delete"),
        ("/metadata/read", "metadata_read"),
        ("/metadata/write", "metadata_write"),
    ];

    private readonly ConcurrentDictionary<string, Issued> _refreshTokens = new();
    private readonly ConcurrentDictionary<string, Issued> _accessTokens = new();

    /// <summary>Whether the request may do this; when not, the 401 with its challenge has been answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="scope">Such as <c>repository:spark:pull,push</c>; null for the ping.</param>
    public async Task<bool> AdmitAsync(HttpContext context, string? scope)
    {
        var authorization = AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            ? header
            : null;
        var error = options.Authentication switch
        {
            RegistryAuthentication.None => null,
            RegistryAuthentication.Basic => AccountIn(authorization) is null ? "" : null,
            _ => ErrorIn(authorization, scope),
        };
        if (error is null || (scope is null && options.OpenPing))
        {
            return true;
        }

        context.Response.Headers.WWWAuthenticate = Challenge(context.Request.Host.Value!, scope, error);
        await RefuseAsync(context, scope);
        return false;
    }

    private string Challenge(string host, string? scope, string error)
    {
        if (options.Authentication == RegistryAuthentication.Basic)
        {
            return "Basic realm=\"sandbox, registry\"";
        }

        var challenge = $"Bearer realm=\"{options.Realm ?? $"http://{host}/oauth2/token"}\",service=\"{host}\"";
        if (scope is not null)
        {
            challenge += $",scope=\"{scope}\"";
        }

        if (error.Length == 0)
        {
            return challenge;
        }

        return challenge + $",error=\"{error}\"";
    }

    /// <summary>
    /// Whether the request's token, if one is needed, also covers another scope (the source of a mount).
    /// </summary>
    public bool AlsoCovers(HttpContext context, string scope) =>
        options.Authentication != RegistryAuthentication.AcrToken
        || (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) && ErrorIn(header, scope) is null);

    /// <summary>POST /oauth2/exchange: an Entra ID token for a refresh token.</summary>
    public async Task ExchangeAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType
            ? await context.Request.ReadFormAsync(context.RequestAborted)
            : FormCollection.Empty;
        if (form["grant_type"] != "access_token" || (form["tenant"].Count > 0 && !Guid.TryParse(form["tenant"], out _)))
        {
            await BadRequestAsync(context);
            return;
        }

        var token = form["access_token"].ToString();
        var isKnown = token.Length > 0 && ((options.EntraAccessToken is null && options.ArmAccessToken is null)
            || token == options.EntraAccessToken
            || (token == options.ArmAccessToken && !options.RefuseArmAudience));
        if (form["service"] != context.Request.Host.Value || !isKnown)
        {
            await RefuseAsync(context, null);
            return;
        }

        var issued = Issue(
            _refreshTokens,
            "refresh_token",
            context,
            options.RefreshTokenLifetime,
            new Account(null),
            []);
        await context.Response.WriteAsJsonAsync(
            new Dictionary<string, string> { ["refresh_token"] = issued }, context.RequestAborted);
    }

    /// <summary>
    /// GET (Basic) or POST (refresh_token, password) /oauth2/token: an access token for the scopes asked for.
    /// </summary>
    public async Task TokenAsync(HttpContext context)
    {
        string? service;
        string?[] scopes;
        Account? account;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            var form = context.Request.HasFormContentType
                ? await context.Request.ReadFormAsync(context.RequestAborted)
                : FormCollection.Empty;
            (service, scopes) = (form["service"], [.. form["scope"]]);
            switch (form["grant_type"].ToString())
            {
                case "refresh_token":
                    account = Living(_refreshTokens, form["refresh_token"].ToString())?.Account;
                    break;
                case "password":
                    account = AccountOf(form["username"].ToString(), form["password"].ToString());
                    break;
                default:
                    await BadRequestAsync(context);
                    return;
            }
        }
        else
        {
            (service, scopes) = (context.Request.Query["service"], [.. context.Request.Query["scope"]]);
            account = AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
                ? AccountIn(header)
                : null;
        }

        if (account is null || service != context.Request.Host.Value)
        {
            await RefuseAsync(context, null);
            return;
        }

        // What the account may not do is left out of the token; the request that needs it is then refused.
        var granted = scopes.SelectMany(s => (s ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(Split)
            .Select(s => (s.Name, Actions: s.Actions.Where(a => account.May(s.Name, a)).ToArray()))
                .Where(s => s.Actions.Length > 0);
        var token = Issue(_accessTokens, "access_token", context, options.AccessTokenLifetime, account, [.. granted]);
        await context.Response.WriteAsJsonAsync(
            new Dictionary<string, string> { ["access_token"] = token }, context.RequestAborted);
    }

    private static Task BadRequestAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(
            new { errors = new[] { new { code = "UNSUPPORTED", message = "The operation is unsupported." } } },
            context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, string? scope)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        const string Message =
            "authentication required, visit https://aka.ms/acr/authorization for more information.";
        var detail = scope is null ? null : Wanted(scope);
        var error = new { code = "UNAUTHORIZED", message = Message, detail };
        await context.Response.WriteAsJsonAsync(new { errors = new[] { error } }, context.RequestAborted);
    }

    private static IEnumerable<object> Wanted(string scope)
    {
        var (resource, actions) = Split(scope);
        var colon = resource.IndexOf(':', StringComparison.Ordinal);
        return actions.Select(a => new { Type = resource[..colon], Name = resource[(colon + 1)..], Action = a });
    }

    private static Issued? Living(ConcurrentDictionary<string, Issued> tokens, string token)
    {
        if (tokens.TryGetValue(token, out var issued) && issued.Until > DateTimeOffset.UtcNow)
        {
            return issued;
        }

        return null;
    }

    private static (string Name, string[] Actions) Split(string scope)
    {
        var colon = scope.LastIndexOf(':');
        if (colon < 0)
        {
            return (scope, []);
        }

        return (scope[..colon], scope[(colon + 1)..].Split(','));
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    // RFC 6750, section 3.1; null when the token opens it, empty when there is none.
    private string? ErrorIn(AuthenticationHeaderValue? authorization, string? scope)
    {
        if (authorization is not { Scheme: "Bearer", Parameter: { } token })
        {
            return "";
        }

        if (Living(_accessTokens, token) is not { } issued)
        {
            return "invalid_token";
        }

        if (scope is null)
        {
            return null;
        }

        var (name, actions) = Split(scope);
        if (issued.Access.Where(g => g.Name == name).SelectMany(g => g.Actions).ToHashSet().IsSupersetOf(actions))
        {
            return null;
        }

        return "insufficient_scope";
    }

    private Account? AccountIn(AuthenticationHeaderValue? header)
    {
        var bytes = new byte[header?.Parameter?.Length ?? 0];
        if (header is not { Scheme: "Basic", Parameter: { } encoded }
            || !Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return null;
        }

        return AccountOf(pair[..colon], pair[(colon + 1)..]);
    }

    private Account? AccountOf(string name, string password)
    {
        if (name == RefreshTokenUser)
        {
            return Living(_refreshTokens, password)?.Account;
        }

        if (name == options.UserName && password == options.Password)
        {
            return new Account(null);
        }

        if (options.RepositoryTokens.FirstOrDefault(t => t.Name == name && t.Password == password) is { } token)
        {
            return new Account(token);
        }

        return null;
    }

    // A JWT with the claims of Azure's; the stand-in knows its tokens and needs no real signature.
    private string Issue(
        ConcurrentDictionary<string, Issued> tokens, string grantType, HttpContext context, TimeSpan lifetime, Account account, (string Name, string[] Actions)[] access)
    {
        var now = DateTimeOffset.UtcNow;
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Guid.NewGuid(),
            ["iss"] = "Azure Container Registry",
            ["aud"] = context.Request.Host.Value ?? "",
            ["version"] = "1.0",
            ["access"] = access.Select(a => new { Type = a.Name.Split(':')[0], Name = a.Name[(a.Name.IndexOf(
                ':', StringComparison.Ordinal) + 1)..], a.Actions }),
            ["grant_type"] = grantType,
        };
        foreach (var (name, time) in new[] { ("nbf", now), ("exp", now + lifetime), ("iat", now) })
        {
            claims[name] = time.ToUnixTimeSeconds();
        }

        var token = options.OpaqueTokens ? Base64Url(RandomNumberGenerator.GetBytes(48)) : Jwt(claims);
        tokens[token] = new Issued(now + lifetime, account, access);
        return token;
    }

    private static string Jwt(Dictionary<string, object> claims)
    {
        var header = Base64Url("""{"alg":"RS256","typ":"JWT"}"""u8);
        var body = Base64Url(JsonSerializer.SerializeToUtf8Bytes(claims));
        return $"{header}.{body}.{Base64Url(RandomNumberGenerator.GetBytes(32))}";
    }

    private sealed record Issued(DateTimeOffset Until, Account Account, (string Name, string[] Actions)[] Access);

    /// <summary>Who signed in: with all rights, or with those of a repository token.</summary>
    private sealed record Account(RepositoryToken? Limits)
    {
        // Wildcards are no repositories: Azure grants nothing for them.
        public bool May(string name, string action)
        {
            if (name == "registry:catalog")
            {
                return Limits is null;
            }

            return name.StartsWith("repository:", StringComparison.Ordinal)
                && !name.Contains('*', StringComparison.Ordinal)
                && (Limits is null
                || ScopeMapActions.Any(a => a.Right == action && Limits.Actions.Contains($"repositories/{name["repository:".Length..]}{a.Action}")));
        }
    }
}
