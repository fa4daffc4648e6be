using SparkAzure.Core.Azure;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>Which setup is checked, and how far.</summary>
public sealed record SetupCheckOptions
{
    /// <summary>The data directory of DSS.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The Spark configuration of DSS whose jobs are meant.</summary>
    public string Configuration { get; init; } = "default";

    /// <summary>The connections to ADLS that are meant; none for all of DSS.</summary>
    public IReadOnlyList<string> Connections { get; init; } = [];

    /// <summary>The kubeconfig of the jobs; null for that of the account that runs DSS.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>Its context; null for the configuration's, or the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Whether a pod is started in the cluster that looks from there.</summary>
    public bool FromCluster { get; init; }

    /// <summary>The cluster in Azure; null where Azure is not asked.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The cluster's resource group; null when the name alone has to do.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>The registry in Azure; null for the one that the configuration's image names.</summary>
    public string? Registry { get; init; }

    /// <summary>How to reach Azure.</summary>
    public AzureAccess Azure { get; init; } = new();

    /// <summary>How to sign in to the image's registry.</summary>
    public RegistryAccess RegistryAccess { get; init; } = new();

    /// <summary>The checks that are made, by id; * and ? stand for any characters and any one. None for all.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];

    /// <summary>Where a machine of Azure asks which one it is; null for Azure's own address. Tests have another.</summary>
    internal Uri? InstanceMetadata { get; init; }

    /// <summary>Where what was read of jars and layers is kept; null for the user's cache folder.</summary>
    public string? CacheFolder { get; init; }
}
