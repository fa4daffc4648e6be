using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A subscription of the stand-in.</summary>
/// <param name="Id">Its id.</param>
/// <param name="DisplayName">Its name.</param>
/// <param name="TenantId">The tenant it trusts; tokens of another are refused.</param>
public sealed record StandInSubscription(string Id, string DisplayName, string TenantId)
{
    internal object Document => new
    {
        id = $"/subscriptions/{Id}",
        authorizationSource = "RoleBased",
        managedByTenants = Array.Empty<object>(),
        subscriptionId = Id,
        tenantId = TenantId,
        displayName = DisplayName,
        state = "Enabled",
        subscriptionPolicies = new { locationPlacementId = "Public_2014-09-01", quotaId = "EnterpriseAgreement_2014-09-01", spendingLimit = "Off" },
    };
}

/// <summary>Resource Manager: who may ask, where, and which provider answers.</summary>
public sealed partial class AzureStandIn
{
    private readonly List<StandInSubscription> _subscriptions = [];
    private IReadOnlyDictionary<string, Func<ResourceRequest, Task<Answer>>>? _providers;

    /// <summary>
    /// Which file answers for which provider. A provider is asked with a request that has been let in: its token, its
    /// subscription and its api-version have been looked at.
    /// </summary>
    private IReadOnlyDictionary<string, Func<ResourceRequest, Task<Answer>>> Providers => _providers ??=
        new Dictionary<string, Func<ResourceRequest, Task<Answer>>>(StringComparer.OrdinalIgnoreCase)
        {
            ["Microsoft.ContainerService"] = ContainerServiceAsync,
            ["Microsoft.ContainerRegistry"] = ContainerRegistryAsync,
            ["Microsoft.Authorization"] = AuthorizationAsync,
            ["Microsoft.Storage"] = StorageAsync,
            ["Microsoft.Network"] = NetworkAsync,
            ["Microsoft.Compute"] = ComputeAsync,
        };

    /// <summary>Adds a subscription.</summary>
    /// <param name="displayName">Its name.</param>
    /// <param name="id">Its id; null for a new one.</param>
    /// <param name="tenantId">Its tenant; null for that of the stand-in.</param>
    public StandInSubscription AddSubscription(string displayName, string? id = null, string? tenantId = null)
    {
        var subscription = new StandInSubscription(id ?? Guid.NewGuid().ToString(), displayName, tenantId ?? TenantId);
        _subscriptions.Add(subscription);
        return subscription;
    }

    private async Task<Answer> ResourceManagerAsync(HttpContext context, string[] segments)
    {
        var request = context.Request;
        if (Refusal(context, ResourceManagerAudience, out var token) is { } refusal)
        {
            return refusal;
        }

        if (!request.Query.ContainsKey("api-version"))
        {
            return Answer.Error(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.");
        }

        var visible = _subscriptions.Where(s => Same(s.TenantId, token!.TenantId)).ToList();
        switch (segments)
        {
            case ["tenants"]:
                return Page(
                    request,
                    [.. Tenants.Select(
                        t => (object)new { id = $"/tenants/{t}", tenantId = t, displayName = "Sandbox", defaultDomain = "sandbox.example", tenantCategory = "Home" })]);
            case ["subscriptions"]:
                return Page(request, [.. visible.Select(s => s.Document)]);
            case ["subscriptions", var id, ..] when _subscriptions.Find(s => Same(s.Id, id)) is { } subscription:
                if (Same(subscription.TenantId, token!.TenantId))
                {
                    return await InSubscriptionAsync(context, segments, subscription, token);
                }

                return Answer.Error(
                    401,
                    "InvalidAuthenticationTokenTenant",
                    $"The access token is from the wrong issuer 'https://sts.windows.net/{token.TenantId}/'. It must " +
                    $"match the tenant 'https://sts.windows.net/{subscription.TenantId}/' associated with this " +
                    $"subscription. Please use the authority (URL) " +
                    $"'https://login.windows.net/{subscription.TenantId}' to get the token.");
            default:
                return Answer.Error(
                    404,
                    "SubscriptionNotFound",
                    $"The subscription '{segments.ElementAtOrDefault(1)}' could not be found.");
        }
    }

    private async Task<Answer> InSubscriptionAsync(
        HttpContext context, string[] segments, StandInSubscription subscription, StandInToken token)
    {
        if (segments.Length == 2)
        {
            if (HttpMethods.IsGet(context.Request.Method))
            {
                return new Answer(200, subscription.Document);
            }

            return MethodNotAllowed(context.Request);
        }

        // The last provider is the one asked: …/registries/x/providers/Microsoft.Authorization/roleAssignments/y is a
        // role's matter.
        var provider = Array.FindLastIndex(segments, s => Same(s, "providers"));
        if (provider < 0 || provider + 1 >= segments.Length)
        {
            if (Same(segments[2], "operations") && segments.Length == 5)
            {
                return Operation(context.Request, segments[3], segments[4]);
            }

            return NoSuchType();
        }

        if (Providers.TryGetValue(segments[provider + 1], out var answer))
        {
            return await answer(await ResourceRequest.ReadAsync(context, subscription, segments, provider, token));
        }

        return Answer.Error(
            404, "InvalidResourceNamespace", $"The resource namespace '{segments[provider + 1]}' is invalid.");
    }

    private Answer Page(HttpRequest request, IReadOnlyList<object> all)
    {
        _ = int.TryParse(request.Query["$skiptoken"], NumberStyles.None, CultureInfo.InvariantCulture, out var skipped);
        var page = all.Skip(skipped).Take(PageSize).ToList();
        var next = skipped + page.Count;
        var others = string.Concat(request.Query
            .Where(q => q.Key != "$skiptoken")
            .Select(q => $"{Uri.EscapeDataString(q.Key)}={Uri.EscapeDataString(q.Value.ToString())}&"));
        if (next < all.Count)
        {
            return new Answer(
                200,
                new { value = page, nextLink = new Uri(
                    NextLinkBase ?? Endpoint, $"{request.Path}?{others}%24skiptoken={next}") });
        }

        return new Answer(200, new { value = page });
    }

    private static Answer NoSuchType() =>
        Answer.Error(404, "InvalidResourceType", "The resource type could not be found in the namespace.");

    private static Answer MethodNotAllowed(HttpRequest request) =>
        Answer.Error(405, "HttpMethodNotAllowed", $"The request method '{request.Method}' is not allowed.");

    private static bool Same(string? left, string? right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
