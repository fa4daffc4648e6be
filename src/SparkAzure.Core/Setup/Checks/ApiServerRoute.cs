using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// Whether jobs reach the API server that spark.master names: a connection, without a word over it. The kubeconfig's server
/// may be another one, and a driver takes only the credential from there.
/// </summary>
internal static class ApiServerRoute
{
    private const string Cure = "Get-AksApiServer";

    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy"];

    // A server of another continent answers within half a second.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    /// <summary>The check.</summary>
    public static async Task<CheckOutcome> CheckAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (KubernetesMaster.TryParse(config[SparkKeys.Master])?.Server is not { } server)
        {
            return CheckOutcome.Unknown("spark.master names no API server.");
        }

        var outcome = await TryAsync(server, cancellationToken).ConfigureAwait(false);
        if (outcome.State == SparkAzureCheckState.Failed && await ProxyAsync(site, cancellationToken).ConfigureAwait(false) is { } proxy)
        {
            return CheckOutcome.Unknown($"{outcome.Evidence} {proxy} names a proxy, by which a driver may reach it all the same.");
        }

        return outcome;
    }

    /// <summary>Connects to a server, and leaves.</summary>
    internal static async Task<CheckOutcome> TryAsync(Uri server, CancellationToken cancellationToken)
    {
        var reach = await ServerReach.TryAsync(server, Patience, cancellationToken).ConfigureAwait(false);
        return reach.State switch
        {
            ServerReachState.Answers => CheckOutcome.Passed($"{server.Authority} takes connections from this host."),
            ServerReachState.Silent => CheckOutcome.Failed(
                $"{server.Authority} does not answer: packets from this host vanish.",
                "Add this host's outbound address to the cluster's authorized ranges, or for a private cluster reach its " +
                "private endpoint's network.",
                Cure),
            ServerReachState.Unresolved => CheckOutcome.Failed(
                $"'{server.Host}' does not resolve on this host.",
                "Take the address from the cluster; for a private cluster link its DNS zone to this host's virtual network.",
                Cure),
            _ => CheckOutcome.Failed(
                $"{server.Authority} cannot be reached from this host: {reach.Words}.",
                "Take address and port from the cluster, and see whether it runs.",
                Cure),
        };
    }

    // The variable that names one; null where none does.
    private static async Task<string?> ProxyAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var variables = await site.EnvironmentAsync(cancellationToken).ConfigureAwait(false);
        return Array.Find(ProxyVariables, variables.ContainsKey);
    }
}
