using System.Net;
using System.Net.Sockets;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>Whether the name that pods are to reach the DSS host under is one at all.</summary>
internal static class DriverHostLookUp
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Says that a name cannot be resolved, when it is first set. It is looked up here and not in the cluster, which may
    /// know more names: so it is a warning.
    /// </summary>
    /// <param name="edit">The change.</param>
    /// <param name="addressesOf">Looks a name up.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public static async Task TellAsync(
        SparkConfigEdit edit,
        Func<string, CancellationToken, Task<IPAddress[]>> addressesOf,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        if (edit.Changes.FirstOrDefault(c => c.Key == SparkKeys.DriverHost)?.After is not { } host
            || host.Contains("${", StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            _ = await addressesOf(host.Trim('[', ']'), cancellationToken)
                .WaitAsync(Longest, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException or ArgumentException)
        {
            caller.Warning(
                $"'{host}' cannot be resolved on this host ({exception.Message.TrimEnd('.')}). Executors look for the " +
                "driver under this name: make sure that pods can resolve it (Test-SparkAzureSetup -FromCluster tries " +
                "it), or give the host's address.");
        }
    }
}
