using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>Where executors look for the driver, seen from this host.</summary>
internal static class NetworkChecks
{
    private const string Cure = "Set-DssSparkConfig";
    private const int UsualRetries = 16;

    public static async Task<CheckOutcome> DriverHostAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var bind = config[SparkKeys.DriverBindAddress];
        var given = config[SparkKeys.DriverHost];
        var host = DriverEndpoint.HostOf(config);
        if (host.Contains("${", StringComparison.Ordinal))
        {
            return CheckOutcome.Unknown($"spark.driver.host is '{host}', a variable that only DSS knows.");
        }

        var whose = given is null ? $"spark.driver.host is not set; this host calls itself '{host}'" : $"spark.driver.host is '{host}'";
        var addresses = await ResolveAsync(host, cancellationToken).ConfigureAwait(false);
        if (addresses.Count == 0)
        {
            return Unresolved(whose, bind);
        }

        if (IPAddress.TryParse(bind?.Trim('[', ']'), out var bound) && !IsAny(bound) && !IPAddress.IsLoopback(bound) && !IsHere(bound))
        {
            return CheckOutcome.Failed(
                $"spark.driver.bindAddress is {bind}, which is no address of this host: no driver starts (BindException: " +
                "Cannot assign requested address).",
                "Set -DriverBindAddress 0.0.0.0, and -DriverHost to this host's address in the virtual network.",
                Cure);
        }

        var named = string.Join(", ", addresses);
        if (addresses.Any(IPAddress.IsLoopback))
        {
            return CheckOutcome.Failed(
                $"{whose}, which is {named} here: executors would look for the driver in themselves.",
                "Set -DriverHost to this host's address in the virtual network, and take its name off the line of " +
                "127.0.x.1 in /etc/hosts.",
                Cure);
        }

        if (addresses.Any(IsHere))
        {
            return CheckOutcome.Passed($"{whose}: {named}, an address of this host.");
        }

        if (bind is not null)
        {
            return CheckOutcome.Warning(
                $"{whose}: {named}, which is no address of this host; the driver binds to {bind}.",
                "Make sure that this address leads here (-FromCluster tries it).");
        }

        return CheckOutcome.Failed(
            $"{whose}: {named}, which is no address of this host, so the driver cannot bind to it.",
            "Give this host's own address with -DriverHost, or set -DriverBindAddress 0.0.0.0 where the name leads here " +
            "by another way.",
            Cure);
    }

    public static async Task<CheckOutcome> DriverPortsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var ports = DriverEndpoint.PortsOf(config);
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(e => e.Port).ToHashSet();
        var retries = DriverEndpoint.RetriesOf(config) ?? UsualRetries;
        var judged = ports.Where(p => p.First is not null).Select(p => Room(p.Key, p.First!.Value, retries, taken)).ToList();
        var unset = ports.Where(p => p.First is null).Select(p => p.Key).ToList();
        if (unset.Count > 0)
        {
            var are = unset.Count == 1 ? "is" : "are";
            judged.Add(CheckOutcome.Warning(
                $"{string.Join(" and ", unset)} {are} not set: Spark takes any free port, so every port of this host " +
                "must be open to the pods.",
                "Set -DriverPort and -BlockManagerPort, so that firewalls can be told.",
                Cure));
        }

        return CheckOutcome.OfAll(judged);
    }

    private static CheckOutcome Room(string key, int first, int retries, HashSet<int> taken)
    {
        var range = Enumerable.Range(first, retries + 1).ToList();
        var busy = range.Where(taken.Contains).ToList();
        var seen = string.Create(
            CultureInfo.InvariantCulture, $"{key} {first} to {first + retries}: {range.Count - busy.Count} free");
        if (busy.Count == range.Count)
        {
            return CheckOutcome.Failed(
                $"{seen}: no further driver can start (BindException: Address already in use).",
                "Give another -DriverPort or -BlockManagerPort, or a larger -PortMaxRetries.",
                Cure);
        }

        var others = busy.Count > 0 ? $" ({string.Join(", ", busy)} in use, by jobs or others)" : "";
        if (retries == 0)
        {
            return CheckOutcome.Warning(
                $"{seen}{others}, and no retries: only one job runs at a time.", "Set -PortMaxRetries.", Cure);
        }

        return CheckOutcome.Passed($"{seen}{others}.");
    }

    private static CheckOutcome Unresolved(string whose, string? bind)
    {
        const string Words = ", which does not resolve on this host";
        if (bind is null)
        {
            return CheckOutcome.Failed(
                whose + Words + ": the driver cannot bind to it (UnknownHostException).",
                "Give the name an address in DNS, or set -DriverHost to this host's own address.",
                Cure);
        }

        return CheckOutcome.Warning(
            $"{whose}{Words}; the driver binds to {bind}.",
            "Make sure that pods resolve it (-FromCluster tries it), or set -DriverHost to this host's own address.",
            Cure);
    }

    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host.Trim('[', ']'), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return [];
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsHere(IPAddress address) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Any(a => a.Address.Equals(address));
}
