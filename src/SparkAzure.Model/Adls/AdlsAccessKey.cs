using System.Security;

namespace SparkAzure;

/// <summary>The two access keys of a storage account.</summary>
public enum AdlsKeyName
{
    /// <summary>The first.</summary>
    Key1,

    /// <summary>The second.</summary>
    Key2,
}

/// <summary>An access key of a storage account, and what stands in the way of using it.</summary>
public sealed record AdlsAccessKey
{
    /// <summary>The storage account.</summary>
    public required string Account { get; init; }

    /// <summary>Which key: <c>key1</c> or <c>key2</c>.</summary>
    public required string KeyName { get; init; }

    /// <summary>The key.</summary>
    public required SecureString AccountKey { get; init; }

    /// <summary>When the key was made or renewed; null where Azure does not say (keys older than about 2021).</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>True for the key that was made last: the one to change to when the other is to be renewed.</summary>
    public bool Newest { get; init; }

    /// <summary>False when the account has access keys switched off, so that the key opens nothing.</summary>
    public required bool SharedKeyAllowed { get; init; }

    /// <summary>False when the account is not ADLS gen2: it has no hierarchical namespace.</summary>
    public required bool HierarchicalNamespace { get; init; }

    /// <summary>The address of the account's data.</summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>The account's resource group.</summary>
    public required string ResourceGroupName { get; init; }

    /// <summary>The account's subscription.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Names the key without showing it.</summary>
    public override string ToString() => $"{KeyName} of {Account}";
}
