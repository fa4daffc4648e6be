using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparkAzure.Core.Tests.Oci.Registry;

/// <summary>TLS in front of this host's Docker daemon, with a client's certificate demanded: what dockerd --tlsverify is, on a free port of 127.0.0.1.</summary>
internal sealed class TlsForwarder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _server;
    private readonly Task _serving;

    /// <param name="certificates">Gets ca.pem, cert.pem and key.pem.</param>
    public TlsForwarder(string certificates)
    {
        Directory.CreateDirectory(certificates);
        _authority = Certificate("CN=daemon authority", null);
        _server = Certificate("CN=daemon", _authority);
        using var client = Certificate("CN=client", _authority);
        File.WriteAllText(Path.Combine(certificates, "ca.pem"), _authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(certificates, "cert.pem"), client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(certificates, "key.pem"), client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Host => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How many clients proved who they are.</summary>
    public int Clients { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _authority.Dispose();
        _server.Dispose();
        _stop.Dispose();
    }

    private static X509Certificate2 Certificate(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var from = DateTimeOffset.UtcNow.AddHours(-1);
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, from.AddHours(3));
        }

        using var signed = request.Create(issuer, from, from.AddHours(2), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ForwardAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            using var secured = new SslStream(client.GetStream());
            var options = new SslServerAuthenticationOptions
            {
                ServerCertificate = _server,
                ClientCertificateRequired = true,
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { _authority } },
            };
            await secured.AuthenticateAsServerAsync(options, _stop.Token);
            Clients++;
            await daemon.ConnectAsync(new UnixDomainSocketEndPoint("/var/run/docker.sock"), _stop.Token);
            using var plain = new NetworkStream(daemon);
            await Task.WhenAny(secured.CopyToAsync(plain, _stop.Token), plain.CopyToAsync(secured, _stop.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or System.Security.Authentication.AuthenticationException)
        {
            // One of the two has gone, or the client is none of ours.
        }
    }
}
