using System.Text.RegularExpressions;

namespace SparkAzure.Core.Azure.Storage;

/// <summary>
/// What can be the name of a storage account and of a file system (container) in it. Source: Microsoft, "Naming rules
/// and restrictions for Azure resources", and "Naming and referencing containers".
/// </summary>
internal static partial class StorageNames
{
    /// <summary>The name, if it can be an account's.</summary>
    /// <exception cref="SparkAzureException">StorageAccountInvalid.</exception>
    public static string CheckAccount(string account)
    {
        if (!Account().IsMatch(account))
        {
            throw AzureStorageErrors.StorageAccountInvalid(account);
        }

        return account;
    }

    /// <summary>The name, if it can be a file system's; <c>$root</c> and <c>$web</c> are Azure's own.</summary>
    /// <exception cref="SparkAzureException">FileSystemInvalid.</exception>
    public static string CheckFileSystem(string? name)
    {
        if (name is { Length: >= 3 and <= 63 } && (FileSystem().IsMatch(name) || name is "$root" or "$web"))
        {
            return name;
        }

        throw AzureStorageErrors.FileSystemInvalid(name ?? "");
    }

    [GeneratedRegex("^[a-z0-9]{3,24}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Account();

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileSystem();
}
