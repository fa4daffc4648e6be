using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Azure.Storage;

/// <summary>What Resource Manager can refuse about storage accounts.</summary>
internal static class AzureStorageErrors
{
    internal static SparkAzureException AzureStorageAccountNotFound(
        string account,
        string? resourceGroupName,
        string subscription,
        string? elsewhere,
        IEnumerable<string> known) => Failure.Create(
        ErrorKind.NotFound,
        $"Subscription {subscription} has no storage account " +
        $"'{account}'{(resourceGroupName is null ? "" : $" in resource group '{resourceGroupName}'")} that the " +
        $"account can see.{Instead(elsewhere, [.. known.Take(20)])}",
        "Check the name and the resource group; -SubscriptionId chooses another subscription.",
        account);

    private static string Instead(string? elsewhere, IReadOnlyCollection<string> known)
    {
        if (elsewhere is not null)
        {
            return $" It is in resource group '{elsewhere}'.";
        }

        if (known.Count > 0)
        {
            return $" Those it sees: {string.Join(", ", known)}.";
        }

        return "";
    }

    internal static SparkAzureException StorageKeyNotFound(
        string account, string keyName, IEnumerable<string> known) => Failure.Create(
        ErrorKind.NotFound,
        $"Storage account '{account}' has no access key '{keyName}'; it has {string.Join(" and ", known)}.",
        "Give -KeyName key1 or key2.",
        keyName);

    internal static SparkAzureException StorageKeysDenied(string account, SparkAzureException inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"Azure does not hand the access keys of '{account}' to this account: {inner.Message}",
        AccessRefusal.Of(inner.InnerException)?.Remedy ??
        "Give it 'Storage Account Key Operator Service Role' on the storage account (Reader is not enough), or use " +
        "New-AdlsServicePrincipal, which needs no key.",
        account,
        inner.InnerException);

    internal static SparkAzureException StorageAccountLocked(
        string account, SparkAzureException inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"A ReadOnly lock on '{account}' or above it keeps its access keys from being read: handing them out counts " +
        $"as a change.",
        "Have the lock taken off for the moment, or use New-AdlsServicePrincipal.",
        account,
        inner.InnerException);

    internal static SparkAzureException StorageAccountInvalid(string account) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{account}' cannot be a storage account: such a name has 3 to 24 lower-case letters and digits.",
        "Give the account's name alone, without the address around it.",
        account);

    internal static SparkAzureException FileSystemInvalid(string fileSystem) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{fileSystem}' cannot be a file system (container): such a name has 3 to 63 lower-case letters, digits and " +
        $"single hyphens between them.",
        "Give the container's name alone.",
        fileSystem);
}
