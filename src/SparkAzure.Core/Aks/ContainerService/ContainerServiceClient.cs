using Azure.Core;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.ContainerService;

namespace SparkAzure.Core.Aks.ContainerService;

/// <summary>
/// The few calls of Azure Resource Manager for clusters, in the terms of Azure.ResourceManager.ContainerService. Fails
/// with AzureErrors.
/// </summary>
internal sealed class ContainerServiceClient(AzureServiceClient azure)
{
    private const string Version = "api-version=2025-10-01";
    private const string Clusters = "providers/Microsoft.ContainerService/managedClusters";

    /// <summary>Reads a cluster.</summary>
    public Task<ContainerServiceManagedClusterData> GetManagedClusterAsync(
        string subscriptionId, string resourceGroupName, string resourceName, CancellationToken cancellationToken) =>
        azure.GetAsync<ContainerServiceManagedClusterData>(
            $"{Group(subscriptionId, resourceGroupName)}/{Clusters}/{Escape(resourceName)}?{Version}",
            cancellationToken);

    /// <summary>Lists the clusters of a resource group, or of a whole subscription, all pages.</summary>
    public Task<IReadOnlyList<ContainerServiceManagedClusterData>> GetManagedClustersAsync(
        string subscriptionId, string? resourceGroupName, CancellationToken cancellationToken) =>
        azure.ListAsync<ContainerServiceManagedClusterData>(
            $"{Scope(subscriptionId, resourceGroupName)}/{Clusters}?{Version}",
            cancellationToken);

    /// <summary>Hands out the kubeconfigs of a cluster's users, or of its administrator.</summary>
    /// <param name="subscriptionId">The subscription.</param>
    /// <param name="resourceGroupName">The resource group.</param>
    /// <param name="resourceName">The cluster.</param>
    /// <param name="admin">The administrator's; refused where local accounts are disabled.</param>
    /// <param name="serverFqdn"><c>public</c> for the public name of a private cluster; null for the usual one.</param>
    /// <param name="format">
    /// <c>exec</c> or <c>azure</c>: how a cluster with Entra ID has its users sign in; null for the service's own
    /// choice.
    /// </param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<CredentialResults> GetClusterCredentialsAsync(
        string subscriptionId, string resourceGroupName, string resourceName, bool admin, string? serverFqdn, string? format, CancellationToken cancellationToken)
    {
        var action = admin ? "listClusterAdminCredential" : "listClusterUserCredential";
        var more = (serverFqdn is null ? "" : $"&server-fqdn={Escape(serverFqdn)}") +
            (format is null ? "" : $"&format={Escape(format)}");
        return azure.SendAsync<CredentialResults>(
            RequestMethod.Post,
            $"{Group(subscriptionId, resourceGroupName)}/{Clusters}/{Escape(resourceName)}/{action}?{Version}{more}",
            null,
            cancellationToken);
    }

    private static string Scope(string subscriptionId, string? resourceGroupName)
    {
        if (resourceGroupName is null)
        {
            return $"/subscriptions/{Escape(subscriptionId)}";
        }

        return Group(subscriptionId, resourceGroupName);
    }

    private static string Group(string subscriptionId, string resourceGroupName) =>
        $"/subscriptions/{Escape(subscriptionId)}/resourceGroups/{Escape(resourceGroupName)}";

    private static string Escape(string segment) => Uri.EscapeDataString(segment);
}
