namespace SparkAzure.Core.Azure.Network;

/// <summary>The calls of Microsoft.Network and Microsoft.Compute that tell where a machine stands; reads alone.</summary>
internal sealed class NetworkClient(AzureServiceClient azure)
{
    private const string Version = "api-version=2024-05-01";
    private const string ComputeVersion = "api-version=2024-07-01";

    /// <summary>A virtual machine.</summary>
    public Task<VirtualMachineData> GetMachineAsync(string id, CancellationToken cancellationToken) =>
        azure.GetAsync<VirtualMachineData>($"{id}?{ComputeVersion}", cancellationToken);

    /// <summary>A network interface.</summary>
    public Task<NetworkInterfaceData> GetInterfaceAsync(string id, CancellationToken cancellationToken) =>
        azure.GetAsync<NetworkInterfaceData>($"{id}?{Version}", cancellationToken);

    /// <summary>A subnet.</summary>
    public Task<SubnetData> GetSubnetAsync(string id, CancellationToken cancellationToken) =>
        azure.GetAsync<SubnetData>($"{id}?{Version}", cancellationToken);

    /// <summary>A virtual network.</summary>
    public Task<VirtualNetworkData> GetNetworkAsync(string id, CancellationToken cancellationToken) =>
        azure.GetAsync<VirtualNetworkData>($"{id}?{Version}", cancellationToken);

    /// <summary>The virtual networks of a resource group.</summary>
    public Task<IReadOnlyList<VirtualNetworkData>> GetNetworksAsync(
        string subscriptionId, string resourceGroup, CancellationToken cancellationToken) =>
        azure.ListAsync<VirtualNetworkData>(
            $"/subscriptions/{Uri.EscapeDataString(subscriptionId)}/resourceGroups/{Uri.EscapeDataString(resourceGroup)}" +
            $"/providers/Microsoft.Network/virtualNetworks?{Version}",
            cancellationToken);

    /// <summary>A network security group.</summary>
    public Task<SecurityGroupData> GetSecurityGroupAsync(string id, CancellationToken cancellationToken) =>
        azure.GetAsync<SecurityGroupData>($"{id}?{Version}", cancellationToken);
}
