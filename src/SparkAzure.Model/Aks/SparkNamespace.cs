namespace SparkAzure;

/// <summary>How an object of Kubernetes was found or left.</summary>
public enum SparkNamespaceObjectState
{
    /// <summary>It was there, as wanted.</summary>
    Present,

    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was there, and got what it lacked.</summary>
    Updated,

    /// <summary>It would be made or get what it lacks, but for -WhatIf or a declined confirmation.</summary>
    Planned,

    /// <summary>This credential may not look at it.</summary>
    Unknown,

    /// <summary>It was removed.</summary>
    Removed,

    /// <summary>It is not there.</summary>
    Absent,

    /// <summary>It was left where it is, for a reason.</summary>
    Kept,
}

/// <summary>An object that Spark needs.</summary>
public sealed record SparkNamespaceObject
{
    /// <summary>Namespace, ServiceAccount, Role or RoleBinding.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>How it was found or left.</summary>
    public required SparkNamespaceObjectState State { get; init; }

    /// <summary>Why it was left; null else.</summary>
    public string? Reason { get; init; }

    /// <summary>Kind, name and state.</summary>
    public override string ToString() => $"{Kind} {Name}: {State}";
}

/// <summary>What the credential may do, by the API server's own word.</summary>
public sealed record SparkNamespaceAccess
{
    /// <summary>The verb: create, get, list, …</summary>
    public required string Verb { get; init; }

    /// <summary>The resource: pods, services, …</summary>
    public required string Resource { get; init; }

    /// <summary>Whether it may.</summary>
    public required bool Allowed { get; init; }

    /// <summary>The API server's reason; often empty.</summary>
    public string? Reason { get; init; }

    /// <summary>Verb and resource, and whether.</summary>
    public override string ToString() => $"{Verb} {Resource}: {(Allowed ? "yes" : "no")}";
}

/// <summary>A namespace of a cluster, ready for Spark's executors.</summary>
public sealed record SparkNamespace
{
    /// <summary>The namespace: the value for <c>spark.kubernetes.namespace</c>.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account that executors run as.</summary>
    public required string ServiceAccount { get; init; }

    /// <summary>The kubeconfig whose credential was used.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>The kubeconfig's context.</summary>
    public string? Context { get; init; }

    /// <summary>The address of the API server; null where a rehearsal cannot know it.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The value for <c>spark.master</c>; null where the address is.</summary>
    public string? SparkMaster { get; init; }

    /// <summary>The Kubernetes version that the server runs.</summary>
    public string? KubernetesVersion { get; init; }

    /// <summary>Namespace, service account, role and binding, and how each was found or left.</summary>
    public IReadOnlyList<SparkNamespaceObject> Objects { get; init => field = value.ToArray(); } = [];

    /// <summary>What the credential may do there; empty in a rehearsal.</summary>
    public IReadOnlyList<SparkNamespaceAccess> Access { get; init => field = value.ToArray(); } = [];

    /// <summary>True when the credential may do all that a Spark driver does; null in a rehearsal.</summary>
    public bool? Ready => Access.Count == 0 ? null : Access.All(a => a.Allowed);

    /// <summary>True when an object was made or changed.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The namespace.</summary>
    public override string ToString() => Namespace;
}
