namespace SparkAzure.Core.Azure.ContainerService;

/// <summary>
/// The few calls of Azure Resource Manager for clusters, in the terms of Azure.ResourceManager.ContainerService, so that that library
/// can take the place of this folder. Fails with AzureErrors.
/// </summary>
internal interface IContainerServiceClient
{
    /// <summary>Reads a cluster.</summary>
    Task<ContainerServiceManagedClusterData> GetManagedClusterAsync(string subscriptionId, string resourceGroupName, string resourceName, CancellationToken cancellationToken);

    /// <summary>Lists the clusters of a resource group, or of a whole subscription, all pages.</summary>
    Task<IReadOnlyList<ContainerServiceManagedClusterData>> GetManagedClustersAsync(string subscriptionId, string? resourceGroupName, CancellationToken cancellationToken);
}

/// <summary>A cluster, as far as it is looked at.</summary>
internal sealed record ContainerServiceManagedClusterData(string Id, string Name, ManagedClusterProperties? Properties);

/// <summary>The properties of a cluster. Names as in the REST API, version 2025-10-01.</summary>
internal sealed record ManagedClusterProperties(
    string? ProvisioningState,
    ManagedClusterPowerState? PowerState,
    string? KubernetesVersion,
    string? CurrentKubernetesVersion,
    string? Fqdn,
    string? PrivateFQDN,
    ManagedClusterApiServerAccessProfile? ApiServerAccessProfile);

/// <summary>Whether a cluster runs.</summary>
internal sealed record ManagedClusterPowerState(string? Code);

/// <summary>How a cluster's API server can be reached.</summary>
internal sealed record ManagedClusterApiServerAccessProfile(bool? EnablePrivateCluster);
