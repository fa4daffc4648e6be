using System.IO.Enumeration;
using Azure;
using SparkAzure.Core.Aks.ContainerService;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>Which clusters are meant. Names may have the wildcards * and ?.</summary>
public sealed record AksQuery
{
    /// <summary>The resource group; null for all of the subscription.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>The cluster; null for all of the resource group or subscription.</summary>
    public string? ClusterName { get; init; }

    /// <summary>Whether the public name of a private cluster is wanted instead of its private one.</summary>
    public bool PublicFqdn { get; init; }
}

/// <summary>Clusters of Azure Kubernetes Service, as Azure Resource Manager knows them.</summary>
public static class AksClusters
{
    /// <summary>Asks Azure for the addresses of API servers.</summary>
    /// <returns>One for a name without wildcards; any number else.</returns>
    /// <exception cref="SparkAzureException">An id of AzureErrors.</exception>
    public static async Task<IReadOnlyList<AksApiServer>> GetApiServersAsync(
        AksQuery query, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        var connection = new AzureConnection(access, caller);
        if (IsOne(query))
        {
            var cluster = await FindOneAsync(connection, query.ClusterName!, query.ResourceGroupName, cancellationToken)
                .ConfigureAwait(false);
            return [Describe(cluster, query.PublicFqdn, caller)];
        }

        var found = new List<AksApiServer>();
        foreach (var cluster in await FindAllAsync(connection, query, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                found.Add(Describe(cluster, query.PublicFqdn, caller));
            }
            catch (SparkAzureException exception)
            {
                // Of many, one that has no address is told and left out.
                caller.Warning(exception.Message);
            }
        }

        return found;
    }

    /// <summary>Finds the one cluster that is meant.</summary>
    /// <param name="connection">The way to Azure.</param>
    /// <param name="name">Its name.</param>
    /// <param name="group">Its resource group; null when the name alone has to do.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="SparkAzureException">
    /// AksClusterNotFound, AksClusterAmbiguous and other ids of AzureErrors.
    /// </exception>
    internal static async Task<ContainerServiceManagedClusterData> FindOneAsync(
        AzureConnection connection, string name, string? group, CancellationToken cancellationToken)
    {
        var azure = new ContainerServiceClient(connection.ResourceManager);
        var subscription = (await connection.GetSubscriptionAsync(cancellationToken)
            .ConfigureAwait(false)).SubscriptionId;
        if (group is null)
        {
            var all = await azure.GetManagedClustersAsync(subscription, null, cancellationToken).ConfigureAwait(false);
            return all.Where(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)).ToList() switch
            {
                [var only] => only,
                [] =>
                    throw AzureErrors.AksClusterNotFound(name, null, subscription, null, [.. all.Select(c => c.Name)]),
                var several =>
                    throw AzureErrors.AksClusterAmbiguous(name, [.. several.Select(c => c.ResourceGroupName)]),
            };
        }

        try
        {
            return await azure.GetManagedClusterAsync(subscription, group, name, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.InnerException is RequestFailedException { Status: 404 } notFound)
        {
            var known = await NamesOfClustersAsync(azure, subscription, cancellationToken).ConfigureAwait(false);
            throw AzureErrors.AksClusterNotFound(name, group, subscription, ServiceAnswer.Of(notFound), known);
        }
    }

    private static async Task<IEnumerable<ContainerServiceManagedClusterData>> FindAllAsync(
        AzureConnection connection, AksQuery query, CancellationToken cancellationToken)
    {
        var azure = new ContainerServiceClient(connection.ResourceManager);
        var subscription = (await connection.GetSubscriptionAsync(cancellationToken)
            .ConfigureAwait(false)).SubscriptionId;
        var group = HasWildcard(query.ResourceGroupName) ? null : query.ResourceGroupName;
        return (await azure.GetManagedClustersAsync(subscription, group, cancellationToken).ConfigureAwait(false))
            .Where(c => Fits(c.ResourceGroupName, query.ResourceGroupName) && Fits(c.Name, query.ClusterName));
    }

