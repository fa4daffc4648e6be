using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparkAzure.Core.Images.Docker;

/// <summary>Where the Docker daemon listens, and how to get there.</summary>
/// <param name="Display">For messages.</param>
/// <param name="BaseAddress">The base of the API's URLs.</param>
/// <param name="SocketPath">The unix socket; null for tcp.</param>
/// <param name="CertificateFolder">ca.pem, cert.pem and key.pem; null without TLS.</param>
internal sealed record DockerEndpoint(string Display, Uri BaseAddress, string? SocketPath, string? CertificateFolder)
{
    private const string DefaultHost = "unix:///var/run/docker.sock";

    /// <summary>Decides as the docker program does: what is given, else DOCKER_HOST, else the local socket.</summary>
    /// <param name="given">From the caller; null when nothing is given.</param>
    /// <param name="environment">The environment's DOCKER_* variables.</param>
    /// <exception cref="SparkAzureException">DockerHostNotSupported.</exception>
    public static DockerEndpoint Resolve(Uri? given, Func<string, string?> environment)
    {
        var text = given?.OriginalString ?? environment("DOCKER_HOST") ?? "";
        text = text.Length == 0 ? DefaultHost : text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var host))
        {
            throw ImageErrors.DockerHostNotSupported(text, "it is not a URL such as unix:///var/run/docker.sock");
        }

        switch (host.Scheme)
        {
            case "unix" when host.AbsolutePath.Length > 1:
                return new DockerEndpoint(text, new Uri("http://docker/"), Uri.UnescapeDataString(host.AbsolutePath), null);
            case "tcp" or "http" or "https":
                var certificates = environment("DOCKER_CERT_PATH") is { Length: > 0 } folder ? folder : null;
                var port = host.Port > 0 && !(host.IsDefaultPort && host.Scheme != "tcp") ? host.Port : certificates is null ? 2375 : 2376;
                if (certificates is null && !RegistryAddress.IsLoopbackName(host.Host))
                {
                    throw ImageErrors.DockerHostNotSupported(text, "it is another machine and there is no TLS, so the registry's login would cross the network in the clear");
                }

                return new DockerEndpoint(text, new Uri($"{(certificates is null ? "http" : "https")}://{host.Host}:{port}/"), null, certificates);
            case "ssh":
                throw ImageErrors.DockerHostNotSupported(text, "ssh:// needs an ssh program");
            default:
                throw ImageErrors.DockerHostNotSupported(text, $"{host.Scheme}:// is not supported");
        }
    }

    /// <summary>The transport; no proxy, no redirects.</summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        if (SocketPath is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        else if (CertificateFolder is not null)
        {
            handler.SslOptions = TlsOptions(CertificateFolder);
        }

        return handler;
    }

    private SslClientAuthenticationOptions TlsOptions(string folder)
    {
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));

            // Windows' TLS cannot use a key that lives in memory only; a round trip through PKCS#12 gives it a home.
            var certificate = new X509Certificate2(pem.Export(X509ContentType.Pkcs12));
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(Path.Combine(folder, "ca.pem"));
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            return new SslClientAuthenticationOptions { ClientCertificates = [certificate], CertificateChainPolicy = policy };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw ImageErrors.DockerHostNotSupported(Display, $"the certificates in '{folder}' cannot be read ({exception.Message})");
        }
    }
}
