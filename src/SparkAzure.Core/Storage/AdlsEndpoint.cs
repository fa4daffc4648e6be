namespace SparkAzure.Core.Storage;

/// <summary>Where one cloud of Azure keeps Data Lake Storage, and who signs in there.</summary>
/// <param name="Environment">The cloud.</param>
/// <param name="Gen2Suffix">What follows the account's name in a gen2 address.</param>
/// <param name="Gen1Suffix">The same for gen1; null where gen1 never was.</param>
/// <param name="TokenEndpoint">The v1 token endpoint; {0} is the tenant. Gen1's driver asks for a resource, which v2 does not know.</param>
internal sealed record AdlsEndpoint(AzureEnvironment Environment, string Gen2Suffix, string? Gen1Suffix, string TokenEndpoint)
{
    // Suffixes: cloud.py of the Azure CLI (storage_endpoint with dfs for blob, azure_datalake_store_file_system_endpoint);
    // authorities: Microsoft's list of national clouds.
    private static readonly AdlsEndpoint[] Endpoints =
    [
        new(AzureEnvironment.AzureCloud, "dfs.core.windows.net", "azuredatalakestore.net", "https://login.microsoftonline.com/{0}/oauth2/token"),
        new(AzureEnvironment.AzureUSGovernment, "dfs.core.usgovcloudapi.net", null, "https://login.microsoftonline.us/{0}/oauth2/token"),
        new(AzureEnvironment.AzureChinaCloud, "dfs.core.chinacloudapi.cn", null, "https://login.chinacloudapi.cn/{0}/oauth2/token"),
    ];

    public static AdlsEndpoint Of(AzureEnvironment environment) => Endpoints.Single(e => e.Environment == environment);
}
