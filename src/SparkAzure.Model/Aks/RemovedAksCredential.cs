namespace SparkAzure;

/// <summary>A cluster's credential that left a kubeconfig. Holds no secret itself.</summary>
public sealed record RemovedAksCredential
{
    /// <summary>The cluster as the context named it; null where there was no such context.</summary>
    public string? ClusterName { get; init; }

    /// <summary>The kubeconfig.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>The UNIX user whose kubeconfig it is; null where a path was given or on Windows.</summary>
    public string? User { get; init; }

    /// <summary>The context.</summary>
    public required string Context { get; init; }

    /// <summary>What went, or would: <c>context 'x'</c>, <c>cluster 'x'</c>, <c>user 'x'</c>.</summary>
    public IReadOnlyList<string> Removed { get; init => field = value.ToArray(); } = [];

    /// <summary>The cluster or user that stays, and the other contexts that name it.</summary>
    public IReadOnlyList<string> Kept { get; init => field = value.ToArray(); } = [];

    /// <summary>The kubeconfig's current context afterwards; null for none.</summary>
    public string? CurrentContext { get; init; }

    /// <summary>True when the kubeconfig was written.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The kubeconfig's path.</summary>
    public override string ToString() => KubeConfig;
}
