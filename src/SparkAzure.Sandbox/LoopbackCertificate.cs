using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparkAzure.Sandbox;

/// <summary>
/// A certificate for this very host and the authority that signed it, made anew at every start: stand-ins speak real
/// TLS, and clients trust them as they would a company's own authority.
/// </summary>
public sealed class LoopbackCertificate : IDisposable
{
    private LoopbackCertificate(X509Certificate2 authority, X509Certificate2 server)
    {
        Authority = authority;
        Server = server;
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The server's certificate for localhost, 127.0.0.1, ::1 and the addresses asked for, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Makes both; they hold for two days.</summary>
    /// <param name="addresses">Addresses of the server beside the loopback's.</param>
    public static LoopbackCertificate Create(params IPAddress[] addresses)
    {
        var from = DateTimeOffset.UtcNow.AddDays(-1);
        var until = from.AddDays(3);

        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(
            "CN=SparkAzure sandbox authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(
            authorityRequest.PublicKey, critical: false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serverRequest = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (var address in addresses)
        {
            names.AddIpAddress(address);
        }

        serverRequest.CertificateExtensions.Add(names.Build());
        serverRequest.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        serverRequest.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var signed = serverRequest.Create(authority, from, until, RandomNumberGenerator.GetBytes(12));
        using var withKey = signed.CopyWithPrivateKey(serverKey);

        // Through PKCS #12, because Windows' TLS takes no key that lives in memory only.
        return new LoopbackCertificate(
            new X509Certificate2(authority.RawData),
            new X509Certificate2(withKey.Export(X509ContentType.Pkcs12)));
    }

    /// <summary>
    /// Writes the authority as PEM, for <c>SSL_CERT_FILE</c>, <c>--cacert</c> or <c>certificate-authority</c>.
    /// </summary>
    public void WriteAuthority(string path) => File.WriteAllText(path, Authority.ExportCertificatePem() + "\n");

    /// <summary>Makes a handler that trusts this authority and no other.</summary>
    public HttpMessageHandler CreateTrustingHandler() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <inheritdoc />
    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
    }
}
