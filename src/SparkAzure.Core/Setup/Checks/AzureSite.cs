using System.Net;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Azure.Network;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>Where this host and the cluster's nodes stand in Azure's networks.</summary>
/// <param name="Machine">This host's path; null where it is no machine of Azure.</param>
/// <param name="MachineAddresses">The private addresses of its interfaces.</param>
/// <param name="MachineSubnets">The subnets of its interfaces.</param>
/// <param name="SecurityGroups">The security groups of its interfaces and subnets.</param>
/// <param name="NodeSubnets">The subnets of nodes, and of pods that have one of their own.</param>
/// <param name="NodeNetworks">The virtual networks of these.</param>
internal sealed record AzurePlaces(
    string? Machine,
    IReadOnlyList<IPAddress> MachineAddresses,
    IReadOnlyList<string> MachineSubnets,
    IReadOnlyList<string> SecurityGroups,
    IReadOnlyList<string> NodeSubnets,
    IReadOnlyList<string> NodeNetworks);

/// <summary>What the checks on Azure look at.</summary>
internal sealed class AzureSite
{
    private readonly SharedFact<ContainerServiceManagedClusterData> _cluster;
    private readonly SharedFact<AzurePlaces> _places;
    private readonly Uri? _metadata;

    /// <param name="site">The setup.</param>
    /// <param name="whole">Ends with the whole run.</param>
    public AzureSite(CheckSite site, CancellationToken whole)
    {
        Connection = new AzureConnection(site.Options.Azure, site.Caller);
        Network = new NetworkClient(Connection.ResourceManager);
        _metadata = site.Options.InstanceMetadata;
        _cluster = new(
            stop => AksClusters.FindOneAsync(
                Connection, site.Options.ClusterName!, site.Options.ResourceGroupName, stop),
            whole);
        _places = new(ReadPlacesAsync, whole);
    }

    public AzureConnection Connection { get; }

    public NetworkClient Network { get; }

    public Task<ContainerServiceManagedClusterData> ClusterAsync(CancellationToken cancellationToken) =>
        _cluster.GetAsync(cancellationToken);

    public Task<AzurePlaces> PlacesAsync(CancellationToken cancellationToken) => _places.GetAsync(cancellationToken);

    /// <summary>The virtual network that a subnet is part of.</summary>
    public static string NetworkOf(string subnet)
    {
        var end = subnet.IndexOf("/subnets/", StringComparison.OrdinalIgnoreCase);
        return end > 0 ? subnet[..end] : subnet;
    }

    private async Task<AzurePlaces> ReadPlacesAsync(CancellationToken cancellationToken)
    {
        var cluster = await ClusterAsync(cancellationToken).ConfigureAwait(false);
        var pools = cluster.Properties?.AgentPoolProfiles ?? [];
        var nodeSubnets = pools
            .SelectMany(p => new[] { p.VnetSubnetID, p.PodSubnetID })
            .OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        var networks = nodeSubnets.Select(NetworkOf).ToList();
        if (networks.Count == 0 && cluster.Properties?.NodeResourceGroup is { } group)
        {
            // A network that AKS made is in the resource group of the nodes.
            var own = await Network.GetNetworksAsync(cluster.SubscriptionId, group, cancellationToken)
                .ConfigureAwait(false);
            networks.AddRange(own.Select(n => n.Id));
            nodeSubnets.AddRange(own.SelectMany(n => n.Properties?.Subnets ?? []).Select(s => s.Id));
        }

        var places = await ReadMachineAsync(cancellationToken).ConfigureAwait(false);
        return places with
        {
            NodeSubnets = nodeSubnets,
            NodeNetworks = [.. networks.Distinct(StringComparer.OrdinalIgnoreCase)],
        };
    }

    // Without the nodes.
    private async Task<AzurePlaces> ReadMachineAsync(CancellationToken cancellationToken)
    {
        if (await InstanceMetadata.MachineAsync(_metadata, cancellationToken).ConfigureAwait(false) is not { } id)
        {
            return new AzurePlaces(null, [], [], [], [], []);
        }

        var groups = new List<string?>();
        var addresses = new List<IPConfigurationProperties>();
        var machine = await Network.GetMachineAsync(id, cancellationToken).ConfigureAwait(false);
        foreach (var reference in (machine.Properties?.NetworkProfile?.NetworkInterfaces ?? []).Select(i => i.Id).OfType<string>())
        {
            var nic = await Network.GetInterfaceAsync(reference, cancellationToken).ConfigureAwait(false);
            addresses.AddRange((nic.Properties?.IpConfigurations ?? []).Select(c => c.Properties).OfType<IPConfigurationProperties>());
            groups.Add(nic.Properties?.NetworkSecurityGroup?.Id);
        }

        var subnets = addresses.Select(a => a.Subnet?.Id).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        foreach (var part in subnets)
        {
            var subnet = await Network.GetSubnetAsync(part, cancellationToken).ConfigureAwait(false);
            groups.Add(subnet.Properties?.NetworkSecurityGroup?.Id);
        }

        return new AzurePlaces(
            id,
            [.. addresses.Select(a => IPAddress.TryParse(a.PrivateIPAddress, out var address) ? address : null).OfType<IPAddress>()],
            subnets,
            [.. groups.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)],
            [],
            []);
    }
}
