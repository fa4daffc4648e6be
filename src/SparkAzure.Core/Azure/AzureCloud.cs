namespace SparkAzure.Core.Azure;

/// <summary>The addresses of one cloud of Azure.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ResourceManager">Azure Resource Manager; also the audience of its tokens.</param>
/// <param name="Authority">Entra ID.</param>
/// <param name="LoginServerSuffix">What the names of its container registries end with.</param>
internal sealed record AzureCloud(AzureEnvironment Name, Uri ResourceManager, Uri Authority, string LoginServerSuffix)
{
    // Source: Microsoft, "Azure Government / Azure China developer guide", tables of endpoints; the same values stand in
    // azure-cli's cloud.py and in Azure.Identity's AzureAuthorityHosts.
    private static readonly AzureCloud[] Clouds =
    [
        new(AzureEnvironment.AzureCloud, new("https://management.azure.com"), new("https://login.microsoftonline.com"), ".azurecr.io"),
        new(AzureEnvironment.AzureUSGovernment, new("https://management.usgovcloudapi.net"), new("https://login.microsoftonline.us"), ".azurecr.us"),
        new(AzureEnvironment.AzureChinaCloud, new("https://management.chinacloudapi.cn"), new("https://login.chinacloudapi.cn"), ".azurecr.cn"),
    ];

    public static AzureCloud Of(AzureEnvironment name) => Clouds.Single(c => c.Name == name);

    /// <summary>The cloud that a container registry is in, by its host name; null when that is no registry of Azure.</summary>
    public static AzureCloud? OfLoginServer(string host) => Array.Find(Clouds, c => host.EndsWith(c.LoginServerSuffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an authority is Microsoft's own, which can vouch for itself; that of a private cloud cannot.</summary>
    public static bool KnowsAuthority(Uri authority) => Clouds.Any(c => c.Authority.Host == authority.Host);
}
