using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A token that the stand-in issued.</summary>
/// <param name="Audience">The one service that takes it.</param>
/// <param name="TenantId">The tenant it is of.</param>
/// <param name="ObjectId">Whom it speaks for.</param>
/// <param name="Expires">When it ends.</param>
public sealed record StandInToken(string Audience, string TenantId, string ObjectId, DateTimeOffset Expires);

/// <summary>Who hands out tokens, and who takes which.</summary>
public sealed partial class AzureStandIn
{
    /// <summary>The audience of container registries in every cloud.</summary>
    private const string RegistryAudience = "https://containerregistry.azure.net";

    private readonly ConcurrentDictionary<string, StandInToken> _tokens = new(StringComparer.Ordinal);

    /// <summary>
    /// A token that Resource Manager takes; what Entra ID and the identity endpoints hand out for it.
    /// </summary>
    public string AccessToken { get; private set; } = null!;

    /// <summary>
    /// The token that Entra ID hands out for container registries; null in a tenant that does not know them.
    /// </summary>
    public string? RegistryAccessToken { get; set; } = $"eyJ.{NewSecret(24)}.registry";

    /// <summary>The value the identity endpoint wants in X-IDENTITY-HEADER.</summary>
    public string IdentityHeader { get; } = NewSecret(16);

    /// <summary>The address for the variable <c>IDENTITY_ENDPOINT</c>.</summary>
    public Uri IdentityEndpoint => new(Endpoint, "/msi/token");

    /// <summary>
    /// The address for the variable <c>AZURE_POD_IDENTITY_AUTHORITY_HOST</c>, which stands in for a virtual machine's
    /// 169.254.169.254.
    /// </summary>
    public Uri InstanceMetadataEndpoint => Endpoint;

    /// <summary>Whether the virtual machine has an identity.</summary>
    public bool MachineHasIdentity { get; set; } = true;

    /// <summary>The audience of Resource Manager's tokens.</summary>
    public string ResourceManagerAudience => Endpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>The audience of Graph's tokens.</summary>
    public string GraphAudience => GraphEndpoint.GetLeftPart(UriPartial.Authority);

    /// <summary>More audiences that Entra ID knows, such as that of storage.</summary>
    public ISet<string> Audiences { get; } =
        new HashSet<string>(
            StringComparer.OrdinalIgnoreCase) { "https://storage.azure.com", "https://datalake.azure.net" };

