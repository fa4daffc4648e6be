using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SparkAzure.Core.Aks.Api;

/// <summary>
/// Whether a server is the one that a kubeconfig means, judged as kubectl judges it (Go's crypto/x509): the name must
/// stand among the certificate's subject alternative names, and the chain must meet one of the authorities of the
/// kubeconfig, which may be a root, an intermediate or the server's own certificate.
/// </summary>
internal sealed class ServerTrust(KubernetesAccess access)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>What an authority of the kubeconfig may lack: whoever vouches for it.</summary>
    private const X509ChainStatusFlags MayLackIssuer =
        X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    private readonly ConcurrentDictionary<string, X509Certificate2> _intermediates = new(StringComparer.Ordinal);

    /// <summary>The name that the certificate must have.</summary>
    public string Name { get; } = access.TlsServerName ?? access.Server.IdnHost;

    /// <summary>Why the last server was not trusted; null where none was refused.</summary>
    public string? LastFault { get; private set; }

    /// <summary>Whether a server has shown a certificate that is trusted.</summary>
    public bool HasAccepted { get; private set; }

    /// <summary>Judges a certificate by itself and the intermediates that trusted servers have sent before.</summary>
    public bool Accepts(X509Certificate? certificate) => Fault(certificate, []) is null;

    /// <summary>
    /// Judges a certificate with the intermediates that came along, and remembers those where it is trusted.
    /// </summary>
    public bool AcceptsAndLearns(X509Certificate? certificate, X509Certificate2Collection sent)
    {
        if (Fault(certificate, sent) is { } fault)
        {
            LastFault = fault;
            return false;
        }

        foreach (var intermediate in sent)
        {
            _intermediates.TryAdd(intermediate.Thumbprint, new X509Certificate2(intermediate.RawData));
        }

        HasAccepted = true;
        return true;
    }

    private string? Fault(X509Certificate? certificate, X509Certificate2Collection sent)
    {
        if (certificate is null)
        {
            return "it shows no certificate";
        }

        if (access.SkipTlsVerify)
        {
            return null;
        }

        using var server = new X509Certificate2(certificate);
        if (HasName(server))
        {
            return ChainFault(server, sent);
        }

        return $"the certificate that it shows is not for '{Name}'";
    }

    // Without the common name, where a client certificate of the cluster's own authority has a text of its user's
    // choice.
    private bool HasName(X509Certificate2 server)
    {
        try
        {
            return server.MatchesHostname(Name, allowWildcards: true, allowCommonName: false);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private string? ChainFault(X509Certificate2 server, X509Certificate2Collection sent)
    {
        X509Certificate2Collection known = [.. sent, .. _intermediates.Values];
        var (trusted, faults) = Judge(server, known);
        if (trusted)
        {
            return null;
        }

        if (access.Authorities.Count == 0)
        {
            return $"no authority that this host trusts vouches for the certificate that it shows ({faults})";
        }

        // An authority that was issued anew has the name and key of the one that the server still sends. .NET follows
        // one of the two, Go both.
        var names = access.Authorities.Select(a => a.Subject).ToHashSet(StringComparer.Ordinal);
        X509Certificate2Collection others = [.. known.Where(k => !names.Contains(k.Subject))];
        if (others.Count < known.Count && Judge(server, others).Trusted)
        {
            return null;
        }

        return $"no certificate authority of the kubeconfig vouches for the certificate that it shows ({faults})";
    }

    private (bool Trusted, X509ChainStatusFlags Faults) Judge(X509Certificate2 server, X509Certificate2Collection known)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(known) };
        var built = chain.Build(server);
        var trusted = access.Authorities.Count == 0 ? built : MeetsAuthority(chain);
        var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        return (trusted, faults);
    }

    private X509ChainPolicy Policy(X509Certificate2Collection known)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        policy.ExtraStore.AddRange(known);
        if (access.Authorities.Count > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(access.Authorities);
            policy.ExtraStore.AddRange(access.Authorities);
            policy.DisableCertificateDownloads = true;

            // Where the chain ends is judged by MeetsAuthority: .NET itself takes only a root for an end.
            policy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        }

        return policy;
    }

    // From the server's certificate up to the first that is an authority, each must be without fault; what is above
    // it does not matter.
    private bool MeetsAuthority(X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
        {
            var faults = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
            if (access.Authorities.Any(a => a.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)))
            {
                return (faults & ~MayLackIssuer) == X509ChainStatusFlags.NoError;
            }

            if (faults != X509ChainStatusFlags.NoError)
            {
                return false;
            }
        }

        return false;
    }
}
