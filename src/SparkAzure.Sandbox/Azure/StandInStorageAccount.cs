using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SparkAzure.Sandbox.Azure;

/// <summary>An access key of a storage account.</summary>
/// <param name="KeyName">key1 or key2.</param>
/// <param name="Value">The key, base64 of 64 bytes.</param>
/// <param name="CreationTime">When it was made.</param>
public sealed record StandInAccessKey(string KeyName, string Value, DateTimeOffset CreationTime);

/// <summary>A storage account of the stand-in.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
public sealed record StandInStorageAccount(StandInSubscription Subscription, string ResourceGroup, string Name)
{
    /// <summary>Whether it has a hierarchical namespace: whether it is ADLS gen2.</summary>
    public bool IsHnsEnabled { get; init; } = true;

    /// <summary>Whether access keys work.</summary>
    public bool AllowSharedKeyAccess { get; init; } = true;

    /// <summary>Whether its firewall lets this host in.</summary>
    public bool LetsIn { get; init; } = true;

    /// <summary>The subnets that a firewall lets in whoever else it does not; empty for none.</summary>
    public IReadOnlyList<string> SubnetIds { get; init; } = [];

    /// <summary>How far its clock is from this host's.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>Its keys; they can be renewed.</summary>
    public ConcurrentDictionary<string, StandInAccessKey> Keys { get; } = new(
    [
        KeyValuePair.Create("key1", NewKey("key1", DateTimeOffset.UtcNow.AddYears(-1))),
        KeyValuePair.Create("key2", NewKey("key2", DateTimeOffset.UtcNow.AddDays(-3))),
    ]);

    /// <summary>Its file systems (containers), each with the folders in it.</summary>
    public ConcurrentDictionary<string, ConcurrentBag<string>> FileSystems { get; } = new();

    /// <summary>The object ids that have a data role here without an assignment that Resource Manager shows.</summary>
    public ConcurrentBag<string> DataReaders { get; } = [];

    internal string Id =>
        $"/subscriptions/{Subscription.Id}/resourceGroups/{ResourceGroup}/providers/Microsoft.Storage/storageAccounts/{Name}";

    /// <summary>Adds a file system.</summary>
    public StandInStorageAccount WithFileSystem(string name, params string[] folders)
    {
        FileSystems[name] = [.. folders];
        return this;
    }

    /// <summary>
    /// Makes a shared access signature for a file system. Source: Microsoft, "Create a service SAS", version 2020-12-06
    /// and later.
    /// </summary>
    public string CreateSas(string fileSystem, string permissions = "rl", DateTimeOffset? end = null)
    {
        var until = (end ?? DateTimeOffset.UtcNow.AddHours(1)).UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var signature = SasSignature(Keys["key1"].Value, fileSystem, permissions, until, "2021-06-08");
        return $"sv=2021-06-08&sr=c&sp={permissions}&se={Uri.EscapeDataString(until)}&sig={Uri.EscapeDataString(signature)}";
    }

    internal string SasSignature(string key, string fileSystem, string permissions, string end, string version)
    {
        string[] fields =
        [
            permissions,
            "",
            end,
            $"/blob/{Name}/{fileSystem}",
            "",
            "",
            "",
            version,
            "c",
            "",
            "",
            "",
            "",
            "",
            "",
            ""
        ];
        return Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(key), Encoding.UTF8.GetBytes(string.Join('\n', fields))));
    }

    internal static StandInAccessKey NewKey(string name, DateTimeOffset created) =>
        new(name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)), created);
}
