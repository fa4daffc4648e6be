using SparkAzure.Core.Text;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks.Api;

/// <summary>The cluster and the user of a context, as a kubeconfig has them.</summary>
/// <param name="Cluster">The cluster's keys.</param>
/// <param name="User">The user's keys.</param>
internal sealed record KubeContextEntries(YamlMappingNode Cluster, YamlMappingNode User)
{
    /// <summary>The keys of the program that is asked; null where there is none.</summary>
    public YamlMappingNode? Exec => YamlKeys.Find(User, "exec") as YamlMappingNode;

    /// <summary>Whether the cluster has a text for a key.</summary>
    public bool ClusterHas(string key) => YamlKeys.Text(Cluster, key) is { Length: > 0 };

    /// <summary>Whether the user has a text for a key.</summary>
    public bool UserHas(string key) => YamlKeys.Text(User, key) is { Length: > 0 };

    /// <summary>What the program's keys have for one of them.</summary>
    public string? ExecText(string key) => Exec is null ? null : YamlKeys.Text(Exec, key);
}

/// <summary>A context that kubectl refuses before it calls anything.</summary>
/// <param name="Why">What it says to it, as a clause.</param>
/// <param name="Breaks">Whether a context is such a one.</param>
internal sealed record KubeUseRule(string Why, Func<KubeContextEntries, bool> Breaks);

/// <summary>
/// What kubectl reads and does not use. From client-go 1.32: tools/clientcmd/validation.go, plugin/pkg/client/auth/exec
/// and transport; tried with kubectl 1.32, 2026-11.
/// </summary>
internal static class KubeUseRules
{
    /// <summary>The versions in which a program may answer.</summary>
    public static readonly IReadOnlyList<string> ExecVersions =
    [
        "client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1",
    ];

    private static readonly string[] ExecModes = ["Never", "IfAvailable", "Always"];

    private static readonly string[] ProxySchemes = ["http", "https", "socks5"];

    /// <summary>The rules.</summary>
    public static readonly IReadOnlyList<KubeUseRule> Rows =
    [
        new("its cluster has certificate-authority and certificate-authority-data", c => c.ClusterHas("certificate-authority") && c.ClusterHas("certificate-authority-data")),
        new("its cluster has insecure-skip-tls-verify and a certificate authority", c => YamlKeys.IsTrue(c.Cluster, "insecure-skip-tls-verify") && (c.ClusterHas("certificate-authority") || c.ClusterHas("certificate-authority-data"))),
        new("the proxy-url of its cluster is no address of http, https or socks5", c => c.ClusterHas("proxy-url") && !IsProxy(YamlKeys.Text(c.Cluster, "proxy-url")!)),
        new("it has a token and a username, and only one of them can be sent", c => c.UserHas("token") && (c.UserHas("username") || c.UserHas("password"))),
        new("it has client-certificate and client-certificate-data", c => c.UserHas("client-certificate") && c.UserHas("client-certificate-data")),
        new("it has a client certificate with client-key and client-key-data", c => HasCertificate(c) && c.UserHas("client-key") && c.UserHas("client-key-data")),
        new("it has a client certificate without a key", c => HasCertificate(c) && !c.UserHas("client-key") && !c.UserHas("client-key-data")),
        new("it has as-uid, as-groups or as-user-extra without as", c => !c.UserHas("as") && (c.UserHas("as-uid") || YamlKeys.List(c.User, "as-groups").Any() || YamlKeys.Find(c.User, "as-user-extra") is YamlMappingNode { Children.Count: > 0 })),
        new("it has exec and auth-provider", c => c.Exec is not null && YamlKeys.Find(c.User, "auth-provider") is YamlMappingNode),
        new("its exec has no apiVersion", c => c.Exec is not null && string.IsNullOrEmpty(c.ExecText("apiVersion"))),
        new($"the apiVersion of its exec is none of {string.Join(" and ", ExecVersions)}", c => c.Exec is not null && !ExecVersions.Contains(c.ExecText("apiVersion"))),
        new("its exec has a variable without a name", c => c.Exec is not null && YamlKeys.List(c.Exec, "env").Any(e => e is not YamlMappingNode variable || string.IsNullOrEmpty(YamlKeys.Text(variable, "name")))),
        new("its exec has no interactiveMode, which client.authentication.k8s.io/v1 wants", c => c.Exec is not null && c.ExecText("apiVersion") == ExecVersions[0] && string.IsNullOrEmpty(c.ExecText("interactiveMode"))),
        new($"the interactiveMode of its exec is none of {string.Join(", ", ExecModes)}", c => c.ExecText("interactiveMode") is { Length: > 0 } mode && !ExecModes.Contains(mode)),
    ];

    /// <summary>The first that a context breaks, as a clause; null where kubectl uses it.</summary>
    public static string? FaultOf(YamlMappingNode cluster, YamlMappingNode user)
    {
        var entries = new KubeContextEntries(cluster, user);
        return Rows.FirstOrDefault(r => r.Breaks(entries)) is { } broken ? $"kubectl refuses it, as {broken.Why}" : null;
    }

    private static bool HasCertificate(KubeContextEntries entries) =>
        entries.UserHas("client-certificate") || entries.UserHas("client-certificate-data");

    private static bool IsProxy(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && ProxySchemes.Contains(address.Scheme);
}
