namespace SparkAzure;

/// <summary>How a credential of a cluster proves who one is.</summary>
public enum AksCredentialKind
{
    /// <summary>A client certificate and its key stand in the kubeconfig.</summary>
    ClientCertificate,

    /// <summary>A token stands in the kubeconfig.</summary>
    Token,

    /// <summary>A program is started for each sign-in: kubelogin, for clusters with Entra ID.</summary>
    Exec,
}

/// <summary>How kubelogin signs in where a cluster uses Entra ID. The names are kubelogin's own.</summary>
public enum AksLoginMode
{
    /// <summary>A code that a person enters in a browser: what Azure hands out. No job can do that.</summary>
    DeviceCode,

    /// <summary>The account of <c>az login</c>.</summary>
    AzureCli,

    /// <summary>The managed identity of the host.</summary>
    Msi,

    /// <summary>
    /// A service principal, from <c>AAD_SERVICE_PRINCIPAL_CLIENT_ID</c> and <c>AAD_SERVICE_PRINCIPAL_CLIENT_SECRET</c>.
    /// </summary>
    Spn,

    /// <summary>A federated token, from <c>AZURE_FEDERATED_TOKEN_FILE</c>.</summary>
    WorkloadIdentity,
}

/// <summary>A cluster's credential in a kubeconfig. Holds no secret itself.</summary>
public sealed record AksCredential
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Its resource group.</summary>
    public required string ResourceGroupName { get; init; }

    /// <summary>Its subscription.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>The kubeconfig that has it.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>The UNIX user whose kubeconfig it is; null where a path was given or on Windows.</summary>
    public string? User { get; init; }

    /// <summary>The kubeconfig's context.</summary>
    public string? Context { get; init; }

    /// <summary>
    /// The context that was the current one before; null where it was this one or none, and in a rehearsal.
    /// </summary>
    public string? FormerContext { get; init; }

    /// <summary>
    /// The file beside it with its text from before an entry was replaced (-Force), secrets included; null where none was.
    /// </summary>
    public string? FormerKubeConfig { get; init; }

    /// <summary>The address of the API server as it stands there; in a rehearsal what Azure tells of the cluster.</summary>
    public string? Server { get; init; }

    /// <summary>Whether it is the administrator's.</summary>
    public bool Admin { get; init; }

    /// <summary>How it signs in; null in a rehearsal.</summary>
    public AksCredentialKind? Kind { get; init; }

    /// <summary>True when the kubeconfig was written.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The kubeconfig's path.</summary>
    public override string ToString() => KubeConfig;
}
