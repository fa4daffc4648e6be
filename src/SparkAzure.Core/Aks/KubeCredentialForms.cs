using System.Security.Cryptography;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Releases;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks;

/// <summary>The forms of a kubeconfig's credential that Spark's client tells apart. kubectl takes them all.</summary>
internal enum KubeCredentialForm
{
    /// <summary>A token in the file.</summary>
    Token,

    /// <summary>A token in a file of its own.</summary>
    TokenFile,

    /// <summary>A client certificate with an RSA key.</summary>
    RsaKey,

    /// <summary>A client certificate with an EC key, <c>BEGIN EC PRIVATE KEY</c>.</summary>
    EcKeySec1,

    /// <summary>A client certificate with an EC key, <c>BEGIN PRIVATE KEY</c>.</summary>
    EcKeyPkcs8,

    /// <summary>A program that speaks client.authentication.k8s.io/v1beta1, as kubelogin and az are set up.</summary>
    PluginV1Beta1,

    /// <summary>A program that speaks client.authentication.k8s.io/v1.</summary>
    PluginV1,

    /// <summary>Something else, which nobody has tried.</summary>
    Other,
}

/// <summary>What the Kubernetes client of a Spark makes of a form.</summary>
/// <param name="Form">The form.</param>
/// <param name="Named">The form as the subject of a sentence.</param>
/// <param name="Works">The releases of Spark that can use it; null where none can.</param>
/// <param name="Otherwise">What the others do.</param>
/// <param name="Cure">What to do instead.</param>
internal sealed record KubeCredentialRow(
    KubeCredentialForm Form, string Named, ReleaseSpan? Works, string Otherwise, string Cure);

/// <summary>
/// What kubectl can use and Spark's own client cannot. Seen on Kubernetes 1.34 with Spark 2.4.0, 2.4.4, 2.4.8, 3.0.3,
/// 3.1.3, 3.2.4, 3.3.4, 3.4.4, 3.5.9, 4.0.5 and 4.3.0, in November 2026; releases between go by the version of
/// kubernetes-client that they ship.
/// </summary>
internal static class KubeCredentialForms
{
    /// <summary>Where the rows come from.</summary>
    public const string Source = "run: Kubernetes 1.34 with the clients of Spark 2.4.0 to 4.3.0, 2026-11";

    private const string Anonymous = "goes on as system:anonymous, and is refused (403)";
    private const string OwnCredential =
        "a client certificate with an RSA key or a service account's token (kubectl create token), or the credential " +
        "that Import-AksCredential writes";

    private static readonly ReleaseSpan Any = ReleaseSpan.Any;

    /// <summary>What each form comes to.</summary>
    public static readonly IReadOnlyList<KubeCredentialRow> Rows =
    [
        new(KubeCredentialForm.Token, "A token", Any, "", ""),
        new(KubeCredentialForm.RsaKey, "A client certificate with an RSA key", Any, "", ""),
        new(KubeCredentialForm.TokenFile, "tokenFile", null, $"does not read the file, {Anonymous}; 2.4.0 waits for ever", $"Put the token itself into the kubeconfig (token), or take {OwnCredential}."),
        new(KubeCredentialForm.EcKeySec1, "A client certificate with an EC key (BEGIN EC PRIVATE KEY)", new("4.0.0", null), "cannot read the key (\"JcaPEMKeyConverter is provided by BouncyCastle, an optional dependency\"; 2.4.0: \"Invalid DER: object is not integer\")", $"Take {OwnCredential}."),
        new(KubeCredentialForm.EcKeyPkcs8, "A client certificate with an EC key in PKCS #8 (BEGIN PRIVATE KEY)", null, "cannot read the key (\"JcaPEMKeyConverter is provided by BouncyCastle, an optional dependency\")", $"Take {OwnCredential}."),
        new(KubeCredentialForm.PluginV1Beta1, "A program that speaks client.authentication.k8s.io/v1beta1", new("2.4.1", null), "never asks the program, and its request waits for ever", $"Take Spark 2.4.8, or {OwnCredential}."),
        new(KubeCredentialForm.PluginV1, "A program that speaks client.authentication.k8s.io/v1", new("3.5.0", null), $"never asks the program: it {Anonymous}; 2.4.0 waits for ever", $"Write v1beta1 where the program speaks it, too (kubelogin does), or take {OwnCredential}."),
    ];

