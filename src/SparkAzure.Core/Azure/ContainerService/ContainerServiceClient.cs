using Azure.Core;

namespace SparkAzure.Core.Azure.ContainerService;

/// <summary>The calls over our own client of Resource Manager.</summary>
internal sealed class ContainerServiceClient(AzureServiceClient azure) : IContainerServiceClient
{
    private const string Version = "api-version=2025-10-01";
    private const string Clusters = "providers/Microsoft.ContainerService/managedClusters";

    public Task<ContainerServiceManagedClusterData> GetManagedClusterAsync(
        string subscriptionId, string resourceGroupName, string resourceName, CancellationToken cancellationToken) =>
        azure.GetAsync<ContainerServiceManagedClusterData>(
            $"{Group(subscriptionId, resourceGroupName)}/{Clusters}/{Escape(resourceName)}?{Version}",
            cancellationToken);

    public Task<IReadOnlyList<ContainerServiceManagedClusterData>> GetManagedClustersAsync(
        string subscriptionId, string? resourceGroupName, CancellationToken cancellationToken) =>
        azure.ListAsync<ContainerServiceManagedClusterData>(
            $"{(resourceGroupName is null
                ? $"/subscriptions/{Escape(subscriptionId)}"
                : Group(subscriptionId, resourceGroupName))}/{Clusters}?{Version}",
            cancellationToken);

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

    private static string Group(string subscriptionId, string resourceGroupName) =>
        $"/subscriptions/{Escape(subscriptionId)}/resourceGroups/{Escape(resourceGroupName)}";

    private static string Escape(string segment) => Uri.EscapeDataString(segment);
}
