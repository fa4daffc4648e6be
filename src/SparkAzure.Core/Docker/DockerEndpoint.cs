using System.Net.Sockets;
using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Oci;

namespace SparkAzure.Core.Docker;

/// <summary>Where a daemon with the Docker Engine API listens, and how to get there.</summary>
/// <param name="Display">For messages.</param>
/// <param name="BaseAddress">The base of the API's URLs.</param>
/// <param name="SocketPath">The unix socket; null for tcp.</param>
/// <param name="Tls">What proves either side to the other; null without TLS.</param>
internal sealed record DockerEndpoint(string Display, Uri BaseAddress, string? SocketPath, DockerTls? Tls)
{
    /// <summary>How long it is waited for, and how much it may send.</summary>
    public DockerPatience Patience { get; init; } = DockerPatience.Usual;

    // Docker's own (docker/docker, opts/hosts.go).
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    /// <summary>Reads a daemon's address.</summary>
    /// <param name="text"><c>unix:///path</c> or <c>tcp://host[:port]</c>.</param>
    /// <param name="tls">The certificates for tcp; null without TLS.</param>
    /// <exception cref="SparkAzureException">
    /// DockerHostNotSupported, DockerHostNeedsTls, DockerHostNeedsProgram.
    /// </exception>
    public static DockerEndpoint Parse(string text, DockerTls? tls)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var host))
        {
            throw DockerErrors.DockerHostNotSupported(text, "it is not a URL such as unix:///var/run/docker.sock");
        }

        switch (host.Scheme)
        {
            case "unix" when host.AbsolutePath.Length > 1:
                return new DockerEndpoint(
                    text, new Uri("http://docker/"), Uri.UnescapeDataString(host.AbsolutePath), null);
            case "tcp" or "http" or "https" when host.Host.Length > 0:
                tls ??= host.Scheme == "https" ? DockerTls.OfAuthorities : null;
                if (tls is null && !CredentialRoute.IsThisMachine(host.Host))
                {
                    throw DockerErrors.DockerHostNeedsTls(text);
                }

                return new DockerEndpoint(text, Address(host, tls), null, tls);
            case "ssh":
                throw DockerErrors.DockerHostNeedsProgram(
                    text,
                    "the connection would be made by the program ssh, with keys and questions of its own",
                    $"Let ssh forward the socket (ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock " +
                    $"{host.UserInfo}{(host.UserInfo.Length > 0 ? "@" : "")}{host.Host}) and give -DockerHost " +
                    $"unix:///tmp/docker.sock");
            case "npipe":
                throw DockerErrors.DockerHostNeedsProgram(
                    text,
                    "a named pipe of Windows is not spoken to",
                    "Let Docker Desktop expose the daemon on tcp://localhost:2375 (Settings, General) and give that " +
                    "as -DockerHost");
            default:
                throw DockerErrors.DockerHostNotSupported(text, $"{host.Scheme}:// is no address of a daemon");
        }
    }

    // A port that the scheme implies was not given, as Docker's own are others.
    private static Uri Address(Uri host, DockerTls? tls)
    {
        var (scheme, usual) = tls is null ? ("http", PlainPort) : ("https", TlsPort);
        var isGiven = host.Port > 0 && (host.Scheme == "tcp" || !host.IsDefaultPort);
        return new Uri($"{scheme}://{host.Host}:{(isGiven ? host.Port : usual)}/");
    }

    /// <summary>The transport; no proxy, no redirects.</summary>
    /// <exception cref="SparkAzureException">DockerCertificatesUnusable.</exception>
    public SocketsHttpHandler CreateHandler()
    {
        var handler =
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                ConnectTimeout = TimeSpan.FromSeconds(20)
            };
        if (SocketPath is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken)
                        .ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        else if (Tls is not null)
        {
            handler.SslOptions = Tls.CreateOptions();
        }

        return handler;
    }
}
