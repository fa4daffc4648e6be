using System.Net;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Storage;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Adls;

/// <summary>Storage accounts, as Resource Manager knows them.</summary>
public static class AdlsAccounts
{
    /// <summary>Reads the access keys of an account.</summary>
    /// <param name="account">The account; its name is unique in all of Azure.</param>
    /// <param name="resourceGroupName">Its resource group; null to look for it in the subscription.</param>
    /// <param name="keyName">One key by its name; null for all.</param>
    /// <param name="newest">True for the key that was made last only.</param>
    /// <param name="access">How to reach Azure and as whom.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    /// <exception cref="SparkAzureException">
    /// AzureStorageAccountNotFound, StorageKeysDenied, StorageKeyNotFound, an id of AzureErrors.
    /// </exception>
    public static async Task<IReadOnlyList<AdlsAccessKey>> GetKeysAsync(
        string account, string? resourceGroupName, string? keyName, bool newest, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        var connection = new AzureConnection(access, caller);
        var found = await FindAsync(connection, account, resourceGroupName, cancellationToken).ConfigureAwait(false);
        Warn(found, caller);
        var keys = await KeysAsync(connection, found, cancellationToken).ConfigureAwait(false);

        // Without times the order of Azure decides: key2 is the one that is renewed second.
        var last = keys.OrderBy(k => k.CreationTime ?? DateTimeOffset.MinValue).LastOrDefault();
        var wanted = keys
            .Where(k => (keyName is null || string.Equals(k.KeyName, keyName, StringComparison.OrdinalIgnoreCase))
                && (!newest || k == last))
            .ToList();
        if (wanted.Count == 0)
        {
            throw AzureStorageErrors.StorageKeyNotFound(account, keyName ?? "", keys.Select(k => k.KeyName));
        }

        return [
            .. wanted.Select(k => new AdlsAccessKey
            {
                Account = found.Name,
                KeyName = k.KeyName,
                AccountKey = new NetworkCredential("", k.Value).SecurePassword,
                CreationTime = k.CreationTime,
                Newest = k == last,
                SharedKeyAllowed = found.SharedKeyAllowed,
                HierarchicalNamespace = found.HierarchicalNamespace,
                StorageEndpoint = found.Properties?.PrimaryEndpoints?.Dfs,
                ResourceGroupName = found.Id.ResourceGroupName,
                SubscriptionId = found.Id.SubscriptionId,
            }),
        ];
    }

    /// <summary>Finds an account by its name.</summary>
    internal static async Task<StorageAccountData> FindAsync(
        AzureConnection connection, string account, string? resourceGroupName, CancellationToken cancellationToken)
    {
        _ = StorageNames.CheckAccount(account);
        var client = new StorageClient(connection.ResourceManager);
        var subscription = await connection.GetSubscriptionAsync(cancellationToken).ConfigureAwait(false);
        if (resourceGroupName is not null
            && await client.FindAccountAsync(subscription.SubscriptionId, resourceGroupName, account, cancellationToken)
                .ConfigureAwait(false) is { } there)
        {
            return there;
        }

        var all = await client.GetAccountsAsync(subscription.SubscriptionId, null, cancellationToken)
            .ConfigureAwait(false);
        var elsewhere = all.FirstOrDefault(a => string.Equals(a.Name, account, StringComparison.OrdinalIgnoreCase));
        if (resourceGroupName is null && elsewhere is not null)
        {
            return elsewhere;
        }

        throw AzureStorageErrors.AzureStorageAccountNotFound(
            account,
            resourceGroupName,
            subscription.ToString(),
            elsewhere?.Id.ResourceGroupName,
            all.Select(a => a.Name));
    }

    /// <summary>Says what stands in the way of using the account.</summary>
    internal static void Warn(StorageAccountData account, ICaller caller)
    {
        if (!account.HierarchicalNamespace)
        {
            caller.Warning(
                $"Storage account '{account.Name}' has no hierarchical namespace, so it is not ADLS gen2: renaming a " +
                $"folder copies each file, and Spark's jobs end slowly and not atomically.");
        }

        if (!account.SharedKeyAllowed)
        {
            caller.Warning(
                $"Storage account '{account.Name}' has access keys switched off (allowSharedKeyAccess is false): its " +
                $"keys open nothing. Use New-AdlsServicePrincipal or a managed identity.");
        }

        if (account.Properties?.PublicNetworkAccess == "Disabled")
        {
            caller.Verbose($"Storage account '{account.Name}' is reachable through private endpoints only.");
        }
    }

    private static async Task<IReadOnlyList<StorageAccountKeyData>> KeysAsync(
        AzureConnection connection, StorageAccountData account, CancellationToken cancellationToken)
    {
        try
        {
            return await new StorageClient(connection.ResourceManager).GetKeysAsync(account, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(403))
        {
            throw AzureStorageErrors.StorageKeysDenied(account.Name, exception);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(409, "ScopeLocked"))
        {
            throw AzureStorageErrors.StorageAccountLocked(account.Name, exception);
        }
    }
}
