using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Docker;

/// <summary>
/// The certificates of a daemon behind TLS, in docker's files: <c>ca.pem</c> (whom to trust), <c>cert.pem</c> and
/// <c>key.pem</c> (who one is).
/// Each may be missing, as with docker; what is there is used. The daemon's certificate is always verified.
/// </summary>
/// <param name="Folder">Where the files are; empty for none.</param>
internal sealed record DockerTls(string Folder)
{
    /// <summary>TLS with the authorities that this host trusts, and no certificate of one's own.</summary>
    public static readonly DockerTls OfAuthorities = new("");

    /// <summary>
    /// What the environment says, as docker reads it: DOCKER_TLS_VERIFY or DOCKER_TLS turn TLS on, DOCKER_CERT_PATH
    /// says where the files are (docker/cli, cli/flags/options.go), and turns it on too, as in docker's client library
    /// (client/options.go, WithTLSClientConfigFromEnv).
    /// </summary>
    /// <param name="configFolder">The folder of config.json, where the files are otherwise.</param>
    /// <param name="environment">The environment's variables.</param>
    public static DockerTls? FromEnvironment(string configFolder, Func<string, string?> environment)
    {
        if (environment("DOCKER_CERT_PATH") is { Length: > 0 } folder)
        {
            return new DockerTls(folder);
        }

        if (environment("DOCKER_TLS_VERIFY") is { Length: > 0 } || environment("DOCKER_TLS") is { Length: > 0 })
        {
            return new DockerTls(configFolder);
        }

        return null;
    }

    /// <exception cref="SparkAzureException">DockerCertificatesUnusable.</exception>
    public SslClientAuthenticationOptions CreateOptions()
    {
        var options = new SslClientAuthenticationOptions();
        try
        {
            if (Find("ca.pem") is { } authorities)
            {
                var policy =
                    new X509ChainPolicy
                    {
                        TrustMode = X509ChainTrustMode.CustomRootTrust,
                        RevocationMode = X509RevocationMode.NoCheck
                    };
                policy.CustomTrustStore.ImportFromPem(RegularFile.ReadAllText(authorities));
                options.CertificateChainPolicy = policy;
            }

            if ((Find("cert.pem"), Find("key.pem")) is ({ } certificate, { } key))
            {
                // Windows' TLS cannot use a key that lives in memory only; a round trip through PKCS#12 gives it a
                // home.
                using var pem = X509Certificate2.CreateFromPem(
                    RegularFile.ReadAllText(certificate), RegularFile.ReadAllText(key));
                options.ClientCertificates = [new X509Certificate2(pem.Export(X509ContentType.Pkcs12))];
            }

            return options;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or CryptographicException)
        {
            throw DockerErrors.DockerCertificatesUnusable(Folder, exception.Message);
        }
    }

    private string? Find(string name)
    {
        if (Folder.Length > 0 && Path.Combine(Folder, name) is var path && File.Exists(path))
        {
            return path;
        }

        return null;
    }
}
