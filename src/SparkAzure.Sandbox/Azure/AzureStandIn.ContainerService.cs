namespace SparkAzure.Sandbox.Azure;

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

/// <summary>Microsoft.ContainerService: managed clusters.</summary>
public sealed partial class AzureStandIn
{
    private readonly List<StandInCluster> _clusters = [];

    /// <summary>Adds a cluster.</summary>
    public StandInCluster AddCluster(StandInCluster cluster)
    {
        _clusters.Add(cluster);
        return cluster;
    }

    private Task<Answer> ContainerServiceAsync(ResourceRequest request)
    {
        var clusters = _clusters.Where(c => Same(c.Subscription.Id, request.Subscription.Id) && (request.ResourceGroup is null || Same(c.ResourceGroup, request.ResourceGroup))).ToList();
        return Task.FromResult(request.Path switch
        {
            ["managedClusters", var name, "start" or "stop"] when request.Method == "POST" && clusters.Find(c => Same(c.Name, name)) is { } cluster =>
                Accept(request.Subscription, 202, null, () => Power(cluster, Same(request.Path[2], "start") ? "Running" : "Stopped")),
            _ when request.Method != "GET" => MethodNotAllowed(request.Http),
            ["managedClusters"] when request.ResourceGroup is null || clusters.Count > 0 => Page(request.Http, [.. clusters.Select(c => c.Document)]),
            ["managedClusters", ..] when clusters.Count == 0 => Answer.Error(404, "ResourceGroupNotFound", $"Resource group '{request.ResourceGroup}' could not be found."),
            ["managedClusters", var name] => clusters.Find(c => Same(c.Name, name)) is { } cluster
                ? new Answer(200, cluster.Document)
                : Answer.Error(404, "ResourceNotFound", $"The Resource 'Microsoft.ContainerService/managedClusters/{name}' under resource group '{request.ResourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"),
            _ => NoSuchType(),
        });
    }

    private Answer Power(StandInCluster cluster, string state)
    {
        _clusters[_clusters.IndexOf(cluster)] = cluster with { PowerState = state };
        return new Answer(204);
    }
}
