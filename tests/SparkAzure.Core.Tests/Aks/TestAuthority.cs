using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>A root, an intermediate that it vouches for, and what the intermediate vouches for: a company's own authority.</summary>
internal sealed class TestAuthority
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    public TestAuthority()
    {
        // No certificate may outlive its issuer's.
        Root = Issue("CN=corp root", null, isAuthority: true, days: 60);
        Intermediate = Issue("CN=corp issuing ca", Root, isAuthority: true, days: 30);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    /// <summary>A certificate for a server; without names only its common name says whose it is.</summary>
    public X509Certificate2 Server(string commonName, string? alternativeName, string use = ForServers, int days = 9) =>
        Issue($"CN={commonName}", Intermediate, isAuthority: false, alternativeName, use, days);

    public X509Certificate2 Client(string user) => Issue($"CN={user}", Intermediate, isAuthority: false, null, ForClients);

    /// <summary>An authority with the name and key of another, by its root, as after a renewal.</summary>
    public X509Certificate2 IssuedAnew(X509Certificate2 authority)
    {
        var request = new CertificateRequest(authority.SubjectName, authority.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.Create(
            Root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(40), RandomNumberGenerator.GetBytes(8));
    }

    private static X509Certificate2 Issue(
        string subject, X509Certificate2? issuer, bool isAuthority, string? alternativeName = null, string? use = null, int days = 9)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (alternativeName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(alternativeName);
            request.CertificateExtensions.Add(names.Build());
        }

        if (use is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        }

        var from = DateTimeOffset.UtcNow.AddDays(-10);
        var until = DateTimeOffset.UtcNow.AddDays(days);
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, until);
        }

        using var certificate = request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
