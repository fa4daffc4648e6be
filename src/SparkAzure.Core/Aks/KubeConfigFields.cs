namespace SparkAzure.Core.Aks;

/// <summary>What a key of a kubeconfig takes.</summary>
internal enum KubeFieldKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Bytes in base64.</summary>
    Data,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>Texts by their names.</summary>
    TextMap,

    /// <summary>Lists of texts by their names.</summary>
    TextsMap,

    /// <summary>Keys of another type.</summary>
    Object,

    /// <summary>A list of objects of another type.</summary>
    Objects,
}

/// <summary>A key of a kubeconfig.</summary>
/// <param name="Of">The type that has it.</param>
/// <param name="Name">The key; other keys are nothing to kubectl.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Content">The type of what it holds, where that has keys of its own.</param>
internal sealed record KubeField(string Of, string Name, KubeFieldKind Kind, string Content = "");

/// <summary>
/// What kubectl takes where in a kubeconfig: it reads none of the file when one value is of another kind. From
/// client-go 1.32, tools/clientcmd/api/v1/types.go; tried with kubectl 1.32, 2026-11.
/// </summary>
internal static class KubeConfigFields
{
    /// <summary>The type of the whole.</summary>
    public const string Root = "Config";

    /// <summary>The keys.</summary>
    public static readonly IReadOnlyList<KubeField> Rows =
    [
        new(Root, "kind", KubeFieldKind.Text),
        new(Root, "apiVersion", KubeFieldKind.Text),
        new(Root, "preferences", KubeFieldKind.Object, "Preferences"),
        new(Root, "clusters", KubeFieldKind.Objects, "NamedCluster"),
        new(Root, "users", KubeFieldKind.Objects, "NamedAuthInfo"),
        new(Root, "contexts", KubeFieldKind.Objects, "NamedContext"),
        new(Root, "current-context", KubeFieldKind.Text),
        new(Root, "extensions", KubeFieldKind.Objects, "NamedExtension"),
        new("Preferences", "colors", KubeFieldKind.Flag),
        new("Preferences", "extensions", KubeFieldKind.Objects, "NamedExtension"),
        new("NamedCluster", "name", KubeFieldKind.Text),
        new("NamedCluster", "cluster", KubeFieldKind.Object, "Cluster"),
        new("NamedAuthInfo", "name", KubeFieldKind.Text),
        new("NamedAuthInfo", "user", KubeFieldKind.Object, "AuthInfo"),
        new("NamedContext", "name", KubeFieldKind.Text),
        new("NamedContext", "context", KubeFieldKind.Object, "Context"),
        new("NamedExtension", "name", KubeFieldKind.Text),
        new("Cluster", "server", KubeFieldKind.Text),
        new("Cluster", "tls-server-name", KubeFieldKind.Text),
        new("Cluster", "insecure-skip-tls-verify", KubeFieldKind.Flag),
        new("Cluster", "certificate-authority", KubeFieldKind.Text),
        new("Cluster", "certificate-authority-data", KubeFieldKind.Data),
        new("Cluster", "proxy-url", KubeFieldKind.Text),
        new("Cluster", "disable-compression", KubeFieldKind.Flag),
        new("Cluster", "extensions", KubeFieldKind.Objects, "NamedExtension"),
        new("AuthInfo", "client-certificate", KubeFieldKind.Text),
        new("AuthInfo", "client-certificate-data", KubeFieldKind.Data),
        new("AuthInfo", "client-key", KubeFieldKind.Text),
        new("AuthInfo", "client-key-data", KubeFieldKind.Data),
        new("AuthInfo", "token", KubeFieldKind.Text),
        new("AuthInfo", "tokenFile", KubeFieldKind.Text),
        new("AuthInfo", "as", KubeFieldKind.Text),
        new("AuthInfo", "as-uid", KubeFieldKind.Text),
        new("AuthInfo", "as-groups", KubeFieldKind.Texts),
        new("AuthInfo", "as-user-extra", KubeFieldKind.TextsMap),
        new("AuthInfo", "username", KubeFieldKind.Text),
        new("AuthInfo", "password", KubeFieldKind.Text),
        new("AuthInfo", "auth-provider", KubeFieldKind.Object, "AuthProviderConfig"),
        new("AuthInfo", "exec", KubeFieldKind.Object, "ExecConfig"),
        new("AuthInfo", "extensions", KubeFieldKind.Objects, "NamedExtension"),
        new("AuthProviderConfig", "name", KubeFieldKind.Text),
        new("AuthProviderConfig", "config", KubeFieldKind.TextMap),
        new("ExecConfig", "command", KubeFieldKind.Text),
        new("ExecConfig", "args", KubeFieldKind.Texts),
        new("ExecConfig", "env", KubeFieldKind.Objects, "ExecEnvVar"),
        new("ExecConfig", "apiVersion", KubeFieldKind.Text),
        new("ExecConfig", "installHint", KubeFieldKind.Text),
        new("ExecConfig", "provideClusterInfo", KubeFieldKind.Flag),
        new("ExecConfig", "interactiveMode", KubeFieldKind.Text),
        new("ExecEnvVar", "name", KubeFieldKind.Text),
        new("ExecEnvVar", "value", KubeFieldKind.Text),
        new("Context", "cluster", KubeFieldKind.Text),
        new("Context", "user", KubeFieldKind.Text),
        new("Context", "namespace", KubeFieldKind.Text),
        new("Context", "extensions", KubeFieldKind.Objects, "NamedExtension"),
    ];

    private static readonly Dictionary<(string Of, string Name), KubeField> ByName =
        Rows.ToDictionary(r => (r.Of, r.Name));

    /// <summary>The row of a key; null for one that kubectl does not know.</summary>
    public static KubeField? Find(string of, string name) => ByName.GetValueOrDefault((of, name));
}
