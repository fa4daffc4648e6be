namespace SparkAzure.Sandbox.Azure;

/// <summary>A subnet of a virtual network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">Its addresses, as <c>10.1.0.0/24</c>.</param>
/// <param name="SecurityGroup">The network security group that is over it; null for none.</param>
public sealed record StandInSubnet(string Name, string Prefix, StandInSecurityGroup? SecurityGroup = null);

/// <summary>A peering with another virtual network, as seen from one side.</summary>
/// <param name="Remote">The other one.</param>
/// <param name="State">Connected, Initiated or Disconnected.</param>
/// <param name="AllowsAccess">Whether machines of one reach those of the other.</param>
public sealed record StandInPeering(StandInNetwork Remote, string State = "Connected", bool AllowsAccess = true);

/// <summary>A virtual network.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Subnets">Its parts.</param>
public sealed record StandInNetwork(
    StandInSubscription Subscription, string ResourceGroup, string Name, params StandInSubnet[] Subnets)
{
    /// <summary>Its peerings.</summary>
    public IReadOnlyList<StandInPeering> Peerings { get; init; } = [];

    /// <summary>Its path in Resource Manager.</summary>
    public string Id =>
        $"/subscriptions/{Subscription.Id}/resourceGroups/{ResourceGroup}/providers/Microsoft.Network/virtualNetworks/{Name}";

    /// <summary>The path of one of its subnets.</summary>
    public string SubnetId(string name) => $"{Id}/subnets/{name}";

    internal object Document => new
    {
        id = Id,
        name = Name,
        type = "Microsoft.Network/virtualNetworks",
        location = "westeurope",
        properties = new
        {
            provisioningState = "Succeeded",
            addressSpace = new { addressPrefixes = Subnets.Select(s => s.Prefix) },
            subnets = Subnets.Select(SubnetDocument),
            virtualNetworkPeerings = Peerings.Select((p, at) => new
            {
                id = $"{Id}/virtualNetworkPeerings/to-{p.Remote.Name}",
                name = $"to-{p.Remote.Name}",
                type = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
                properties = new
                {
                    provisioningState = "Succeeded",
                    peeringState = p.State,
                    allowVirtualNetworkAccess = p.AllowsAccess,
                    remoteVirtualNetwork = new { id = p.Remote.Id },
                },
            }),
        },
    };

    internal object SubnetDocument(StandInSubnet subnet) => new
    {
        id = SubnetId(subnet.Name),
        name = subnet.Name,
        type = "Microsoft.Network/virtualNetworks/subnets",
        properties = new
        {
            provisioningState = "Succeeded",
            addressPrefix = subnet.Prefix,
            networkSecurityGroup = subnet.SecurityGroup is null ? null : new { id = subnet.SecurityGroup.Id },
        },
    };
}

/// <summary>A rule of a network security group for what comes in over TCP.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Priority">100 to 4096; the lowest that fits decides.</param>
/// <param name="Access">Allow or Deny.</param>
/// <param name="Source">Addresses or a service tag.</param>
/// <param name="Ports">A port, a range of them, or <c>*</c>.</param>
/// <param name="Destination">Addresses or a service tag.</param>
public sealed record StandInSecurityRule(
    string Name, int Priority, string Access, string Source, string Ports, string Destination = "*");

/// <summary>A network security group; behind its rules are those that Azure gives every one.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rules">What somebody made.</param>
public sealed record StandInSecurityGroup(
    StandInSubscription Subscription, string ResourceGroup, string Name, params StandInSecurityRule[] Rules)
{
    // Microsoft, "Network security groups", default security rules.
    private static readonly StandInSecurityRule[] Default =
    [
        new("AllowVnetInBound", 65000, "Allow", "VirtualNetwork", "*", "VirtualNetwork"),
        new("AllowAzureLoadBalancerInBound", 65001, "Allow", "AzureLoadBalancer", "*"),
        new("DenyAllInBound", 65500, "Deny", "*", "*"),
    ];

    /// <summary>Its path in Resource Manager.</summary>
    public string Id =>
        $"/subscriptions/{Subscription.Id}/resourceGroups/{ResourceGroup}/providers/Microsoft.Network/networkSecurityGroups/{Name}";

    internal object Document => new
    {
        id = Id,
        name = Name,
        type = "Microsoft.Network/networkSecurityGroups",
        location = "westeurope",
        properties = new
        {
            provisioningState = "Succeeded",
            securityRules = Rules.Select(r => RuleDocument(r, "securityRules", "Tcp")),
            defaultSecurityRules = Default.Select(r => RuleDocument(r, "defaultSecurityRules", "*")),
        },
    };

    private object RuleDocument(StandInSecurityRule rule, string kind, string protocol) => new
    {
        id = $"{Id}/{kind}/{rule.Name}",
        name = rule.Name,
        type = $"Microsoft.Network/networkSecurityGroups/{kind}",
        properties = new
        {
            provisioningState = "Succeeded",
            protocol,
            sourcePortRange = "*",
            destinationPortRange = rule.Ports,
            sourceAddressPrefix = rule.Source,
            destinationAddressPrefix = rule.Destination,
            access = rule.Access,
            priority = rule.Priority,
            direction = "Inbound",
        },
    };
}