    /// <summary>Since when a program is asked again when its token has ended, in the middle of a session.</summary>
    public static readonly ReleaseFact AsksPluginAgain = new(
        "3.2.0",
        "asks the program of a kubeconfig again when its token has ended; before, a session fails from then on "
            + "(\"Unauthorized! Token may have expired! Please log-in again.\")",
        "run: 2.4.8, 3.0.3 and 3.1.3 never, 3.2.4 and 3.3.4 when refused, 3.4.4 and later about once a minute");

    /// <summary>The form in which a user of a kubeconfig signs in.</summary>
    /// <param name="path">The kubeconfig, from which the path of a key counts.</param>
    /// <param name="user">The user's keys.</param>
    /// <param name="cancellationToken">Stops the reading of a key's file.</param>
    public static async Task<KubeCredentialForm> OfUserAsync(
        string path, YamlMappingNode user, CancellationToken cancellationToken)
    {
        if (Child(user, "exec") is YamlMappingNode exec)
        {
            return OfPlugin(Text(exec, "apiVersion"));
        }

        // client-go takes the file where both stand there.
        if (Text(user, "tokenFile") is { Length: > 0 })
        {
            return KubeCredentialForm.TokenFile;
        }

        if (Text(user, "token") is { Length: > 0 })
        {
            return KubeCredentialForm.Token;
        }

        if (Child(user, "auth-provider") is not null || Text(user, "username") is not null)
        {
            return KubeCredentialForm.Other;
        }

        return OfKey(await KubernetesAccess.ReadKeyAsync(path, user, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The form of a plugin by the version that it speaks.</summary>
    public static KubeCredentialForm OfPlugin(string? version)
    {
        if (version == "client.authentication.k8s.io/v1")
        {
            return KubeCredentialForm.PluginV1;
        }

        return KubeCredentialForm.PluginV1Beta1;
    }

    /// <summary>The form of a client certificate by its key.</summary>
    /// <param name="key">The key in PEM; a secret.</param>
    public static KubeCredentialForm OfKey(string? key) => key switch
    {
        null => KubeCredentialForm.Other,
        _ when key.Contains("BEGIN EC PRIVATE KEY", StringComparison.Ordinal) => KubeCredentialForm.EcKeySec1,
        _ when key.Contains("BEGIN RSA PRIVATE KEY", StringComparison.Ordinal) => KubeCredentialForm.RsaKey,
        _ when IsEllipticCurve(key) => KubeCredentialForm.EcKeyPkcs8,
        _ => KubeCredentialForm.RsaKey,
    };

    /// <summary>
    /// Why the client of a Spark cannot use a form, as a sentence, and what to do; null where it can. Without a release
    /// only what none can.
    /// </summary>
    public static (string Why, string Cure)? Lack(KubeCredentialForm form, ReleaseNumber? spark)
    {
        if (Rows.FirstOrDefault(r => r.Form == form) is not { } row)
        {
            return null;
        }

        if (row.Works is null)
        {
            var which = spark is null ? "the Kubernetes client of no Spark up to 4.3" : $"not Spark {spark}, whose client";
            var verb = spark is null ? "; it" : "";
            return ($"{row.Named} is for kubectl, {which}{verb} {row.Otherwise} ({Source}).", row.Cure);
        }

        if (spark is null || row.Works.Covers(spark))
        {
            return null;
        }

        return ($"{row.Named} is for kubectl, not Spark {spark}, whose client {row.Otherwise} ({Source}).", row.Cure);
    }

    /// <summary>What ends with a plugin's token under a session of a Spark; null where nothing does.</summary>
    public static (string Why, string Cure)? EndsWithToken(KubeCredentialForm form, ReleaseNumber? spark)
    {
        if (form is not (KubeCredentialForm.PluginV1Beta1 or KubeCredentialForm.PluginV1)
            || spark is null
            || AsksPluginAgain.IsTrueOf(spark))
        {
            return null;
        }

        return (
            $"Spark {spark} asks the program of a kubeconfig once and never again: when its token ends (after 60 to 90 "
                + "minutes with Entra ID), a notebook or long job can make and remove no executor any more "
                + "(\"Unauthorized! Token may have expired! Please log-in again.\").",
            "Take a client certificate, a service account's token or a managed identity (24 hours), or sessions that end "
                + "sooner; Spark 3.2 and later ask again.");
    }

    private static string? Text(YamlMappingNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;

    private static YamlNode? Child(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var child))
        {
            return child;
        }

        return null;
    }

    private static bool IsEllipticCurve(string key)
    {
        try
        {
            using var curve = ECDsa.Create();
            curve.ImportFromPem(key);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
