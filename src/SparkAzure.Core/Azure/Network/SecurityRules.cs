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
    /// <param name="source">The network that connections come from.</param>
    /// <param name="port">The port that they go to.</param>
    public static SecurityRuleData? Deciding(SecurityGroupData group, IPNetwork source, int port) =>
        (group.Properties?.SecurityRules ?? [])
            .Concat(group.Properties?.DefaultSecurityRules ?? [])
            .Where(r => r.Properties is { Direction: "Inbound" } rule && Fits(rule, source, port))
            .MinBy(r => r.Properties!.Priority ?? int.MaxValue);

    private static bool Fits(SecurityRuleProperties rule, IPNetwork source, int port) =>
        rule.Protocol is "*" or "Tcp" or "TCP"
        && All(rule.DestinationPortRange, rule.DestinationPortRanges).Any(r => HasPort(r, port))
        && All(rule.SourceAddressPrefix, rule.SourceAddressPrefixes).Any(p => Covers(p, source));

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

    // A service tag other than these names addresses of Azure's services, where no pod stands.
    private static bool Covers(string prefix, IPNetwork source)
    {
        if (prefix is "*" or "VirtualNetwork" or "0.0.0.0/0")
        {
            return true;
        }

        if (IPNetwork.TryParse(prefix, out var network))
        {
            return network.Contains(source.BaseAddress);
        }

        return IPAddress.TryParse(prefix, out var address) && source.Contains(address);
    }
}
