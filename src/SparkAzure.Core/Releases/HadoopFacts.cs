namespace SparkAzure.Core.Releases;

/// <summary>
/// What releases of Hadoop can, for whoever must know before anything runs. The next fact is a row here.
/// </summary>
internal static class HadoopFacts
{
    internal static readonly ReleaseFact Adl = new("2.8.0", "has the driver for ADLS gen1, adl://", "HADOOP-13037");
    internal static readonly ReleaseFact Abfs = new(
        "3.2.0", "has the driver for ADLS gen2, abfs://; 3.1 has none", "HADOOP-15407");
    internal static readonly ReleaseFact ChannelModeSuffices = new(
        "3.2.1",
        "looks at fs.azure.ssl.channel.mode before it registers wildfly's provider; 3.2.0 does it after",
        "HADOOP-15669; hadoop-azure 3.2.0, SSLSocketFactoryEx");
    internal static readonly ReleaseFact UnknownSchemeHasItsException = new(
        "3.0.0",
        "says UnsupportedFileSystemException of a scheme that it does not know; before, IOException",
        "run: 2.7.3, 2.8.5, 3.2.0 and 3.3.4 in Spark 2.4.8 and 3.5.9");
    internal static readonly ReleaseFact PassesOverProviders = new(
        "2.8.0",
        "passes over a file system of its list that cannot be made; before, every job that opens a path fails",
        "HADOOP-12636; run: 2.8.5 in Spark 2.4.8 without jackson-mapper-asl");
    internal static readonly ReleaseFact CredentialPerUser = new(
        "3.2.2", "lets Spark and Parquet sign in as each user of DSS", "DSS's page on Azure Blob connections");
    internal static readonly ReleaseFact Sas = new(
        "3.3.0", "takes a shared access signature, through a class of one's own", "HADOOP-16730");
    internal static readonly ReleaseFact IdentityEndpoint = new(
        "3.3.0",
        "reads where to ask for a managed identity's token and who signs it in; before, both are fixed",
        "HADOOP-16587");

    // Run: 3.2.0 ends in NullPointerException, 3.3.4 in "Configuration property … not found".
    internal static readonly ReleaseFact IdentityByItself = new(
        "3.4.1",
        "signs in as a managed identity without tenant and client id; before, it ends in an exception",
        "HADOOP-18542");
    internal static readonly ReleaseFact TokenEndpointVersion2 = new(
        "3.4.1",
        "takes a token endpoint of version 2, workload identities and a fixed SAS token for gen2",
        "HADOOP-18610, HADOOP-18516");

    /// <summary>Every fact.</summary>
    internal static IEnumerable<ReleaseFact> All =>
        [Adl, Abfs, ChannelModeSuffices, UnknownSchemeHasItsException, PassesOverProviders, CredentialPerUser, Sas, IdentityEndpoint, IdentityByItself, TokenEndpointVersion2];
}
