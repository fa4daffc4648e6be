using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A subscription of the stand-in.</summary>
public sealed record StandInSubscription(string Id, string DisplayName);

/// <summary>A cluster of the stand-in, as Resource Manager shows one.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
public sealed record StandInCluster(StandInSubscription Subscription, string ResourceGroup, string Name)
{
    /// <summary>Whether it is a private cluster.</summary>
    public bool Private { get; init; }

    /// <summary>Running or Stopped.</summary>
    public string PowerState { get; init; } = "Running";

    /// <summary>Succeeded, Creating, …; a cluster that is being made has no address yet.</summary>
    public string ProvisioningState { get; init; } = "Succeeded";

    /// <summary>The version that runs.</summary>
    public string KubernetesVersion { get; init; } = "1.34.2";

    /// <summary>The public name.</summary>
    public string Fqdn => $"{Name}-dns-0a1b2c3d.hcp.westeurope.azmk8s.io";

    /// <summary>The private name, of a private cluster only.</summary>
    public string? PrivateFqdn => Private ? $"{Name}-dns-0a1b2c3d.9f8e7d6c-0000-4000-8000-000000000000.privatelink.westeurope.azmk8s.io" : null;

    internal string Id => $"/subscriptions/{Subscription.Id}/resourcegroups/{ResourceGroup}/providers/Microsoft.ContainerService/managedClusters/{Name}";

    internal object Document => new
    {
        id = Id,
        location = "westeurope",
        name = Name,
        type = "Microsoft.ContainerService/ManagedClusters",
        properties = new
        {
            provisioningState = ProvisioningState,
            powerState = new { code = PowerState },
            kubernetesVersion = KubernetesVersion[..KubernetesVersion.LastIndexOf('.')],
            currentKubernetesVersion = KubernetesVersion,
            dnsPrefix = $"{Name}-dns",
            fqdn = ProvisioningState == "Creating" ? null : Fqdn,
            privateFQDN = ProvisioningState == "Creating" ? null : PrivateFqdn,
            azurePortalFQDN = $"{Name}-dns-0a1b2c3d.portal.hcp.westeurope.azmk8s.io",
            apiServerAccessProfile = Private ? new { enablePrivateCluster = true, enablePrivateClusterPublicFQDN = true, privateDNSZone = "system" } : null,
        },
    };
}

/// <summary>Resource Manager: what it answers and how it refuses.</summary>
public sealed partial class AzureStandIn
{
    private Answer ResourceManager(HttpContext context, string[] segments)
    {
        var request = context.Request;
        if (Refusal(context) is { } refusal)
        {
            return refusal;
        }

        if (!request.Query.ContainsKey("api-version"))
        {
            return Answer.Error(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
        }

        if (!HttpMethods.IsGet(request.Method))
        {
            return Answer.Error(405, "HttpMethodNotAllowed", $"The request method '{request.Method}' is not allowed.");
        }

        if (segments is ["subscriptions"])
        {
            return Page(request, [.. _subscriptions.Select(s => (object)new { id = $"/subscriptions/{s.Id}", subscriptionId = s.Id, tenantId = TenantId, displayName = s.DisplayName, state = "Enabled" })]);
        }

        if (segments is not ["subscriptions", var id, ..] || _subscriptions.All(s => !Same(s.Id, id)))
        {
            return Answer.Error(404, "SubscriptionNotFound", $"The subscription '{segments.ElementAtOrDefault(1)}' could not be found.");
        }

        var clusters = _clusters.Where(c => Same(c.Subscription.Id, id));
        return segments switch
        {
            [_, _, "providers", "Microsoft.ContainerService", "managedClusters"] => Page(request, [.. clusters.Select(c => c.Document)]),
            [_, _, "resourceGroups", var group, "providers", "Microsoft.ContainerService", "managedClusters", var name] => Cluster(clusters.Where(c => Same(c.ResourceGroup, group)), group, name),
            _ => Answer.Error(404, "InvalidResourceType", "The resource type could not be found in the namespace."),
        };
    }

    private static Answer Cluster(IEnumerable<StandInCluster> group, string groupName, string name)
    {
        var clusters = group.ToList();
        if (clusters.Count == 0)
        {
            return Answer.Error(404, "ResourceGroupNotFound", $"Resource group '{groupName}' could not be found.");
        }

        return clusters.Find(c => Same(c.Name, name)) is { } cluster
            ? new Answer(200, cluster.Document)
            : Answer.Error(404, "ResourceNotFound", $"The Resource 'Microsoft.ContainerService/managedClusters/{name}' under resource group '{groupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix");
    }

    private Answer? Refusal(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization == $"Bearer {AccessToken}")
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = $"Bearer authorization_uri=\"{Endpoint}{TenantId}\", error=\"invalid_token\"";
        return authorization.Length == 0
            ? Answer.Error(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
            : Answer.Error(401, "InvalidAuthenticationToken", "The access token is invalid.");
    }

    private Answer Page(HttpRequest request, IReadOnlyList<object> all)
    {
        _ = int.TryParse(request.Query["$skiptoken"], NumberStyles.None, CultureInfo.InvariantCulture, out var skipped);
        var page = all.Skip(skipped).Take(PageSize).ToList();
        var next = skipped + page.Count;
        return next < all.Count
            ? new Answer(200, new { value = page, nextLink = new Uri(NextLinkBase ?? Endpoint, $"{request.Path}?api-version={request.Query["api-version"]}&%24skiptoken={next}") })
            : new Answer(200, new { value = page });
    }

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
