namespace SparkAzure;

/// <summary>
/// The API server of an Azure Kubernetes Service cluster, as a kubeconfig or Azure Resource Manager names it.
/// </summary>
public sealed record AksApiServer
{
    /// <summary>The cluster's name.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The resource group; null when read from a kubeconfig.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>The subscription; null when read from a kubeconfig.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The address of the API server, port included.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The value for <c>spark.master</c>: <c>k8s://https://host:443</c>.</summary>
    public required string SparkMaster { get; init; }

    /// <summary>
    /// True when the API server is reachable by its private name only; null when the source does not tell.
    /// </summary>
    public bool? Private { get; init; }

    /// <summary>The public name of the API server; null where it has none or the source does not tell.</summary>
    public string? PublicName { get; init; }

    /// <summary>
    /// The private name of a private cluster's API server; null where it has none or the source does not tell.
    /// </summary>
    public string? PrivateName { get; init; }

    /// <summary>
    /// The address ranges (CIDR) that alone reach the public name; empty where there is no such limit or the source
    /// does not tell.
    /// </summary>
    public IReadOnlyList<string> AuthorizedIPRanges { get; init => field = value.ToArray(); } = [];

    /// <summary>The Kubernetes version that runs; null when the source does not tell.</summary>
    public string? KubernetesVersion { get; init; }

    /// <summary>Running or Stopped, as Azure says; null when the source does not tell.</summary>
    public string? PowerState { get; init; }

    /// <summary>Succeeded, Creating, Updating, Failed, … as Azure says; null when the source does not tell.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>
    /// True when the cluster has no administrator's credential, so that everybody signs in with Entra ID; null when the
    /// source does not tell.
    /// </summary>
    public bool? LocalAccountsDisabled { get; init; }

    /// <summary>
    /// True when users sign in with Entra ID, for which their kubeconfig needs kubelogin; null when the source does not
    /// tell.
    /// </summary>
    public bool? EntraSignIn { get; init; }

    /// <summary>
    /// The object id of the identity with which nodes pull images: who needs AcrPull on the registry, or Container
    /// Registry Repository Reader where the registry is in ABAC mode. Null for a cluster with a service principal, and
    /// when the source does not tell.
    /// </summary>
    public string? KubeletObjectId { get; init; }

    /// <summary>The kubeconfig's context; null when read from Azure Resource Manager.</summary>
    public string? Context { get; init; }

    /// <summary>Where the answer comes from: the kubeconfig's path or the cluster's resource id.</summary>
    public required string Source { get; init; }

    /// <summary>The address that Spark needs.</summary>
    public override string ToString() => SparkMaster;
}
