namespace SparkAzure.Core.Storage;

/// <summary>Where one cloud of Azure keeps Data Lake Storage, and who signs in there.</summary>
/// <param name="Environment">The cloud.</param>
/// <param name="Gen2Suffix">What follows the account's name in a gen2 address.</param>
/// <param name="Gen1Suffix">The same for gen1; null where gen1 never was.</param>
/// <param name="Authority">Entra ID's host.</param>
/// <param name="FormerAuthorities">Hosts that lead to the same; the procedure names one.</param>
internal sealed record AdlsEndpoint(
    AzureEnvironment Environment,
    string Gen2Suffix,
    string? Gen1Suffix,
    string Authority,
    params string[] FormerAuthorities)
{
    /// <summary>
    /// The audience of tokens for the data of storage accounts, in every cloud. Source: Microsoft, "Authorize with
    /// Microsoft Entra ID".
    /// </summary>
    public const string Audience = "https://storage.azure.com";

    // Suffixes: cloud.py of the Azure CLI (storage_endpoint with dfs for blob,
    // azure_datalake_store_file_system_endpoint); authorities: Microsoft's list of national clouds, and the older names
    // they had.
    private static readonly AdlsEndpoint[] Endpoints =
    [
        new(AzureEnvironment.AzureCloud, "dfs.core.windows.net", "azuredatalakestore.net", "login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"),
        new(AzureEnvironment.AzureUSGovernment, "dfs.core.usgovcloudapi.net", null, "login.microsoftonline.us", "login-us.microsoftonline.com"),
        new(AzureEnvironment.AzureChinaCloud, "dfs.core.chinacloudapi.cn", null, "login.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
    ];

    public static AdlsEndpoint Of(AzureEnvironment environment) => Endpoints.Single(e => e.Environment == environment);

    /// <summary>The cloud of an address of gen2 or gen1, and the account in it; null when it is neither.</summary>
    public static (AdlsEndpoint Endpoint, string Account)? OfHost(string host) => Endpoints
        .SelectMany(e => new[] { e.Gen2Suffix, e.Gen1Suffix }
            .OfType<string>()
            .Select(suffix => (Endpoint: e, Suffix: "." + suffix)))
        .Where(e => host.EndsWith(e.Suffix, StringComparison.OrdinalIgnoreCase))
        .Select(e => ((AdlsEndpoint, string)?)(e.Endpoint, host[..^e.Suffix.Length]))
        .FirstOrDefault();

    /// <summary>The cloud that an authority signs in to; null for one that is not Microsoft's.</summary>
    public static AdlsEndpoint? OfAuthority(string host) =>
        Array.Find(
            Endpoints, e => e.FormerAuthorities.Append(e.Authority).Contains(host, StringComparer.OrdinalIgnoreCase));
}
