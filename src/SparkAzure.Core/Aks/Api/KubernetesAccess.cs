using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;
using SparkAzure.Core.Text;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// Where an API server is and as whom to call it: one context of a kubeconfig, its files read and its program asked.
/// Shows no secret.
/// </summary>
internal sealed class KubernetesAccess : IDisposable
{
    // Keys of a user that become a header; a client certificate has no place in plain http.
    private static readonly string[] Identities = ["token", "tokenFile", "exec", "username"];

    // With one of these no program is asked.
    private static readonly string[] OwnCredentials =
        ["token", "tokenFile", "username", "client-certificate", "client-certificate-data"];

    /// <summary>The address.</summary>
    public required Uri Server { get; init; }

    /// <summary>The kubeconfig's name for the user.</summary>
    public required string UserName { get; init; }

    /// <summary>The header that says who it is; null for a client certificate.</summary>
    public AuthenticationHeaderValue? Authorization { get; private init; }

    /// <summary>The headers that say as whom it wants to be taken; none for itself.</summary>
    public IReadOnlyList<(string Name, string Value)> Impersonation { get; private init; } = [];

    /// <summary>What must stand in no message, however the server repeats it.</summary>
    private IReadOnlyList<string?> Secrets { get; init; } = [];

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
    /// <param name="allowUnencrypted">Whether a token or password may go over plain http to another host.</param>
    /// <param name="cancellationToken">Stops reading, and a program that is asked.</param>
    /// <exception cref="SparkAzureException">
    /// AuthenticationNotEncrypted, KubeConfigUnreadable, KubeCredentialUnusable, CannotRead, HostCannotRunProcess.
    /// </exception>
    public static async Task<KubernetesAccess> OpenAsync(
        string path,
        Uri server,
        YamlMappingNode cluster,
        string userName,
        YamlMappingNode user,
        bool allowUnencrypted,
        CancellationToken cancellationToken)
    {
        if (SaysWhoItIs(user))
        {
            CredentialRoute.Require(server, $"The credential of user '{userName}'", allowUnencrypted);
        }

        if (KubeUseRules.FaultOf(cluster, user) is { } fault)
        {
            throw KubernetesErrors.KubeCredentialUnusable(path, userName, fault);
        }

        var reader = FileOwner.IsRoot ? TreeOwner.Of(path) : null;
        var files = new ReferencedFiles(path, reader);
        var authority = await files
            .DataAsync(
                Text(cluster, "certificate-authority-data"), Text(cluster, "certificate-authority"), cancellationToken)
            .ConfigureAwait(false);
        var given = await CredentialAsync(files, path, userName, (cluster, user), authority, cancellationToken)
            .ConfigureAwait(false);
        var (token, certificate, key) = (given.Token, given.Certificate, given.Key);
        try
        {
            var isWhole = certificate is not null && key is not null;
            return new KubernetesAccess
            {
                Server = server,
                UserName = userName,
                Authorization = Bearer(path, userName, token) ?? Basic(user),
                Impersonation = ImpersonationOf(path, userName, user),
                Secrets = [token?.Trim(), Text(user, "password"), key],
                ClientCertificate = isWhole ? Certificate(certificate!, key!) : null,
                ClientCertificateIssuers = Issuers(certificate),
                Authorities = AuthoritiesIn(path, userName, authority),
                TlsServerName = Text(cluster, "tls-server-name"),
                SkipTlsVerify = YamlKeys.IsTrue(cluster, "insecure-skip-tls-verify"),
                Proxy = Uri.TryCreate(Text(cluster, "proxy-url"), UriKind.Absolute, out var proxy) ? proxy : null,
            };
        }
        catch (CryptographicException)
        {
            throw KubernetesErrors.KubeCredentialUnusable(path, userName, "a certificate or key in it is none");
        }
    }

    /// <summary>The private key of a user, in PEM; null where it has none. A secret.</summary>
    /// <param name="path">The kubeconfig.</param>
    /// <param name="user">The user's keys.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable, CannotRead.</exception>
    public static Task<string?> ReadKeyAsync(string path, YamlMappingNode user, CancellationToken cancellationToken)
    {
        var files = new ReferencedFiles(path, FileOwner.IsRoot ? TreeOwner.Of(path) : null);
        return files.DataAsync(Text(user, "client-key-data"), Text(user, "client-key"), cancellationToken);
    }

