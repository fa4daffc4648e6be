using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Settings;

/// <summary>The way into a DSS over its API, kept for many calls.</summary>
public static class DssEndpoints
{
    /// <summary>Refuses what no call could use; asks nobody.</summary>
    /// <param name="endpoint">The address and the key.</param>
    /// <param name="caller">Is told where the key would travel unencrypted.</param>
    /// <returns>The same.</returns>
    /// <exception cref="SparkAzureException">
    /// DssAddressIncomplete, DssUriInvalid, AuthenticationNotEncrypted.
    /// </exception>
    public static DssEndpoint Check(DssEndpoint endpoint, ICaller caller)
    {
        using var settings = DssSettings.Open(DssAddress.Of(endpoint), caller);
        return endpoint;
    }
}