/// <summary>A virtual machine with one interface, of the same name.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
/// <param name="SubnetId">The subnet of its interface.</param>
/// <param name="Address">The interface's private address.</param>
/// <param name="SecurityGroup">The network security group over the interface; null for none.</param>
public sealed record StandInMachine(
    StandInSubscription Subscription,
    string ResourceGroup,
    string Name,
    string SubnetId,
    string Address,
    StandInSecurityGroup? SecurityGroup = null)
{
    /// <summary>Its path in Resource Manager, which Azure's instance metadata service tells it.</summary>
    public string Id => $"{Group}/Microsoft.Compute/virtualMachines/{Name}";

    private string Group => $"/subscriptions/{Subscription.Id}/resourceGroups/{ResourceGroup}/providers";

    private string InterfaceId => $"{Group}/Microsoft.Network/networkInterfaces/{Name}";

    internal object Document => new
    {
        id = Id,
        name = Name,
        type = "Microsoft.Compute/virtualMachines",
        location = "westeurope",
        properties = new
        {
            provisioningState = "Succeeded",
            vmId = "c0ffee00-0000-4000-8000-000000000009",
            networkProfile = new { networkInterfaces = new[] { new { id = InterfaceId, properties = new { primary = true } } } },
        },
    };

    internal object InterfaceDocument => new
    {
        id = InterfaceId,
        name = Name,
        type = "Microsoft.Network/networkInterfaces",
        location = "westeurope",
        properties = new
        {
            provisioningState = "Succeeded",
            primary = true,
            networkSecurityGroup = SecurityGroup is null ? null : new { id = SecurityGroup.Id },
            ipConfigurations = new[]
            {
                new
                {
                    id = $"{InterfaceId}/ipConfigurations/ipconfig1",
                    name = "ipconfig1",
                    type = "Microsoft.Network/networkInterfaces/ipConfigurations",
                    properties = new
                    {
                        provisioningState = "Succeeded",
                        primary = true,
                        privateIPAddress = Address,
                        privateIPAllocationMethod = "Dynamic",
                        privateIPAddressVersion = "IPv4",
                        subnet = new { id = SubnetId },
                    },
                },
            },
        },
    };
}

/// <summary>Microsoft.Network (api-version 2024-05-01) and Microsoft.Compute (2024-07-01): where machines stand; reads alone.</summary>
public sealed partial class AzureStandIn
{
    private readonly List<StandInNetwork> _networks = [];
    private readonly List<StandInMachine> _machines = [];
    private readonly List<StandInSecurityGroup> _securityGroups = [];

    /// <summary>Adds a virtual network, with the security groups over its subnets.</summary>
    public StandInNetwork AddNetwork(StandInNetwork network)
    {
        _networks.Add(network);
        _securityGroups.AddRange(network.Subnets.Select(s => s.SecurityGroup).OfType<StandInSecurityGroup>());
        return network;
    }

    /// <summary>Adds a virtual machine, with the security group over its interface.</summary>
    public StandInMachine AddMachine(StandInMachine machine)
    {
        _machines.Add(machine);
        _securityGroups.AddRange(new[] { machine.SecurityGroup }.OfType<StandInSecurityGroup>());
        return machine;
    }

    private Task<Answer> ComputeAsync(ResourceRequest request) => Task.FromResult(request.Path switch
    {
        _ when request.Method != "GET" => MethodNotAllowed(request.Http),
        ["virtualMachines", var name] => Named(request, _machines.Find(m => IsAt(m.Id, request) && Same(m.Name, name))?.Document),
        _ => NoSuchType(),
    });

    private Task<Answer> NetworkAsync(ResourceRequest request)
    {
        var networks = _networks.FindAll(n => IsAt(n.Id, request));
        StandInNetwork? Network(string name) => networks.Find(n => Same(n.Name, name));
        return Task.FromResult(request.Path switch
        {
            _ when request.Method != "GET" => MethodNotAllowed(request.Http),
            ["virtualNetworks"] => Page(request.Http, [.. networks.Select(n => n.Document)]),
            ["virtualNetworks", var name] => Named(request, Network(name)?.Document),
            ["virtualNetworks", var name, "subnets", var part] =>
                Named(request, Array.Find(Network(name)?.Subnets ?? [], s => Same(s.Name, part)) is { } subnet ? Network(name)!.SubnetDocument(subnet) : null),
            ["networkInterfaces", var name] =>
                Named(request, _machines.Find(m => IsAt(m.Id, request) && Same(m.Name, name))?.InterfaceDocument),
            ["networkSecurityGroups", var name] =>
                Named(request, _securityGroups.Find(g => IsAt(g.Id, request) && Same(g.Name, name))?.Document),
            _ => NoSuchType(),
        });
    }

    private static bool IsAt(string id, ResourceRequest request) =>
        id.StartsWith(request.Scope + "/providers/", StringComparison.OrdinalIgnoreCase);

    private static Answer Named(ResourceRequest request, object? document) => document is not null
        ? new Answer(200, document)
        : Answer.Error(
            404,
            "ResourceNotFound",
            $"The Resource '{string.Join('/', request.Path)}' under resource group '{request.ResourceGroup}' was not found. " +
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix");
}
