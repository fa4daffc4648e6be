namespace SparkAzure.Core.Azure.ContainerService;

/// <summary>What listCluster…Credential answers.</summary>
internal sealed record CredentialResults(IReadOnlyList<CredentialResult>? Kubeconfigs);

/// <summary>A kubeconfig; its value comes in base64.</summary>
internal sealed record CredentialResult(string? Name, byte[]? Value);

/// <summary>A cluster, as far as it is looked at.</summary>
internal sealed record ContainerServiceManagedClusterData(
    ResourceId Id, string Name, ManagedClusterProperties? Properties)
{
    /// <summary>The resource group, which only the id tells.</summary>
    public string ResourceGroupName => Id.ResourceGroupName;

    /// <summary>The subscription.</summary>
    public string SubscriptionId => Id.SubscriptionId;
}

/// <summary>The properties of a cluster. Names as in the REST API, version 2025-10-01.</summary>
internal sealed record ManagedClusterProperties(
    string? ProvisioningState,
    ManagedClusterPowerState? PowerState,
    string? KubernetesVersion,
    string? CurrentKubernetesVersion,
    string? Fqdn,
    string? PrivateFQDN,
    bool? DisableLocalAccounts,
    ManagedClusterAadProfile? AadProfile,
    ManagedClusterApiServerAccessProfile? ApiServerAccessProfile,
    IReadOnlyDictionary<string, ManagedClusterIdentity>? IdentityProfile,
    ManagedClusterServicePrincipalProfile? ServicePrincipalProfile,
    string? NodeResourceGroup = null,
    IReadOnlyList<ManagedClusterAgentPoolProfile>? AgentPoolProfiles = null);

/// <summary>A pool of nodes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="VnetSubnetID">The subnet of its nodes; null where AKS made the network itself.</param>
/// <param name="PodSubnetID">The subnet of its pods; null where they have addresses of nodes or of an overlay.</param>
internal sealed record ManagedClusterAgentPoolProfile(string? Name, string? VnetSubnetID, string? PodSubnetID);

/// <summary>Whether a cluster runs.</summary>
internal sealed record ManagedClusterPowerState(string? Code);

/// <summary>Present where users sign in with Entra ID.</summary>
internal sealed record ManagedClusterAadProfile(bool? Managed, bool? EnableAzureRBAC);

/// <summary>How a cluster's API server can be reached.</summary>
internal sealed record ManagedClusterApiServerAccessProfile(
    IReadOnlyList<string>? AuthorizedIPRanges,
    bool? EnablePrivateCluster,
    bool? EnablePrivateClusterPublicFQDN);

/// <summary>An identity of a cluster; that of its nodes has the name kubeletidentity.</summary>
internal sealed record ManagedClusterIdentity(string? ResourceId, string? ClientId, string? ObjectId);

/// <summary>The service principal of a cluster; <c>msi</c> where it has a managed identity.</summary>
internal sealed record ManagedClusterServicePrincipalProfile(string? ClientId);
