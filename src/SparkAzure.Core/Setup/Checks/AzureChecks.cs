using System.Globalization;
using System.Net;
using SparkAzure.Core.Adls;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Authorization;
using SparkAzure.Core.Azure.ContainerRegistry;
using SparkAzure.Core.Azure.Graph;
using SparkAzure.Core.Azure.Network;
using SparkAzure.Core.Azure.Storage;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What Azure Resource Manager tells, by reads alone.</summary>
internal static class AzureChecks
{
    private const string Pull = "Grant-AcrPull";

    private static readonly TimeSpan Asking = TimeSpan.FromSeconds(30);

    private static readonly AzureRole[] DataRoles = [AzureRole.StorageBlobDataContributor, AzureRole.StorageBlobDataOwner];

    /// <summary>The checks, in the order of the procedure.</summary>
    public static readonly IReadOnlyList<CheckRow> Rows =
    [
        new("AzureCluster", "2.1", "The cluster runs", ClusterAsync, "run: a cluster that is stopped has no API server") { Limit = Asking },
        new("AzureNetwork", "2.1", "This machine and the nodes are in one network, or in peered ones", NetworkAsync, "howto 2.1: a VNET that has connectivity to the Kubernetes vnet") { Limit = Asking },
        new("AzureNetworkRules", "2.1", "Security groups let the nodes in to the driver's ports", RulesAsync, "howto 2.1; Microsoft, network security groups") { Limit = Asking },
        new("AzureAuthorizedRanges", "2.1", "The API server takes requests of this host", RangesAsync, "Microsoft, API server authorized IP ranges") { Limit = Asking },
        new("AzurePullRight", "3.1, 4.1", "The nodes may pull from the registry", PullAsync, "howto 3.1, 4.1: a role assignment to the cluster") { Limit = Asking },
        new("AzureRegistryNetwork", "3.1, 4.1", "The registry's network rules let the nodes in", RegistryAsync, "Microsoft, ACR network rules") { Limit = Asking },
        new("AzureStorage", "5.2", "The storage is ADLS gen2, open to the nodes and to the credentials of the connections", StorageAsync, "howto 5.2; Microsoft, ADLS gen2") { Limit = Asking },
        new("AzureStorageRole", "5.2", "Applications of connections have a data role", RolesAsync, "Storage Blob Data Contributor; Owner is not enough (run)") { Limit = Asking },
    ];

