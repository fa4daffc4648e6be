using System.Security.Cryptography;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.QuickStart;

/// <summary>
/// Made-up secrets of made-up storage accounts, new for every run, so that the check can look for them where none may
/// be.
/// </summary>
internal sealed class SampleSecrets
{
    public string AccountKey { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));

    public string ClientSecret { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));

    /// <summary>ADLS gen1 for Hadoop 2, gen2 for Hadoop 3, as the procedure has it.</summary>
    public AdlsConnectionOptions Connection(int hadoop, string? sparkVersion)
    {
        if (hadoop == 2)
        {
            return new AdlsConnectionOptions
            {
                Name = "quickstart-adls-gen1",
                Account = "samplelake",
                ClientId = "66666666-7777-8888-9999-000000000000",
                ClientSecret = Stations.Secure(ClientSecret),
                TenantId = "11111111-2222-3333-4444-555555555555",
                SparkVersion = sparkVersion,
            };
        }

        return new AdlsConnectionOptions
        {
            Name = "quickstart-adls-gen2",
            Account = "samplelake",
            FileSystem = "data",
            AccountKey = Stations.Secure(AccountKey),
            SparkVersion = sparkVersion,
        };
    }
}
