using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>Where a service of Azure is asked.</summary>
internal static class AzureEndpoint
{
    /// <summary>Makes sure that a token is sent over TLS, or not at all beyond this host.</summary>
    /// <param name="name">The service, for the message.</param>
    /// <param name="endpoint">Its address.</param>
    /// <exception cref="SparkAzureException">NotASecureEndpoint.</exception>
    internal static void RequireSecure(string name, Uri endpoint)
    {
        if (!CredentialRoute.IsPrivate(endpoint))
        {
            throw AzureErrors.NotASecureEndpoint(name, endpoint);
        }
    }
}
