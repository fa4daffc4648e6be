namespace SparkAzure;

/// <summary>That the nodes of a cluster may pull images from a registry.</summary>
public sealed record AcrPullGrant
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The registry's host.</summary>
    public required string Registry { get; init; }

    /// <summary>The registry's resource id.</summary>
    public required string RegistryId { get; init; }

    /// <summary>The object id of the identity with which nodes pull.</summary>
    public required string PrincipalId { get; init; }

    /// <summary>
    /// The role that lets them: AcrPull, or Container Registry Repository Reader in ABAC mode; another one where they had it
    /// already.
    /// </summary>
    public required string Role { get; init; }

    /// <summary>
    /// How the registry gives rights: LegacyRegistryPermissions, or AbacRepositoryPermissions, where AcrPull counts for
    /// nothing.
    /// </summary>
    public required string RoleAssignmentMode { get; init; }

    /// <summary>Where the role was given: the registry, or something above it.</summary>
    public required string Scope { get; init; }

    /// <summary>True when the role comes from above the registry.</summary>
    public bool Inherited { get; init; }

    /// <summary>
    /// The roles by which nodes may still pull after a revocation: given by others, or above the registry.
    /// </summary>
    public IReadOnlyList<string> Remaining { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// Whether this account may give or take roles there; null when it was not asked because nothing had to be done, or cannot
    /// be told.
    /// </summary>
    public bool? CallerMayAssign { get; init; }

    /// <summary>True when the role was given, or taken away.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>The registry's host.</summary>
    public override string ToString() => Registry;
}
