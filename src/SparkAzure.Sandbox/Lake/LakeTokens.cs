using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Lake;

/// <summary>
/// Entra ID as Hadoop's drivers ask it: one service principal, client credentials, version 1 (resource) and 2 (scope).
/// Source: the drivers' own requests, as recorded; the words are those of AzureStandIn.
/// </summary>
public sealed class LakeTokens
{
    private const int Seconds = 3599;

    // Storage, and Data Lake Storage gen1.
    private static readonly string[] Audiences = ["https://storage.azure.com", "https://datalake.azure.net"];

    private readonly ConcurrentDictionary<string, DateTimeOffset> _issued = new(StringComparer.Ordinal);

    /// <summary>The tenant.</summary>
    public string TenantId { get; } = Guid.NewGuid().ToString();

    /// <summary>The service principal.</summary>
    public string ClientId { get; } = Guid.NewGuid().ToString();

    /// <summary>Its secret.</summary>
    public string ClientSecret { get; } = $"{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}~";

    /// <summary>Where tokens are asked for, below the address.</summary>
    public string Path => $"/{TenantId}/oauth2/token";

    /// <summary>Whether a request asks for a token.</summary>
    internal static bool IsFor(HttpRequest request) =>
        request.Path.Value!.Trim('/').Split('/') is [_, "oauth2", "token"] or [_, "oauth2", "v2.0", "token"];

    /// <summary>Whether a header carries a token that was issued and has not ended.</summary>
    internal bool HasIssued(string? authorization) =>
        authorization?.Split(' ') is ["Bearer", var token]
        && _issued.TryGetValue(token, out var end)
        && end > DateTimeOffset.UtcNow;

    /// <summary>Issues one, or says why not.</summary>
    internal async Task<LakeAnswer> AnswerAsync(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType)
        {
            return Refusal(400, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
        }

        var form = await request.ReadFormAsync();
        if (!request.Path.Value!.StartsWith($"/{TenantId}/", StringComparison.OrdinalIgnoreCase))
        {
            return Refusal(400, "invalid_request", "AADSTS90002: Tenant not found.");
        }

        if (form["grant_type"] != "client_credentials")
        {
            return Refusal(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
        }

        if (form["client_id"] != ClientId)
        {
            return Refusal(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.");
        }

        if (form["client_secret"] != ClientSecret)
        {
            return Refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
        }

        var isSecond = request.Path.Value.Contains("/v2.0/", StringComparison.Ordinal);
        var audience = isSecond ? form["scope"].ToString().Replace("/.default", "", StringComparison.Ordinal) : form["resource"].ToString();
        audience = audience.TrimEnd('/');
        if (!Audiences.Contains(audience))
        {
            return Refusal(400, "invalid_resource", $"AADSTS500011: The resource principal named {audience} was not found.");
        }

        return Issue(audience);
    }

    private LakeAnswer Issue(string audience)
    {
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        var end = DateTimeOffset.UtcNow.AddSeconds(Seconds);
        _issued[token] = end;
        return Json(200, new
        {
            token_type = "Bearer",
            expires_in = $"{Seconds}",
            expires_on = $"{end.ToUnixTimeSeconds()}",
            resource = audience,
            access_token = token,
        });
    }

    private static LakeAnswer Refusal(int status, string error, string description) =>
        Json(status, new { error, error_description = description });

    private static LakeAnswer Json(int status, object body) => new(status)
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(body),
        ContentType = "application/json; charset=utf-8",
    };
}
