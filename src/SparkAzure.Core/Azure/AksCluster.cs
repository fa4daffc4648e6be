using Azure;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Kubernetes;

namespace SparkAzure.Core.Azure;

/// <summary>A cluster of Azure Kubernetes Service, as Azure Resource Manager knows it.</summary>
public sealed class AksCluster
{
    private readonly string _resourceGroupName;
    private readonly string _clusterName;
    private readonly string? _subscriptionId;
    private readonly AzureAccess _access;

    /// <summary>Names a cluster; nothing is asked yet.</summary>
    /// <param name="resourceGroupName">Its resource group.</param>
    /// <param name="clusterName">Its name.</param>
    /// <param name="subscriptionId">Its subscription; null where the account sees only one.</param>
    /// <param name="access">How to reach Azure and as whom.</param>
    public AksCluster(string resourceGroupName, string clusterName, string? subscriptionId, AzureAccess access)
    {
        _resourceGroupName = resourceGroupName;
        _clusterName = clusterName;
        _subscriptionId = subscriptionId;
        _access = access;
    }

    /// <summary>Asks Azure for the API server's address.</summary>
    /// <exception cref="SparkAzureException">An id of AzureErrors.</exception>
    public async Task<AksApiServer> GetApiServerAsync(IOperator operation, CancellationToken cancellationToken)
    {
        var endpoint = _access.ResourceManagerEndpoint ?? AzureCloud.Of(_access.Environment).ResourceManager;
        if (endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
        {
            throw AzureErrors.NotASecureEndpoint(endpoint);
        }

        IContainerServiceClient azure = new ContainerServiceClient(ResourceManagerPipeline.Create(_access, endpoint, operation), endpoint);
        var subscription = _subscriptionId ?? await OnlySubscriptionAsync(azure, endpoint, operation, cancellationToken).ConfigureAwait(false);
        var cluster = await ReadAsync(azure, subscription, endpoint, cancellationToken).ConfigureAwait(false);
        return Describe(cluster, operation);
    }

    private static async Task<string> OnlySubscriptionAsync(IContainerServiceClient azure, Uri endpoint, IOperator operation, CancellationToken cancellationToken)
    {
        var subscriptions = await AskAsync($"list of subscriptions at {endpoint.Host}", () => azure.GetSubscriptionsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        switch (subscriptions)
        {
            case []:
                throw AzureErrors.NoSubscription();
            case [var only]:
                operation.Debug($"Subscription {only}: the account sees no other.");
                return only.SubscriptionId;
            default:
                throw AzureErrors.SubscriptionNotChosen([.. subscriptions.Select(s => s.ToString())]);
        }
    }

    private static async Task<T> AskAsync<T>(string request, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && AzureErrors.FromSdk(request, exception) is { } mapped)
        {
            throw mapped;
        }
    }

    private async Task<ContainerServiceManagedClusterData> ReadAsync(IContainerServiceClient azure, string subscription, Uri endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(
                $"cluster '{_clusterName}' at {endpoint.Host}",
                () => azure.GetManagedClusterAsync(subscription, _resourceGroupName, _clusterName, cancellationToken),
                cancellationToken).ConfigureAwait(false);
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
            return [.. (await azure.GetManagedClustersAsync(subscription, cancellationToken).ConfigureAwait(false)).Select(c => c.Name)];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && AzureErrors.FromSdk("", exception) is not null)
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
