namespace SparkAzure.Core.Azure.Network;

// In the terms of the REST reference (Microsoft.Network 2024-05-01, Microsoft.Compute 2024-07-01); members that nobody
// here needs are left out.

/// <summary>Something that is named by its path in Resource Manager.</summary>
internal sealed record SubResource(string? Id);

/// <summary>A virtual machine.</summary>
internal sealed record VirtualMachineData(string Id, VirtualMachineProperties? Properties);

/// <summary>What a machine says of itself.</summary>
internal sealed record VirtualMachineProperties(VirtualMachineNetworkProfile? NetworkProfile);

/// <summary>The interfaces of a machine.</summary>
internal sealed record VirtualMachineNetworkProfile(IReadOnlyList<SubResource>? NetworkInterfaces);

/// <summary>A network interface.</summary>
internal sealed record NetworkInterfaceData(string Id, NetworkInterfaceProperties? Properties);

/// <summary>What an interface says of itself.</summary>
internal sealed record NetworkInterfaceProperties(
    IReadOnlyList<IPConfigurationData>? IpConfigurations, SubResource? NetworkSecurityGroup);

/// <summary>An address of an interface.</summary>
internal sealed record IPConfigurationData(IPConfigurationProperties? Properties);

/// <summary>Where an address stands.</summary>
internal sealed record IPConfigurationProperties(string? PrivateIPAddress, SubResource? Subnet);

/// <summary>A subnet.</summary>
internal sealed record SubnetData(string Id, SubnetProperties? Properties);

/// <summary>What a subnet says of itself.</summary>
internal sealed record SubnetProperties(
    string? AddressPrefix, IReadOnlyList<string>? AddressPrefixes, SubResource? NetworkSecurityGroup);

/// <summary>A virtual network.</summary>
internal sealed record VirtualNetworkData(string Id, VirtualNetworkProperties? Properties);

/// <summary>What a network says of itself.</summary>
internal sealed record VirtualNetworkProperties(
    IReadOnlyList<SubnetData>? Subnets, IReadOnlyList<PeeringData>? VirtualNetworkPeerings);

/// <summary>A peering of a network with another one.</summary>
internal sealed record PeeringData(PeeringProperties? Properties);

/// <summary>With which, whether it stands, and whether machines of one reach those of the other.</summary>
internal sealed record PeeringProperties(
    SubResource? RemoteVirtualNetwork, string? PeeringState, bool? AllowVirtualNetworkAccess);

/// <summary>A network security group.</summary>
internal sealed record SecurityGroupData(string Id, SecurityGroupProperties? Properties);

/// <summary>Its rules: those that somebody made, and Azure's own behind them.</summary>
internal sealed record SecurityGroupProperties(
    IReadOnlyList<SecurityRuleData>? SecurityRules, IReadOnlyList<SecurityRuleData>? DefaultSecurityRules);

/// <summary>A rule.</summary>
internal sealed record SecurityRuleData(string? Name, SecurityRuleProperties? Properties);

/// <summary>What a rule says; of the lists and the single members either may be there.</summary>
internal sealed record SecurityRuleProperties(
    string? Protocol,
    string? Access,
    string? Direction,
    int? Priority,
    string? SourceAddressPrefix,
    IReadOnlyList<string>? SourceAddressPrefixes,
    string? DestinationAddressPrefix,
    IReadOnlyList<string>? DestinationAddressPrefixes,
    string? DestinationPortRange,
    IReadOnlyList<string>? DestinationPortRanges);
