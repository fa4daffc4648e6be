namespace SparkAzure.Core.Azure;

/// <summary>The addresses of one cloud of Azure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ResourceManager">Azure Resource Manager; also the audience of its tokens.</param>
/// <param name="Authority">Entra ID.</param>
/// <param name="Graph">Microsoft Graph; also the audience of its tokens.</param>
/// <param name="LoginServerSuffix">What the names of its container registries end with.</param>
/// <param name="StorageSuffix">What follows <c>blob.</c> and <c>dfs.</c> in the names of its storage accounts.</param>
/// <param name="DataLakeStoreSuffix">
/// What the names of Data Lake Storage gen1 ended with; null where it never was.
/// </param>
internal sealed record AzureCloud(
    AzureEnvironment Name,
    Uri ResourceManager,
    Uri Authority,
    Uri Graph,
    string LoginServerSuffix,
    string StorageSuffix,
    string? DataLakeStoreSuffix)
{
    // Source: Microsoft, "Azure Government / Azure China developer guide", tables of endpoints, and "Microsoft Graph
    // national clouds"; the same values stand in azure-cli's cloud.py and in Azure.Identity's AzureAuthorityHosts.
    private static readonly AzureCloud[] Clouds =
    [
        new(
            AzureEnvironment.AzureCloud,
            new("https://management.azure.com"),
            new("https://login.microsoftonline.com"),
            new("https://graph.microsoft.com"),
            ".azurecr.io",
            "core.windows.net",
            "azuredatalakestore.net") { FormerAuthorities = ["login.windows.net", "login.microsoft.com", "sts.windows.net"] },
        new(
            AzureEnvironment.AzureUSGovernment,
            new("https://management.usgovcloudapi.net"),
            new("https://login.microsoftonline.us"),
            new("https://graph.microsoft.us"),
            ".azurecr.us",
            "core.usgovcloudapi.net",
            null) { FormerAuthorities = ["login-us.microsoftonline.com"] },
        new(
            AzureEnvironment.AzureChinaCloud,
            new("https://management.chinacloudapi.cn"),
            new("https://login.chinacloudapi.cn"),
            new("https://microsoftgraph.chinacloudapi.cn"),
            ".azurecr.cn",
            "core.chinacloudapi.cn",
            null) { FormerAuthorities = ["login.partner.microsoftonline.cn"] },
    ];

    /// <summary>The audience of tokens for the data of storage accounts, the same in every cloud.</summary>
    public const string StorageAudience = "https://storage.azure.com";

    private const string DnsZoneSuffix = "dfs.storage.azure.net";

    /// <summary>Older hosts of Entra ID that lead to the same; the procedure names one.</summary>
    public string[] FormerAuthorities { get; private init; } = [];

    /// <summary>What follows an account's name in the address of Data Lake Storage gen2.</summary>
    public string DfsSuffix => $"dfs.{StorageSuffix}";

    /// <summary>
    /// Whether the address of an account's data has a DNS zone in it, which nothing but Azure tells:
    /// <c>account.z01.dfs.storage.azure.net</c>. Source: Microsoft, "Storage account overview", Azure DNS zone
    /// endpoints.
    /// </summary>
    public static bool IsOfDnsZone(string host) =>
        host.EndsWith($".{DnsZoneSuffix}", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The cloud of an address of Data Lake Storage gen2 or gen1, and the account in it; null when it is neither.
    /// </summary>
    public static (AzureCloud Cloud, string Account)? OfStorageHost(string host)
    {
        if (IsOfDnsZone(host))
        {
            return (Of(AzureEnvironment.AzureCloud), host.Split('.')[0]);
        }

        foreach (var cloud in Clouds)
        {
            foreach (var suffix in new[] { cloud.DfsSuffix, cloud.DataLakeStoreSuffix }.OfType<string>())
            {
                if (host.EndsWith($".{suffix}", StringComparison.OrdinalIgnoreCase))
                {
                    return (cloud, host[..^(suffix.Length + 1)]);
                }
            }
        }

        return null;
    }

    /// <summary>The cloud that an authority signs in to; null for one that is not Microsoft's.</summary>
    public static AzureCloud? OfAuthority(string host) => Array.Find(
        Clouds,
        c => c.FormerAuthorities.Append(c.Authority.Host).Contains(host, StringComparer.OrdinalIgnoreCase));

    public static AzureCloud Of(AzureEnvironment name) => Clouds.Single(c => c.Name == name);

    /// <summary>
    /// The cloud that a container registry is in, by its host name; null when that is no registry of Azure.
    /// </summary>
    public static AzureCloud? OfLoginServer(string host) =>
        Array.Find(Clouds, c => host.EndsWith(c.LoginServerSuffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Whether an authority is Microsoft's own, which can vouch for itself; that of a private cloud cannot.
    /// </summary>
    public static bool KnowsAuthority(Uri authority) => Clouds.Any(c => c.Authority.Host == authority.Host);
}
