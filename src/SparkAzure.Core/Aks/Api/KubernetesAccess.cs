using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SparkAzure.Core.Hosting;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// Where an API server is and as whom to call it: one context of a kubeconfig, its files read and its program asked.
/// Shows no secret.
/// </summary>
internal sealed class KubernetesAccess : IDisposable
{
    /// <summary>The address.</summary>
    public required Uri Server { get; init; }

    /// <summary>The kubeconfig's name for the user.</summary>
    public required string UserName { get; init; }

    /// <summary>The header that says who it is; null for a client certificate.</summary>
    public AuthenticationHeaderValue? Authorization { get; private init; }

    /// <summary>The certificate that says who it is; null for a header.</summary>
    public X509Certificate2? ClientCertificate { get; private init; }

    /// <summary>
    /// What the kubeconfig gives along with the client certificate: its issuers, which a server may need to see.
    /// </summary>
    public X509Certificate2Collection ClientCertificateIssuers { get; private init; } = [];

    /// <summary>Who vouches for the server; empty for the authorities of this host.</summary>
    public X509Certificate2Collection Authorities { get; private init; } = [];

    /// <summary>The name that the server's certificate must have; null for that of the address.</summary>
    public string? TlsServerName { get; private init; }

    /// <summary>Whether the kubeconfig says that the server's certificate is not looked at.</summary>
    public bool SkipTlsVerify { get; private init; }

    /// <summary>The proxy that the kubeconfig names; null for the host's own.</summary>
    public Uri? Proxy { get; private init; }

    /// <summary>Reads a context's cluster and user.</summary>
    /// <param name="path">The kubeconfig.</param>
    /// <param name="server">The address in it, already read.</param>
    /// <param name="cluster">The cluster's keys.</param>
    /// <param name="userName">The user's name.</param>
    /// <param name="user">The user's keys.</param>
    /// <param name="cancellationToken">Stops reading, and a program that is asked.</param>
    /// <exception cref="SparkAzureException">
    /// KubeConfigUnreadable, KubeCredentialUnusable, CannotRead, HostCannotRunProcess.
    /// </exception>
    public static async Task<KubernetesAccess> OpenAsync(
        string path, Uri server, YamlMappingNode cluster, string userName, YamlMappingNode user, CancellationToken cancellationToken)
    {
        var files = new ReferencedFiles(path);
        var (token, certificate, key) = (
            Text(user, "token")
                ?? await files.TextAsync(Text(user, "tokenFile"), cancellationToken).ConfigureAwait(false),
            await files
                .DataAsync(Text(user, "client-certificate-data"), Text(user, "client-certificate"), cancellationToken)
                .ConfigureAwait(false),
            await files
                .DataAsync(Text(user, "client-key-data"), Text(user, "client-key"), cancellationToken)
                .ConfigureAwait(false));
        if (Child(user, "auth-provider") is not null)
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, "its auth-provider is a form that Kubernetes dropped in 1.26");
        }

        if (Child(user, "exec") is YamlMappingNode exec)
        {
            (token, certificate, key) = await ExecPlugin.AskAsync(path, userName, exec, cancellationToken)
                .ConfigureAwait(false);
        }

        try
        {
            var authority = await files
                .DataAsync(
                    Text(cluster, "certificate-authority-data"),
                    Text(cluster, "certificate-authority"),
                    cancellationToken)
                .ConfigureAwait(false);
            var isWhole = certificate is not null && key is not null;
            return new KubernetesAccess
            {
                Server = server,
                UserName = userName,
                Authorization = Bearer(token) ?? Basic(user),
                ClientCertificate = isWhole ? Certificate(certificate!, key!) : null,
                ClientCertificateIssuers = Issuers(certificate),
                Authorities = AuthoritiesIn(authority),
                TlsServerName = Text(cluster, "tls-server-name"),
                SkipTlsVerify = Text(cluster, "insecure-skip-tls-verify") == "true",
                Proxy = Uri.TryCreate(Text(cluster, "proxy-url"), UriKind.Absolute, out var proxy) ? proxy : null,
            };
        }
        catch (CryptographicException)
        {
            throw KubernetesErrors.KubeCredentialUnusable(path, userName, "a certificate or key in it is none");
        }
    }

    private static AuthenticationHeaderValue? Bearer(string? token) =>
        token is { Length: > 0 } ? new AuthenticationHeaderValue("Bearer", token.Trim()) : null;

    private static X509Certificate2Collection AuthoritiesIn(string? pem)
    {
        var authorities = new X509Certificate2Collection();
        if (pem is not null)
        {
            authorities.ImportFromPem(pem);
        }

        return authorities;
    }

    public void Dispose()
    {
        ClientCertificate?.Dispose();
        foreach (var certificate in Authorities.Concat(ClientCertificateIssuers))
        {
            certificate.Dispose();
        }
    }

    public override string ToString() => $"{UserName} at {Server}";

    // Through PKCS #12, because Windows' TLS takes no key that lives in memory only.
    private static X509Certificate2 Certificate(string certificate, string key)
    {
        using var fromPem = X509Certificate2.CreateFromPem(certificate, key);
        return new X509Certificate2(fromPem.Export(X509ContentType.Pkcs12));
    }

    private static X509Certificate2Collection Issuers(string? certificate)
    {
        var all = new X509Certificate2Collection();
        if (certificate is not null)
        {
            all.ImportFromPem(certificate);
        }

        // The first is the client's own.
        if (all.Count > 0)
        {
            all[0].Dispose();
            all.RemoveAt(0);
        }

        return all;
    }

    private static AuthenticationHeaderValue? Basic(YamlMappingNode user)
    {
        if (Text(user, "username") is { } name && Text(user, "password") is { } password)
        {
            return new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")));
        }

        return null;
    }

    private static string? Text(YamlMappingNode node, string key)
    {
        if ((Child(node, key) as YamlScalarNode)?.Value is { Length: > 0 } text)
        {
            return text;
        }

        return null;
    }

    private static YamlNode? Child(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var child))
        {
            return child;
        }

        return null;
    }

    /// <summary>Files that a kubeconfig names; a relative path counts from the kubeconfig.</summary>
    private sealed class ReferencedFiles(string kubeConfig)
    {
        public async Task<string?> TextAsync(string? path, CancellationToken cancellationToken)
        {
            if (path is null)
            {
                return null;
            }

            var file = Path.Combine(Path.GetDirectoryName(kubeConfig) ?? "", path);
            try
            {
                return await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw HostErrors.CannotRead(file, exception);
            }
        }

        public async Task<string?> DataAsync(string? data, string? path, CancellationToken cancellationToken)
        {
            try
            {
                if (data is null)
                {
                    return await TextAsync(path, cancellationToken).ConfigureAwait(false);
                }

                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException)
            {
                throw KubernetesErrors.KubeConfigUnreadable(kubeConfig, "data of a certificate in it is not base64");
            }
        }
    }
}
