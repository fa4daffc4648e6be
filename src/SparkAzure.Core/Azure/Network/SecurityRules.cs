using System.Globalization;
using System.Net;

namespace SparkAzure.Core.Azure.Network;

/// <summary>
/// What a network security group does with a connection that comes in: the first rule by priority that fits decides
/// (Microsoft, "Network security groups": rules are processed in priority order, and processing stops at a match).
/// </summary>
internal static class SecurityRules
{
    /// <summary>The rule that decides; null where none fits.</summary>
    /// <param name="group">The group.</param>
    /// <param name="source">The network that connections come from: a rule that denies some of it decides, too.</param>
    /// <param name="destinations">The addresses of the machine that they go to; empty where they are not known.</param>
    /// <param name="port">The port.</param>
    public static SecurityRuleData? Deciding(
        SecurityGroupData group, IPNetwork source, IReadOnlyList<IPAddress> destinations, int port) =>
        (group.Properties?.SecurityRules ?? [])
            .Concat(group.Properties?.DefaultSecurityRules ?? [])
            .Where(r => r.Properties is { Direction: "Inbound" } rule && Fits(rule, source, destinations, port))
            .MinBy(r => r.Properties!.Priority ?? int.MaxValue);

    private static bool Fits(SecurityRuleProperties rule, IPNetwork source, IReadOnlyList<IPAddress> destinations, int port) =>
        rule.Protocol is "*" or "Tcp" or "TCP"
        && All(rule.DestinationPortRange, rule.DestinationPortRanges).Any(r => HasPort(r, port))
        && All(rule.SourceAddressPrefix, rule.SourceAddressPrefixes).Any(p => FitsSource(rule, p, source))
        && All(rule.DestinationAddressPrefix, rule.DestinationAddressPrefixes).Any(p => FitsDestination(p, destinations));

    private static IEnumerable<string> All(string? one, IReadOnlyList<string>? several) =>
        (several ?? []).Append(one ?? "").Where(text => text.Length > 0);

    private static bool HasPort(string range, int port)
    {
        if (range == "*")
        {
            return true;
        }

        var ends = range.Split('-');
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && port >= first
            && port <= last;
    }

    // What allows must do so for every node; what denies shuts some node out already.
    private static bool FitsSource(SecurityRuleProperties rule, string prefix, IPNetwork source)
    {
        if (IsAnywhere(prefix))
        {
            return true;
        }

        if (NetworkOf(prefix) is not { } network || network.BaseAddress.AddressFamily != source.BaseAddress.AddressFamily)
        {
            return false;
        }

        var isCovered = network.PrefixLength <= source.PrefixLength && network.Contains(source.BaseAddress);
        return isCovered || (rule.Access == "Deny" && source.Contains(network.BaseAddress));
    }

    private static bool FitsDestination(string prefix, IReadOnlyList<IPAddress> destinations) =>
        IsAnywhere(prefix)
        || destinations.Count == 0
        || (NetworkOf(prefix) is { } network && destinations.Any(network.Contains));

    // Of the service tags this one has the machines of this network and of those peered with it; others name addresses of
    // Azure's services, where no node stands.
    private static bool IsAnywhere(string prefix) => prefix is "*" or "VirtualNetwork" or "0.0.0.0/0" or "Any";

    private static IPNetwork? NetworkOf(string prefix)
    {
        if (IPNetwork.TryParse(prefix, out var network))
        {
            return network;
        }

        if (IPAddress.TryParse(prefix, out var address))
        {
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        }

        return null;
    }
}
