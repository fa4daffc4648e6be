namespace SparkAzure.Core.Azure;

/// <summary>The addresses of one cloud of Azure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ResourceManager">Azure Resource Manager; also the audience of its tokens.</param>
/// <param name="Authority">Entra ID.</param>
internal sealed record AzureCloud(AzureEnvironment Name, Uri ResourceManager, Uri Authority)
{
    // Source: Microsoft, "Azure Government / Azure China developer guide", tables of endpoints; the same values stand in
    // azure-cli's cloud.py and in Azure.Identity's AzureAuthorityHosts.
    private static readonly AzureCloud[] Clouds =
    [
        new(AzureEnvironment.AzureCloud, new("https://management.azure.com"), new("https://login.microsoftonline.com")),
        new(AzureEnvironment.AzureUSGovernment, new("https://management.usgovcloudapi.net"), new("https://login.microsoftonline.us")),
        new(AzureEnvironment.AzureChinaCloud, new("https://management.chinacloudapi.cn"), new("https://login.chinacloudapi.cn")),
    ];

    public static AzureCloud Of(AzureEnvironment name) => Clouds.Single(c => c.Name == name);

    /// <summary>Whether an authority is Microsoft's own, which can vouch for itself; that of a private cloud cannot.</summary>
    public static bool KnowsAuthority(Uri authority) => Clouds.Any(c => c.Authority.Host == authority.Host);
}
