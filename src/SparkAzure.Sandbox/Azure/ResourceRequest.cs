using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A request to a provider of Resource Manager, taken apart.</summary>
/// <param name="Http">The request itself.</param>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group; null for what is asked of the whole subscription.</param>
/// <param name="Scope">What stands before the last <c>/providers/</c>: the scope of a role assignment.</param>
/// <param name="Path">
/// Types and names after the provider's name: <c>["managedClusters", "x", "listClusterUserCredential"]</c>.
/// </param>
/// <param name="Body">The body; null where there is none or it is no JSON.</param>
/// <param name="Token">As whom it is asked.</param>
internal sealed record ResourceRequest(
    HttpRequest Http,
    StandInSubscription Subscription,
    string? ResourceGroup,
    string Scope,
    string[] Path,
    JsonNode? Body,
    StandInToken Token)
{
    public string Method => Http.Method;

    /// <summary>A parameter of the query; null where it is not given.</summary>
    public string? Query(string name)
    {
        if (Http.Query.TryGetValue(name, out var value))
        {
            return value.ToString();
        }

        return null;
    }

    public static async Task<ResourceRequest> ReadAsync(
        HttpContext context,
        StandInSubscription subscription,
        string[] segments,
        int provider,
        StandInToken token)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return new ResourceRequest(
            context.Request,
            subscription,
            segments is [_, _, var kind, var group, ..]
                && string.Equals(kind, "resourceGroups", StringComparison.OrdinalIgnoreCase)
                ? group
                : null,
            "/" + string.Join('/', segments[..provider]),
            segments[(provider + 2)..],
            Parse(body.ToArray()),
            token);
    }

    private static JsonNode? Parse(byte[] body)
    {
        try
        {
            if (body.Length == 0)
            {
                return null;
            }

            return JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
