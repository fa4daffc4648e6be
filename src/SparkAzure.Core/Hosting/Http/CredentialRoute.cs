using System.Net;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>
/// Which way a credential may take: inside TLS anywhere, in clear only where it does not leave this machine. The one
/// rule for tokens, API keys and passwords, whatever the service.
/// </summary>
internal static class CredentialRoute
{
    /// <summary>
    /// Whether a host's name or address is this machine's own (RFC 6761, 6.3; RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
    /// Other names may lead anywhere, whatever they look like: <see cref="Uri.IsLoopback"/> also trusts "loopback".
    /// </summary>
    public static bool IsThisMachine(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
    }

    /// <summary>Whether nobody on the way can read along.</summary>
    /// <param name="target">Where the credential goes; <see cref="HttpHandlers"/> takes no proxy to this machine.</param>
    public static bool IsPrivate(Uri target)
    {
        if (!target.IsAbsoluteUri)
        {
            return false;
        }

        return target.Scheme == Uri.UriSchemeHttps
            || (target.Scheme == Uri.UriSchemeHttp && IsThisMachine(target.Host));
    }

    /// <summary>Refuses a way on which others could read along, unless that was allowed.</summary>
    /// <param name="target">Where the credential goes.</param>
    /// <param name="credential">What would be read: "the API key".</param>
    /// <param name="isAllowed">Whether a person has allowed it.</param>
    /// <exception cref="SparkAzureException">AuthenticationNotEncrypted.</exception>
    public static void Require(Uri target, string credential, bool isAllowed)
    {
        if (!isAllowed && !IsPrivate(target))
        {
            throw HttpErrors.AuthenticationNotEncrypted(target, credential);
        }
    }
}