    private static async Task<ExecCredential> CredentialAsync(
        ReferencedFiles files,
        string path,
        string userName,
        (YamlMappingNode Cluster, YamlMappingNode User) entries,
        string? authority,
        CancellationToken cancellationToken)
    {
        var user = entries.User;
        if (YamlKeys.Find(user, "auth-provider") is YamlMappingNode)
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, "its auth-provider is a form that Kubernetes dropped in 1.26");
        }

        // client-go asks no program where the user says itself who it is (exec.UpdateTransportConfig).
        if (YamlKeys.Find(user, "exec") is YamlMappingNode exec && !OwnCredentials.Any(k => Text(user, k) is not null))
        {
            var cluster = ExecCluster.For(exec, entries.Cluster, authority);
            return await ExecPlugin.AskAsync(path, userName, exec, cluster, files.Reader, cancellationToken)
                .ConfigureAwait(false);
        }

        var certificate = await files
            .DataAsync(Text(user, "client-certificate-data"), Text(user, "client-certificate"), cancellationToken)
            .ConfigureAwait(false);
        var key = await files
            .DataAsync(Text(user, "client-key-data"), Text(user, "client-key"), cancellationToken)
            .ConfigureAwait(false);
        var token = await TokenAsync(files, path, userName, user, cancellationToken).ConfigureAwait(false);
        return new ExecCredential { Token = token, Certificate = certificate, Key = key };
    }

    // The file's token counts, as it may be renewed; that of the kubeconfig only where the file has none (client-go,
    // transport.NewBearerAuthWithRefreshRoundTripper).
    private static async Task<string?> TokenAsync(
        ReferencedFiles files, string path, string userName, YamlMappingNode user, CancellationToken cancellationToken)
    {
        var (token, file) = (Text(user, "token"), Text(user, "tokenFile"));
        try
        {
            var read = (await files.TextAsync(file, cancellationToken).ConfigureAwait(false))?.Trim();
            if (read is { Length: > 0 })
            {
                return read;
            }
        }
        catch (SparkAzureException) when (token is not null)
        {
            return token;
        }

        if (token is null && file is not null)
        {
            throw KubernetesErrors.KubeCredentialUnusable(path, userName, $"its tokenFile '{file}' is empty");
        }

        return token;
    }

    private static IReadOnlyList<(string Name, string Value)> ImpersonationOf(
        string path, string userName, YamlMappingNode user)
    {
        var headers = ImpersonationHeaders.Of(user);
        if (headers.Any(h => h.Value.Any(c => c is < ' ' or > '~')))
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, "as whom it wants to be taken has characters that no header has");
        }

        // The library would join two of a name with a comma, and the API server takes that for one group.
        if (headers.DistinctBy(h => h.Name, StringComparer.OrdinalIgnoreCase).Count() < headers.Count)
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path,
                userName,
                "it wants to be taken for a member of several groups (as-groups, as-user-extra), and only one can be " +
                "sent here");
        }

        return headers;
    }

    private static bool SaysWhoItIs(YamlMappingNode user) =>
        Identities.Any(k => YamlKeys.Find(user, k) is not null);

    private static AuthenticationHeaderValue? Bearer(string path, string userName, string? token)
    {
        var text = token?.Trim();
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (HeaderText.IsToken(text))
        {
            return new AuthenticationHeaderValue("Bearer", text);
        }

        throw KubernetesErrors.KubeCredentialUnusable(path, userName, "its token has characters that no token has");
    }

    // Without one that can be read this host's own authorities would count, which the kubeconfig does not say.
    private static X509Certificate2Collection AuthoritiesIn(string path, string userName, string? pem)
    {
        var authorities = PemCertificates.Readable(pem);
        if (authorities.Count == 0 && !string.IsNullOrEmpty(pem))
        {
            throw KubernetesErrors.KubeCredentialUnusable(
                path, userName, "the certificate authority of its cluster has no certificate that can be read");
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

    /// <summary>A server's words without what they may repeat of the credential.</summary>
    public string Mask(string words) => SecretText.Mask(words, Secrets);

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
        if (Text(user, "username") is { } name)
        {
            return new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{Text(user, "password")}")));
        }

        return null;
    }

    private static string? Text(YamlMappingNode node, string key)
    {
        if (YamlKeys.Text(node, key) is { Length: > 0 } text)
        {
            return text;
        }

        return null;
    }
}