    /// <summary>Hands out a token.</summary>
    /// <param name="audience">The service it is for.</param>
    /// <param name="tenantId">The tenant; null for that of the stand-in.</param>
    /// <param name="objectId">Whom it speaks for; null for the application that is there from the start.</param>
    /// <param name="life">How long it holds; null for an hour.</param>
    public string IssueToken(string audience, string? tenantId = null, string? objectId = null, TimeSpan? life = null)
    {
        var token = new StandInToken(
            audience,
            tenantId ?? TenantId,
            objectId ?? CallerObjectId,
            DateTimeOffset.UtcNow + (life ?? TimeSpan.FromHours(1)));
        var claims =
            JsonSerializer.Serialize(
                new { aud = audience, iss = $"{Endpoint}{token.TenantId}/", tid = token.TenantId, oid = token.ObjectId, appid = ClientId, exp = token.Expires.ToUnixTimeSeconds() });
        var text = $"{Base64Url("""{"typ":"JWT","alg":"RS256"}""")}.{Base64Url(claims)}.{NewSecret(24)}";
        _tokens[text] = token;
        return text;
    }

    /// <summary>Takes a token back: whoever shows it is refused from now on.</summary>
    public void RevokeToken(string token) => _tokens.TryRemove(token, out _);

    // Microsoft's answers to a missing, an unknown, an expired and a foreign token.
    private Answer? Refusal(HttpContext context, string audience, out StandInToken? token)
    {
        token = null;
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
        {
            return Unauthorized(
                "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
        }

        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || !_tokens.TryGetValue(authorization["Bearer ".Length..], out token))
        {
            return Unauthorized("InvalidAuthenticationToken", "The access token is invalid.");
        }

        if (token.Expires < DateTimeOffset.UtcNow)
        {
            return Unauthorized(
                "ExpiredAuthenticationToken",
                $"The access token expiry UTC time '{token.Expires:M/d/yyyy h:mm:ss tt}' is earlier than current UTC " +
                $"time '{DateTimeOffset.UtcNow:M/d/yyyy h:mm:ss tt}'.");
        }

        if (Same(token.Audience.TrimEnd('/'), audience))
        {
            return null;
        }

        return Unauthorized(
            "InvalidAuthenticationTokenAudience",
            $"The access token has been obtained for wrong audience or resource '{token.Audience}'. It should " +
            $"exactly match with one of the allowed audiences '{audience}/'.");
    }

    private Answer Unauthorized(string code, string message) => Answer.Error(401, code, message) with
    {
        Headers = new Dictionary<string, string>
        {
            ["WWW-Authenticate"] = $"Bearer authorization_uri=\"{Endpoint}{TenantId}\", error=\"invalid_token\""
        },
    };

    // Entra ID, "OAuth 2.0 client credentials flow": errors are {"error","error_description"} with an AADSTS number. v1
    // takes resource, v2 takes scope and knows nothing of the other.
    private async Task<Answer> EntraTokenAsync(HttpRequest request, string tenant, bool isV2)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
        {
            return OAuthError(400, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
        }

        var form = await request.ReadFormAsync();
        if (Tenants.All(t => !Same(t, tenant)))
        {
            return OAuthError(
                400,
                "invalid_request",
                $"AADSTS90002: Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and " +
                $"are signing into the correct cloud.");
        }

        if (form["grant_type"] != "client_credentials")
        {
            return OAuthError(
                400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
        }

        if (PrincipalOf(form["client_id"]) is not { } principal)
        {
            return OAuthError(
                400,
                "unauthorized_client",
                $"AADSTS700016: Application with identifier '{form["client_id"]}' was not found in the directory.");
        }

        if (!principal.Secrets.Contains(form["client_secret"].ToString()))
        {
            return OAuthError(
                401,
                "invalid_client",
                $"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the " +
                $"client secret value, not the client secret ID, for a secret added to app '{principal.ClientId}'.");
        }

        if (isV2 && form.ContainsKey("resource"))
        {
            return OAuthError(
                400, "invalid_request", "AADSTS901002: The 'resource' request parameter is not supported.");
        }

        var audience = isV2 ? AudienceOfScope(form["scope"].ToString()) : form["resource"].ToString().TrimEnd('/');
        if (TokenFor(audience, tenant, principal.ObjectId) is { } token)
        {
            return new Answer(200, isV2
                ? new { token_type = "Bearer", expires_in = 3599, ext_expires_in = 3599, access_token = token }
                : (object)new { token_type = "Bearer", expires_in = "3599", ext_expires_in = "3599", resource = audience, access_token = token });
        }

        return OAuthError(
            400,
            "invalid_resource",
            $"AADSTS500011: The resource principal named {audience ?? form["scope"].ToString()} was not found in the " +
            $"tenant.");
    }

    private static string? AudienceOfScope(string scope)
    {
        const string Default = "/.default";
        var first = scope.Split(' ')[0];
        if (first.EndsWith(Default, StringComparison.Ordinal))
        {
            return first[..^Default.Length].TrimEnd('/');
        }

        return null;
    }

    private string? TokenFor(string? audience, string tenant, string objectId) => audience switch
    {
        null => null,
        RegistryAudience => RegistryAccessToken,
        _ when Same(audience, ResourceManagerAudience)
            && Same(tenant, TenantId)
            && Same(objectId, CallerObjectId)
            && _tokens.ContainsKey(AccessToken) => AccessToken,
        _ when Same(audience, ResourceManagerAudience)
            || Same(audience, GraphAudience)
            || Audiences.Contains(audience) => IssueToken(audience, tenant, objectId),
        _ => null,
    };

    private static Answer OAuthError(int status, string error, string description) =>
        new(status, new { error, error_description = description });

    private Answer OpenIdConfiguration(string tenant) => new(200, new
    {
        issuer = $"{Endpoint}{tenant}/v2.0",
        token_endpoint = $"{Endpoint}{tenant}/oauth2/v2.0/token",
        authorization_endpoint = $"{Endpoint}{tenant}/oauth2/v2.0/authorize",
    });

    private Answer InstanceDiscovery(HttpRequest request) => new(200, new
    {
        tenant_discovery_endpoint = $"{Endpoint}{TenantId}/v2.0/.well-known/openid-configuration",
        metadata = new[]
        {
            new { preferred_network = request.Host.Value, preferred_cache = request.Host.Value, aliases = new[]
            {
                request.Host.Value
            } }
        },
    });

    // App Service and Automation, "REST endpoint reference", api-version 2019-08-01.
    private Answer IdentityToken(HttpRequest request)
    {
        if (request.Headers["X-IDENTITY-HEADER"] == IdentityHeader)
        {
            return MachineToken(request);
        }

        return new Answer(401, new { statusCode = 401, message = "Unauthorized" });
    }

    // A virtual machine, "Azure Instance Metadata Service", api-version 2018-02-01.
    private Answer InstanceMetadataToken(HttpRequest request)
    {
        if (request.Headers["Metadata"] != "true")
        {
            return new Answer(
                400, new { error = "invalid_request", error_description = "Required metadata header not specified" });
        }

        if (MachineHasIdentity)
        {
            return MachineToken(request);
        }

        return new Answer(400, new { error = "invalid_request", error_description = "Identity not found" });
    }

    private Answer MachineToken(HttpRequest request)
    {
        var resource = request.Query["resource"].ToString().TrimEnd('/');
        if (TokenFor(resource, TenantId, CallerObjectId) is not { } token)
        {
            return new Answer(
                400,
                new { error = "invalid_resource", error_description = $"AADSTS500011: The resource principal named {resource} was not found in the tenant." });
        }

        return new Answer(200, new
        {
            access_token = token,
            client_id = ClientId,
            expires_in = "3599",
            expires_on = DateTimeOffset.UtcNow
                .AddHours(1)
                .ToUnixTimeSeconds()
                .ToString(System.Globalization.CultureInfo.InvariantCulture),
            resource,
            token_type = "Bearer",
        });
    }
}
