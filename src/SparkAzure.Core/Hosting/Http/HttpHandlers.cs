using System.Net;

namespace SparkAzure.Core.Hosting.Http;

/// <summary>What connects to services: the same for all of them, so that none sends a credential astray.</summary>
internal static class HttpHandlers
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(20);

    /// <summary>
    /// A handler that follows no redirect (one would lead a request, and with 307 and 308 its body, to whatever host an
    /// answer names), keeps no cookies, and takes the environment's proxy except to this machine.
    /// </summary>
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTime,
        Proxy = EnvironmentProxy(),
    };

    /// <summary>
    /// The proxy that the environment names (http_proxy and its like), for what is beyond this host alone.
    /// </summary>
    public static IWebProxy EnvironmentProxy() => new ProxyBeyondHost(HttpClient.DefaultProxy);

    /// <summary>
    /// As <see cref="Create"/>, for downloads: what they are is known by their digest, and they often lie in another
    /// store. The handler takes Authorization away from a request that is led elsewhere, and leads none from https to
    /// http.
    /// </summary>
    public static SocketsHttpHandler CreateFollowing()
    {
        var handler = Create();
        handler.AllowAutoRedirect = true;
        handler.MaxAutomaticRedirections = 5;
        return handler;
    }

    /// <summary>
    /// A proxy for what is beyond this host. A request to the loopback would leave the machine with it, and one to
    /// Azure's instance metadata service (169.254.169.254) would show a proxy the machine's token.
    /// </summary>
    private sealed class ProxyBeyondHost(IWebProxy proxy) : IWebProxy
    {
        private const string InstanceMetadata = "169.254.169.254";

        public ICredentials? Credentials
        {
            get => proxy.Credentials;
            set => throw new NotSupportedException();
        }

        public Uri? GetProxy(Uri destination)
        {
            if (IsBypassed(destination))
            {
                return null;
            }

            return proxy.GetProxy(destination);
        }

        public bool IsBypassed(Uri host) =>
            CredentialRoute.IsThisMachine(host.Host) || host.Host == InstanceMetadata || proxy.IsBypassed(host);
    }
}
