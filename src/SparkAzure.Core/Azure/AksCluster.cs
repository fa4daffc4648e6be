using Azure;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Kubernetes;

namespace SparkAzure.Core.Azure;

/// <summary>A cluster of Azure Kubernetes Service, as Azure Resource Manager knows it.</summary>
public sealed class AksCluster
{
    private readonly string _resourceGroupName;
    private readonly string _clusterName;
    private readonly AzureAccess _access;

    /// <summary>Names a cluster; nothing is asked yet.</summary>
    /// <param name="resourceGroupName">Its resource group.</param>
    /// <param name="clusterName">Its name.</param>
    /// <param name="access">How to reach Azure and as whom.</param>
    public AksCluster(string resourceGroupName, string clusterName, AzureAccess access)
    {
        _resourceGroupName = resourceGroupName;
        _clusterName = clusterName;
        _access = access;
    }

    /// <summary>Asks Azure for the API server's address.</summary>
    /// <exception cref="SparkAzureException">An id of AzureErrors.</exception>
    public async Task<AksApiServer> GetApiServerAsync(IOperator operation, CancellationToken cancellationToken)
    {
        var connection = new AzureConnection(_access, operation);
        IContainerServiceClient azure = new ContainerServiceClient(connection.ResourceManager);
        var subscription = await connection.GetSubscriptionAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await ReadAsync(azure, subscription.SubscriptionId, cancellationToken).ConfigureAwait(false);
        return Describe(cluster, operation);
    }

    private async Task<ContainerServiceManagedClusterData> ReadAsync(IContainerServiceClient azure, string subscription, CancellationToken cancellationToken)
    {
        try
        {
            return await azure.GetManagedClusterAsync(subscription, _resourceGroupName, _clusterName, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.InnerException is RequestFailedException { Status: 404 } notFound)
        {
            var known = await NamesOfClustersAsync(azure, subscription, cancellationToken).ConfigureAwait(false);
            throw AzureErrors.AksClusterNotFound(_clusterName, _resourceGroupName, subscription, ServiceAnswer.Of(notFound), known);
        }
    }

    // For the error's text only: an account that may not list still learns that the cluster is not there.
    private static async Task<IReadOnlyList<string>> NamesOfClustersAsync(IContainerServiceClient azure, string subscription, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await azure.GetManagedClustersAsync(subscription, null, cancellationToken).ConfigureAwait(false)).Select(c => c.Name)];
        }
        catch (SparkAzureException)
        {
            return [];
        }
    }

    private AksApiServer Describe(ContainerServiceManagedClusterData cluster, IOperator operation)
    {
        var properties = cluster.Properties;
        var isPrivate = properties?.ApiServerAccessProfile?.EnablePrivateCluster == true;
        var host = isPrivate ? properties?.PrivateFQDN : properties?.Fqdn;
        if (string.IsNullOrEmpty(host))
        {
            throw AzureErrors.AksClusterHasNoAddress(_clusterName, properties?.ProvisioningState);
        }

        if (properties?.PowerState?.Code == "Stopped")
        {
            operation.Warning($"Cluster '{cluster.Name}' is stopped; its API server does not answer until 'az aks start' has started it.");
        }

        var address = ApiServerAddress.OfHost(host);
        return new AksApiServer
        {
            ClusterName = cluster.Name,
            ResourceGroupName = _resourceGroupName,
            Uri = address.Uri,
            SparkMaster = address.SparkMaster,
            Private = isPrivate,
            KubernetesVersion = properties?.CurrentKubernetesVersion ?? properties?.KubernetesVersion,
            PowerState = properties?.PowerState?.Code,
            Source = cluster.Id,
        };
    }
}