    // For the error's text only: an account that may not list still learns that the cluster is not there.
    private static async Task<IReadOnlyList<string>> NamesOfClustersAsync(
        ContainerServiceClient azure, string subscription, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await azure.GetManagedClustersAsync(subscription, null, cancellationToken)
                .ConfigureAwait(false)).Select(c => c.Name)];
        }
        catch (SparkAzureException)
        {
            return [];
        }
    }

    private static bool IsOne(AksQuery query) =>
        query.ClusterName is not null && !HasWildcard(query.ClusterName) && !HasWildcard(query.ResourceGroupName);

    private static bool HasWildcard(string? name) => name?.AsSpan().ContainsAny('*', '?') == true;

    private static bool Fits(string name, string? wanted) =>
        wanted is null || FileSystemName.MatchesSimpleExpression(wanted, name, ignoreCase: true);

    private static AksApiServer Describe(
        ContainerServiceManagedClusterData cluster, bool publicFqdn, ICaller caller)
    {
        var properties = cluster.Properties;
        var profile = properties?.ApiServerAccessProfile;
        var isPrivate = profile?.EnablePrivateCluster == true;
        var publicName = PublicNameOf(properties);
        var privateName = NullIfEmpty(properties?.PrivateFQDN);
        if (publicFqdn && isPrivate && publicName is null && privateName is not null)
        {
            throw AzureErrors.AksClusterHasNoPublicName(cluster.Name);
        }

        var host = HostOf(cluster, publicFqdn)
            ?? throw AzureErrors.AksClusterHasNoAddress(cluster.Name, properties?.ProvisioningState);
        if (properties?.PowerState?.Code == "Stopped")
        {
            caller.Warning(
                $"Cluster '{cluster.Name}' is stopped; its API server does not answer until 'az aks start' (or " +
                $"Start-AzAksCluster) has started it.");
        }

        var address = ApiServerAddress.OfHost(host);
        return new AksApiServer
        {
            ClusterName = cluster.Name,
            ResourceGroupName = cluster.ResourceGroupName,
            SubscriptionId = cluster.SubscriptionId,
            Uri = address.Uri,
            SparkMaster = address.SparkMaster,
            Private = isPrivate,
            PublicName = publicName,
            PrivateName = privateName,
            AuthorizedIPRanges = [.. profile?.AuthorizedIPRanges ?? []],
            KubernetesVersion = properties?.CurrentKubernetesVersion ?? properties?.KubernetesVersion,
            PowerState = properties?.PowerState?.Code,
            ProvisioningState = properties?.ProvisioningState,
            LocalAccountsDisabled = properties is null ? null : properties.DisableLocalAccounts == true,
            EntraSignIn = properties is null ? null : properties.AadProfile is not null,
            KubeletObjectId = KubeletIdentity(properties)?.ObjectId,
            Source = cluster.Id,
        };
    }

    /// <summary>The host of a cluster's API server, as Azure tells it; null where it has none yet.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="publicFqdn">Whether the public name of a private cluster is wanted.</param>
    internal static string? HostOf(ContainerServiceManagedClusterData cluster, bool publicFqdn)
    {
        var isPrivate = cluster.Properties?.ApiServerAccessProfile?.EnablePrivateCluster == true;
        if (isPrivate && !publicFqdn)
        {
            return NullIfEmpty(cluster.Properties?.PrivateFQDN);
        }

        return PublicNameOf(cluster.Properties);
    }

    private static string? PublicNameOf(ManagedClusterProperties? properties)
    {
        if (properties?.ApiServerAccessProfile is { EnablePrivateCluster: true, EnablePrivateClusterPublicFQDN: false })
        {
            return null;
        }

        return NullIfEmpty(properties?.Fqdn);
    }

    /// <summary>The identity with which nodes pull images; null for a cluster that has a service principal.</summary>
    internal static ManagedClusterIdentity? KubeletIdentity(ManagedClusterProperties? properties) =>
        properties?.IdentityProfile?.FirstOrDefault(i =>
            string.Equals(i.Key, "kubeletidentity", StringComparison.OrdinalIgnoreCase)).Value;

    private static string? NullIfEmpty(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text;
    }
}