    public static async Task<CheckOutcome> ClusterAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var cluster = await site.Azure.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var state = cluster.Properties?.PowerState?.Code;
        var seen = $"'{cluster.Name}' is {state ?? "of no known state"}, {cluster.Properties?.ProvisioningState}, Kubernetes " +
            $"{cluster.Properties?.CurrentKubernetesVersion ?? cluster.Properties?.KubernetesVersion}.";
        return state switch
        {
            "Stopped" => CheckOutcome.Failed(seen, $"Start it: az aks start -n {cluster.Name} -g {cluster.ResourceGroupName}."),
            _ when cluster.Properties?.ProvisioningState == "Failed" => CheckOutcome.Warning(
                seen, "Its last change failed: look at its activity log in Azure."),
            null => CheckOutcome.Unknown(seen),
            _ => CheckOutcome.Passed(seen),
        };
    }

    public static async Task<CheckOutcome> NetworkAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var places = await site.Azure.PlacesAsync(cancellationToken).ConfigureAwait(false);
        if (places.Machine is null)
        {
            return CheckOutcome.Unknown(
                "This host is no virtual machine of Azure, or its metadata service does not answer.",
                "Run this on the DSS host; -FromCluster tries the way itself.");
        }

        if (places.NodeNetworks.Count == 0 || places.MachineSubnets.Count == 0)
        {
            return CheckOutcome.Unknown("The networks of machine and nodes are not to be seen with this account's rights.");
        }

        var own = AzureSite.NetworkOf(places.MachineSubnets[0]);
        if (places.NodeNetworks.Contains(own, StringComparer.OrdinalIgnoreCase))
        {
            return CheckOutcome.Passed($"Both are in {NameOf(own)}.");
        }

        var network = await site.Azure.Network.GetNetworkAsync(own, cancellationToken).ConfigureAwait(false);
        return OfPeering(network, places.NodeNetworks);
    }

    private static CheckOutcome OfPeering(VirtualNetworkData own, IReadOnlyList<string> others)
    {
        var peerings = (own.Properties?.VirtualNetworkPeerings ?? [])
            .Select(p => p.Properties)
            .Where(p => others.Contains(p?.RemoteVirtualNetwork?.Id ?? "", StringComparer.OrdinalIgnoreCase))
            .ToList();
        var named = string.Join(", ", others.Select(NameOf));
        var standing = peerings.FindAll(p => p!.PeeringState == "Connected");
        if (standing.Exists(p => p!.AllowVirtualNetworkAccess != false))
        {
            return CheckOutcome.Passed($"{NameOf(own.Id)} and {named} are peered.");
        }

        if (standing.Count > 0)
        {
            return CheckOutcome.Failed(
                $"The peering of {NameOf(own.Id)} with {named} lets no machine of the one reach the other (allowVirtualNetworkAccess).",
                "Allow it in both directions (az network vnet peering update --set allowVirtualNetworkAccess=true).");
        }

        if (peerings.Count > 0)
        {
            return CheckOutcome.Failed(
                $"The peering of {NameOf(own.Id)} with {named} is {peerings[0]!.PeeringState}.",
                "Make the peering in the other direction as well (az network vnet peering create).");
        }

        // A peering leads to the next network only, unless a router in a hub leads on; what that does is not to be seen here.
        if (own.Properties?.VirtualNetworkPeerings is { Count: > 0 } peered)
        {
            var hubs = string.Join(", ", peered.Select(p => NameOf(p.Properties?.RemoteVirtualNetwork?.Id ?? "?")));
            return CheckOutcome.Warning(
                $"This machine is in {NameOf(own.Id)}, the nodes in {named}, and no peering joins them; {NameOf(own.Id)} is peered with {hubs}.",
                "Peer the two networks, or see that a router in a network between leads on (-FromCluster tries it).");
        }

        return CheckOutcome.Failed(
            $"This machine is in {NameOf(own.Id)}, the nodes in {named}, and no peering joins them.",
            "Peer the two networks, or join them by a hub or a gateway (then -FromCluster tells whether it leads through).");
    }

    public static async Task<CheckOutcome> RulesAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var places = await site.Azure.PlacesAsync(cancellationToken).ConfigureAwait(false);
        if (places.Machine is null || places.NodeSubnets.Count == 0)
        {
            return CheckOutcome.Unknown("Which subnets machine and nodes are in is not to be seen from here.");
        }

        if (places.SecurityGroups.Count == 0)
        {
            return CheckOutcome.Passed("Neither the machine's interface nor its subnet has a security group.");
        }

        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var ports = DriverEndpoint.PortsOf(config).Select(p => p.First ?? 40_000).Distinct().ToList();
        var sources = new List<IPNetwork>();
        foreach (var id in places.NodeSubnets)
        {
            var subnet = await site.Azure.Network.GetSubnetAsync(id, cancellationToken).ConfigureAwait(false);
            var prefix = subnet.Properties switch
            {
                { AddressPrefix: { } only } => only,
                { AddressPrefixes: [var first, ..] } => first,
                _ => null,
            };
            if (IPNetwork.TryParse(prefix, out var network))
            {
                sources.Add(network);
            }
        }

        var judged = new List<CheckOutcome>();
        foreach (var id in places.SecurityGroups)
        {
            var group = await site.Azure.Network.GetSecurityGroupAsync(id, cancellationToken).ConfigureAwait(false);
            judged.AddRange(sources.SelectMany(s => ports.Select(p => OfRule(group, s, places.MachineAddresses, p))));
        }

        return judged.Count > 0 ? CheckOutcome.OfAll(judged) : CheckOutcome.Unknown("The nodes' subnets say no addresses.");
    }

    private static CheckOutcome OfRule(
        SecurityGroupData group, IPNetwork source, IReadOnlyList<IPAddress> destinations, int port)
    {
        var rule = SecurityRules.Deciding(group, source, destinations, port);
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{NameOf(group.Id)}: {source} to port {port} by rule {rule?.Name ?? "none"}: {rule?.Properties?.Access ?? "denied"}.");
        if (rule?.Properties?.Access == "Allow")
        {
            return CheckOutcome.Passed(seen);
        }

        return CheckOutcome.Failed(
            seen,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Add an inbound rule to {NameOf(group.Id)} that allows TCP from {source} to the driver's ports, with a lower number than that of {rule?.Name ?? "the default"}."));
    }

    public static async Task<CheckOutcome> RangesAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var cluster = await site.Azure.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var ranges = cluster.Properties?.ApiServerAccessProfile?.AuthorizedIPRanges ?? [];
        var named = ranges.Count > 0 ? $"It takes requests from {string.Join(", ", ranges)} only" : "It takes requests from everywhere";
        var access = await site.AccessAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ApiServerClock.AheadAsync(access, site.Caller, cancellationToken).ConfigureAwait(false);
            return CheckOutcome.Passed($"{named}, and answers this host.");
        }
        catch (SparkAzureException error) when (error.Id == nameof(KubernetesErrors.KubernetesUnavailable))
        {
            return CheckOutcome.Failed(
                $"{named}, and does not answer this host: {error.Message}",
                "Add this host's public address to the ranges (az aks update --api-server-authorized-ip-ranges), or reach a " +
                "private cluster through its private endpoint.");
        }
    }

    public static async Task<CheckOutcome> PullAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (ExecutorPod.PullSecretsOf(config).Count > 0)
        {
            return CheckOutcome.NotApplicable("Nodes pull with a secret (KubernetesPullSecret).");
        }

        if (Elsewhere(site, config) is { } elsewhere)
        {
            return elsewhere;
        }

        var options = new AcrPullOptions
        {
            ClusterName = site.Options.ClusterName!,
            ResourceGroupName = site.Options.ResourceGroupName,
            Registry = RegistryOf(site, ExecutorPod.ImageOf(config)),
        };
        var grant = await AcrPullGrants
            .GrantAsync(options, site.Options.Azure, site.Caller, cancellationToken)
            .ConfigureAwait(false);
        if (!grant.Planned)
        {
            return CheckOutcome.Passed($"By a role at {grant.Scope}.");
        }

        return CheckOutcome.Failed(
            $"The nodes ({grant.PrincipalId}) have no role that lets them pull from {grant.Registry}: ErrImagePull, 401.",
            $"Give them {grant.Role}.",
            Pull);
    }

    public static async Task<CheckOutcome> RegistryAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (Elsewhere(site, config) is { } elsewhere)
        {
            return elsewhere;
        }

        var name = RegistryOf(site, ExecutorPod.ImageOf(config));
        var connection = site.Azure.Connection;
        var client = new ContainerRegistryClient(connection.ResourceManager);
        var subscriptions = await connection.GetSubscriptionsAsync(cancellationToken).ConfigureAwait(false);
        var (registry, seen) = await ContainerRegistries.FindAsync(
            client, [.. subscriptions.Select(s => s.SubscriptionId)], null, name, site.Caller, cancellationToken)
            .ConfigureAwait(false);
        if (registry is null)
        {
            return CheckOutcome.Unknown(
                $"'{name}' is none of the registries that this account sees ({string.Join(", ", seen)}).", "Name it with -Registry.");
        }

        var properties = registry.Properties;
        if (properties?.PublicNetworkAccess == "Disabled" || properties?.NetworkRuleSet?.DefaultAction == "Deny")
        {
            return CheckOutcome.Warning(
                $"'{registry.Name}' has public access {properties.PublicNetworkAccess}, its rules say " +
                $"{properties.NetworkRuleSet?.DefaultAction ?? "nothing"}: only private endpoints and listed networks are let in.",
                "Make sure that the nodes' network has a private endpoint or is listed (-FromCluster tries it).");
        }

        return CheckOutcome.Passed($"'{registry.Name}' is open to all networks.");
    }

    public static async Task<CheckOutcome> StorageAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var connections = await Gen2Async(site, cancellationToken).ConfigureAwait(false);
        if (connections.Count == 0)
        {
            return CheckOutcome.NotApplicable("DSS has no connection to ADLS gen2.");
        }

        var judged = new List<CheckOutcome>();
        foreach (var connection in connections)
        {
            var account = await AdlsAccounts
                .FindAsync(site.Azure.Connection, connection.Account, null, cancellationToken)
                .ConfigureAwait(false);
            judged.Add(OfAccount(account, connection) ?? await OfFirewallAsync(site, account, cancellationToken).ConfigureAwait(false));
        }

        return CheckOutcome.OfAll(judged);
    }

    // What stands against a connection in the account itself; null for nothing.
    internal static CheckOutcome? OfAccount(StorageAccountData account, DssConnection connection)
    {
        if (account.Properties?.PrimaryEndpoints?.Dfs is { } endpoint
            && DataLakeEndpoint.Is(endpoint)
            && Uri.TryCreate(connection.Root, UriKind.Absolute, out var root)
            && !string.Equals(root.Host, endpoint.Host, StringComparison.OrdinalIgnoreCase))
        {
            return CheckOutcome.Failed(
                $"Connection '{connection.Name}' leads to {root.Host}, and the data of '{account.Name}' is at {endpoint.Host}.",
                "Move the connection to the account's own address (-StorageEndpoint), with its credential.",
                "Set-DssAdlsConnection");
        }

        if (!account.SharedKeyAllowed && connection.Authentication == nameof(AdlsAuthentication.SharedKey))
        {
            return CheckOutcome.Failed(
                $"'{account.Name}' has access keys switched off, and connection '{connection.Name}' uses one.",
                "Use a service principal or a managed identity, or switch keys on (allowSharedKeyAccess).",
                "Set-DssAdlsConnection");
        }

        if (!account.HierarchicalNamespace)
        {
            return CheckOutcome.Warning(
                $"'{account.Name}' has no hierarchical namespace: renaming a folder copies each file, and jobs end slowly.",
                "Upgrade the account (az storage account hns-migration start), or take one that has it.");
        }

        return null;
    }

    // Whether the networks of this host and of the nodes are let in.
    private static async Task<CheckOutcome> OfFirewallAsync(
        CheckSite site, StorageAccountData account, CancellationToken cancellationToken)
    {
        if (account.Properties?.PublicNetworkAccess == "Disabled")
        {
            return CheckOutcome.Warning(
                $"'{account.Name}' lets only private endpoints in.",
                "Make sure that both this host's and the nodes' network have one (-FromCluster tries the nodes').");
        }

        if (account.Properties?.NetworkAcls is not { DefaultAction: "Deny" } rules)
        {
            return CheckOutcome.Passed($"'{account.Name}' has a hierarchical namespace and is open to all networks.");
        }

        var places = await site.Azure.PlacesAsync(cancellationToken).ConfigureAwait(false);
        var subnets = places.MachineSubnets.Concat(places.NodeSubnets).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var listed = (rules.VirtualNetworkRules ?? []).Select(r => r.Id).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = subnets.FindAll(s => !listed.Contains(s));
        if (places.MachineSubnets.Count > 0 && places.NodeSubnets.Count > 0 && missing.Count == 0)
        {
            return CheckOutcome.Passed(
                $"'{account.Name}' has a hierarchical namespace and lists {string.Join(", ", subnets.Select(NameOf))}.");
        }

        var named = missing.Count > 0 ? $"; {string.Join(", ", missing.Select(NameOf))} is not among them" : "";
        return CheckOutcome.Warning(
            $"'{account.Name}' lets only private endpoints and listed networks in{named}.",
            "Make sure that both this host's and the nodes' network are (-FromCluster tries the nodes').");
    }

    public static async Task<CheckOutcome> RolesAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var connections = (await Gen2Async(site, cancellationToken).ConfigureAwait(false))
            .Where(c => c.Authentication == nameof(AdlsAuthentication.ClientCredential) && c.ClientId is not null)
            .ToList();
        if (connections.Count == 0)
        {
            return CheckOutcome.NotApplicable("No connection signs in as an application.");
        }

        var azure = site.Azure.Connection;
        var judged = new List<CheckOutcome>();
        foreach (var connection in connections)
        {
            var account = await AdlsAccounts.FindAsync(azure, connection.Account, null, cancellationToken).ConfigureAwait(false);
            var principal = await new GraphClient(azure.Graph)
                .FindServicePrincipalAsync(connection.ClientId!, cancellationToken)
                .ConfigureAwait(false);
            judged.Add(await OfRoleAsync(site, account, connection, principal?.Id, cancellationToken).ConfigureAwait(false));
        }

        return CheckOutcome.OfAll(judged);
    }

    private static async Task<CheckOutcome> OfRoleAsync(
        CheckSite site,
        StorageAccountData account,
        DssConnection connection,
        string? principal,
        CancellationToken cancellationToken)
    {
        if (principal is null)
        {
            return CheckOutcome.Failed(
                $"The application {connection.ClientId} of connection '{connection.Name}' is not in this tenant any more.",
                "Make one.",
                "New-AdlsServicePrincipal");
        }

        var container = connection.FileSystem is null
            ? account.Id
            : $"{account.Id}/blobServices/default/containers/{connection.FileSystem}";
        var held = await new RoleAssignments(site.Azure.Connection.ResourceManager)
            .FindAsync(container, principal, DataRoles, cancellationToken)
            .ConfigureAwait(false);
        if (held is not null)
        {
            return CheckOutcome.Passed($"'{connection.Name}' by {held}.");
        }

        return CheckOutcome.Warning(
            $"The application of '{connection.Name}' has no data role on '{account.Name}' that is seen here; access lists of " +
            "folders, and roles of its groups, may let it in all the same.",
            $"Give it {AzureRole.StorageBlobDataContributor}.",
            "New-AdlsServicePrincipal");
    }

    private static async Task<IReadOnlyList<DssConnection>> Gen2Async(CheckSite site, CancellationToken cancellationToken)
    {
        var all = await site.ConnectionsAsync(cancellationToken).ConfigureAwait(false);
        return [.. all.Where(c => c.Generation == 2)];
    }

    // An image of another registry is none of Azure's matters; -Registry names one behind a name of its own.
    private static CheckOutcome? Elsewhere(CheckSite site, StoredSparkConfig config)
    {
        if (site.Options.Registry is not null || ImageReference.TryParse(ExecutorPod.ImageOf(config)) is not { } image)
        {
            return null;
        }

        return AzureCloud.OfLoginServer(image.Registry.Host) is not null
            ? null
            : CheckOutcome.NotApplicable($"The image is in {image.Registry.Host}, which is no registry of Azure by its name.");
    }

    private static string RegistryOf(CheckSite site, string? image)
    {
        if (site.Options.Registry is { } given)
        {
            return given;
        }

        var reference = ImageReference.TryParse(image) ?? throw SetupErrors.SetupImageMissing(site.Options.Configuration);
        return reference.Registry.Host;
    }

    private static string NameOf(string id) => id[(id.LastIndexOf('/') + 1)..];
}
