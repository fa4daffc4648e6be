using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// How a connection to an API server is made: whom it trusts, through which proxy, and when it shows a client
/// certificate.
/// </summary>
internal static class ApiServerTls
{
    /// <summary>Sets a handler up for the server of a kubeconfig.</summary>
    /// <param name="handler">The handler.</param>
    /// <param name="access">Where the server is and as whom to call it.</param>
    /// <param name="trust">Judges the server.</param>
    /// <param name="showClientCertificate">Whether the client certificate is shown to a server that is trusted.</param>
    public static void SetUp(
        SocketsHttpHandler handler, KubernetesAccess access, ServerTrust trust, bool showClientCertificate)
    {
        handler.AllowAutoRedirect = false;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        handler.Proxy = ProxyFor(access);

        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, certificate, chain, _) => trust.AcceptsAndLearns(certificate, chain?.ChainPolicy.ExtraStore ?? []);
        if (showClientCertificate && access.ClientCertificate is { } own)
        {
            ShowToTrusted(handler.SslOptions, own, access.ClientCertificateIssuers, trust);
        }
    }

    // In clear a credential may go to this machine only, and a proxy is another one.
    private static IWebProxy ProxyFor(KubernetesAccess access)
    {
        var staysHere = access.Server.Scheme == Uri.UriSchemeHttp
            && CredentialRoute.IsThisMachine(access.Server.Host);
        if (access.Proxy is null || staysHere)
        {
            return HttpHandlers.EnvironmentProxy();
        }

        return new WebProxy(access.Proxy);
    }

    // .NET shows a client certificate before it asks whether the server is trusted, and asks for one first when it
    // has not seen the server's. So it is given none until then. A certificate with issuers must be set beforehand,
    // else they are not sent along: ApiServerHandler has made sure of the server by then.
    private static void ShowToTrusted(
        SslClientAuthenticationOptions tls, X509Certificate2 own, X509Certificate2Collection issuers, ServerTrust trust)
    {
        if (issuers.Count > 0)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(own, issuers, offline: true);
            return;
        }

        tls.ClientCertificates = [own];
        tls.LocalCertificateSelectionCallback = (_, _, _, server, _) =>
        {
            // A null is what .NET expects here, although it does not say so.
            if (trust.Accepts(server))
            {
                return own;
            }

            return null!;
        };
    }
}
