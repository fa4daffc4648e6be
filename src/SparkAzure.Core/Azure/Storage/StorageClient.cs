using Azure.Core;

namespace SparkAzure.Core.Azure.Storage;

/// <summary>A storage account, as far as it is looked at. Names as in the REST API, version 2023-05-01.</summary>
internal sealed record StorageAccountData(ResourceId Id, string Name, string? Kind, StorageAccountProperties? Properties)
{
    /// <summary>Absent means allowed.</summary>
    public bool SharedKeyAllowed => Properties?.AllowSharedKeyAccess != false;

    /// <summary>Whether it is ADLS gen2; absent means it is not.</summary>
    public bool HierarchicalNamespace => Properties?.IsHnsEnabled == true;
}

/// <summary>The properties of a storage account.</summary>
internal sealed record StorageAccountProperties(
    bool? IsHnsEnabled,
    bool? AllowSharedKeyAccess,
    string? PublicNetworkAccess,
    StorageAccountEndpoints? PrimaryEndpoints,
    StorageAccountNetworkRules? NetworkAcls = null);

/// <summary>A storage account's firewall.</summary>
/// <param name="DefaultAction">Allow or Deny.</param>
/// <param name="VirtualNetworkRules">The subnets that are let in all the same.</param>
internal sealed record StorageAccountNetworkRules(
    string? DefaultAction, IReadOnlyList<StorageAccountSubnetRule>? VirtualNetworkRules = null);

/// <summary>A subnet that is let in, by its path.</summary>
internal sealed record StorageAccountSubnetRule(string? Id);

/// <summary>Where the account's data is.</summary>
internal sealed record StorageAccountEndpoints(Uri? Dfs);

/// <summary>An access key.</summary>
internal sealed record StorageAccountKeyData(string KeyName, string Value, DateTimeOffset? CreationTime);

/// <summary>The calls of Microsoft.Storage, over our own client of Resource Manager.</summary>
internal sealed class StorageClient(AzureServiceClient azure)
{
    private const string Version = "api-version=2023-05-01";
    private const string Accounts = "providers/Microsoft.Storage/storageAccounts";

    /// <summary>Lists the accounts of a subscription or resource group.</summary>
    public Task<IReadOnlyList<StorageAccountData>> GetAccountsAsync(
        string subscriptionId, string? resourceGroup, CancellationToken cancellationToken)
    {
        var scope = $"/subscriptions/{Escape(subscriptionId)}";
        if (resourceGroup is not null)
        {
            scope += $"/resourceGroups/{Escape(resourceGroup)}";
        }

        return azure.ListAsync<StorageAccountData>($"{scope}/{Accounts}?{Version}", cancellationToken);
    }

    /// <summary>Reads an account; null when there is none of that name.</summary>
    public Task<StorageAccountData?> FindAccountAsync(
        string subscriptionId, string resourceGroup, string name, CancellationToken cancellationToken) =>
        azure.FindAsync<StorageAccountData>(
            $"/subscriptions/{Escape(subscriptionId)}/resourceGroups/{Escape(resourceGroup)}/{Accounts}/{Escape(name)}?{Version}",
            cancellationToken);

    /// <summary>Hands out the keys.</summary>
    public async Task<IReadOnlyList<StorageAccountKeyData>> GetKeysAsync(
        StorageAccountData account, CancellationToken cancellationToken) =>
        (await azure.SendAsync<KeyList>(RequestMethod.Post, $"{account.Id}/listKeys?{Version}", null, cancellationToken)
            .ConfigureAwait(false)).Keys ?? [];

    private static string Escape(string segment) => Uri.EscapeDataString(segment);

    private sealed record KeyList(IReadOnlyList<StorageAccountKeyData>? Keys);
}
