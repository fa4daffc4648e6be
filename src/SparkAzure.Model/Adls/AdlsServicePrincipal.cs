using System.Security;

namespace SparkAzure;

/// <summary>
/// A service principal that may use a storage account, with what a connection of DSS needs to sign in as it.
/// </summary>
public sealed record AdlsServicePrincipal
{
    /// <summary>The application's name.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The application (client) id; all zeros in a plan for one that is not there yet.</summary>
    public required string ClientId { get; init; }

    /// <summary>
    /// The object id of the service principal, which roles are given to; null in a plan for one that is not there yet.
    /// </summary>
    public string? ObjectId { get; init; }

    /// <summary>The tenant.</summary>
    public required string TenantId { get; init; }

    /// <summary>The OAuth token endpoint, version 1, which every Hadoop driver can use.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The secret; null when none was made by this call, as Entra ID shows one only once.</summary>
    public SecureString? ClientSecret { get; init; }

    /// <summary>The id of the secret, by which the portal lists it; null without one.</summary>
    public string? SecretId { get; init; }

    /// <summary>When the secret, or the one that holds longest, ends.</summary>
    public DateTimeOffset? SecretEnd { get; init; }

    /// <summary>The storage account.</summary>
    public required string Account { get; init; }

    /// <summary>The file system it was made for; null for the whole account.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The address of the account's data; null for gen1.</summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>The role it has.</summary>
    public required string Role { get; init; }

    /// <summary>The resource on which it has the role.</summary>
    public required string Scope { get; init; }

    /// <summary>What this call did or would do, step by step.</summary>
    public IReadOnlyList<string> Changes { get; init => field = value.ToArray(); } = [];

    /// <summary>True when this call altered Entra ID or Azure.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names it without its secret.</summary>
    public override string ToString() => $"{DisplayName} ({ClientId})";
}
