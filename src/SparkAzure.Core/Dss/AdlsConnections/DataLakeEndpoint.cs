using SparkAzure.Core.Azure;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// The address that Azure names for an account's data (primaryEndpoints.dfs). It tells the host of a connection's root
/// where that cannot be told from the account's name: in other clouds, and for accounts with a DNS zone of their own.
/// </summary>
internal static class DataLakeEndpoint
{
    private const string Service = "dfs";

    // The other services of an account. Source: Microsoft, "Storage account endpoints".
    private static readonly string[] OtherServices = ["blob", "file", "queue", "table", "web"];

    /// <summary>
    /// The host for the root; null for an address that leads to the account without being its own, such as one on this
    /// machine.
    /// </summary>
    /// <param name="endpoint">The address; null where none was given.</param>
    /// <param name="account">The account that it must be of.</param>
    /// <param name="environment">The cloud that it must be in; null for any.</param>
    /// <exception cref="SparkAzureException">StorageEndpointInvalid.</exception>
    public static string? HostIn(Uri? endpoint, string account, AzureEnvironment? environment)
    {
        if (ServiceOf(endpoint) is not { } service)
        {
            return null;
        }

        var host = endpoint!.Host;
        if (service != Service)
        {
            throw AdlsErrors.StorageEndpointInvalid(endpoint, $"it is that of the account's {service} service");
        }

        if (host.Contains(".privatelink.", StringComparison.OrdinalIgnoreCase))
        {
            throw AdlsErrors.StorageEndpointInvalid(
                endpoint, "no certificate is for a name with 'privatelink'; the account's own name leads there too");
        }

        if (host.Split('.')[0] is var other && !string.Equals(other, account, StringComparison.OrdinalIgnoreCase))
        {
            throw AdlsErrors.StorageEndpointInvalid(
                endpoint, $"it is that of '{other}', and the account is '{account}'");
        }

        if (environment is { } wanted && AzureCloud.OfStorageHost(host)?.Cloud is { } cloud && cloud.Name != wanted)
        {
            throw AdlsErrors.StorageEndpointInvalid(
                endpoint, $"it belongs to {cloud.Name}, and -Environment says {wanted}");
        }

        return endpoint.Authority.ToLowerInvariant();
    }

    /// <summary>Whether an address is that of an account of gen2, whichever.</summary>
    public static bool Is(Uri? endpoint) => ServiceOf(endpoint) == Service;

    // ACCOUNT.SERVICE.SUFFIX, and ACCOUNT.ZONE.SERVICE.SUFFIX for an account with a DNS zone.
    private static string? ServiceOf(Uri? endpoint)
    {
        if (endpoint is not { IsAbsoluteUri: true, HostNameType: UriHostNameType.Dns })
        {
            return null;
        }

        return endpoint.Host.ToLowerInvariant()
            .Split('.')
            .Skip(1)
            .Take(2)
            .FirstOrDefault(label => label == Service || OtherServices.Contains(label));
    }
}
