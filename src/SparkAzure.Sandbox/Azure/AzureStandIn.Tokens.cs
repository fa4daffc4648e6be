using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>Who hands out tokens.</summary>
public sealed partial class AzureStandIn
{
    /// <summary>The audience of container registries in every cloud.</summary>
    private const string RegistryAudience = "https://containerregistry.azure.net";

    /// <summary>The token that Entra ID hands out for container registries; null in a tenant that does not know them.</summary>
    public string? RegistryAccessToken { get; set; } = $"eyJ.{Convert.ToHexString(RandomNumberGenerator.GetBytes(24))}.registry";

    // Entra ID, "OAuth 2.0 client credentials flow": errors are {"error","error_description"} with an AADSTS number.
    private async Task<Answer> EntraTokenAsync(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
        {
            return OAuthError(400, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
        }

        var form = await request.ReadFormAsync();
        if (form["grant_type"] != "client_credentials")
        {
            return OAuthError(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
        }

        if (form["client_id"] != ClientId)
        {
            return OAuthError(400, "unauthorized_client", $"AADSTS700016: Application with identifier '{form["client_id"]}' was not found in the directory.");
        }

        if (form["client_secret"] != ClientSecret)
        {
            return OAuthError(401, "invalid_client", $"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{ClientId}'.");
        }

        if (form["scope"] == RegistryAudience + "/.default" && RegistryAccessToken is not null)
        {
            return new Answer(200, new { token_type = "Bearer", expires_in = 3599, ext_expires_in = 3599, access_token = RegistryAccessToken });
        }

        return form["scope"] == $"{Endpoint.GetLeftPart(UriPartial.Authority)}/.default"
            ? new Answer(200, new { token_type = "Bearer", expires_in = 3599, ext_expires_in = 3599, access_token = AccessToken })
            : OAuthError(400, "invalid_resource", $"AADSTS500011: The resource principal named {form["scope"]} was not found in the tenant.");
    }

    private static Answer OAuthError(int status, string error, string description) =>
        new(status, new { error, error_description = description });

    private Answer OpenIdConfiguration(string tenant) => new(200, new
    {
        issuer = $"{Endpoint}{tenant}/v2.0",
        token_endpoint = $"{Endpoint}{tenant}/oauth2/v2.0/token",
        authorization_endpoint = $"{Endpoint}{tenant}/oauth2/v2.0/authorize",
    });

    // App Service and Automation, "REST endpoint reference", api-version 2019-08-01.
    private Answer IdentityToken(HttpRequest request)
    {
        if (request.Headers["X-IDENTITY-HEADER"] != IdentityHeader)
        {
            return new Answer(401, new { statusCode = 401, message = "Unauthorized" });
        }

        return new Answer(200, new
        {
            access_token = request.Query["resource"] == RegistryAudience ? RegistryAccessToken ?? AccessToken : AccessToken,
            expires_on = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            resource = request.Query["resource"].ToString(),
            token_type = "Bearer",
        });
    }
}
