using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SparkAzure.Runs.Java;

namespace SparkAzure.Runs.StandIns;

/// <summary>A certificate for the accounts' names, signed by itself, and a truststore in which Java finds it.</summary>
internal static class StorageCertificate
{
    private const string Password = "changeit";

    /// <summary>Makes a certificate for these names; it holds for two days.</summary>
    public static X509Certificate2 Create(IEnumerable<string> names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=storage stand-in", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    /// <summary>Writes the truststore, by a JDK's own keytool; gives the properties with which Java takes it.</summary>
    /// <exception cref="InvalidOperationException">There is no Java 17 here.</exception>
    public static Dictionary<string, string> Trust(X509Certificate2 certificate, string folder)
    {
        var home = JavaTools.Machine(17)?.Home ?? throw new InvalidOperationException("there is no Java 17 on this machine, whose keytool makes the truststore.");
        var pem = Path.Combine(folder, "storage.pem");
        var store = Path.Combine(folder, "trust.jks");
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.Delete(store);
        JavaTools.Run(
        [
            Path.Combine(home, "bin", "keytool"), "-importcert", "-noprompt", "-alias", "storage", "-storetype", "JKS",
            "-file", pem, "-keystore", store, "-storepass", Password,
        ]);
        return new() { ["javax.net.ssl.trustStore"] = store, ["javax.net.ssl.trustStorePassword"] = Password };
    }
}
