using SparkAzure.Core.Releases;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// What an exchange brings beside Hadoop's own jars, as data. Hadoop's own are not listed: those of the distribution go
/// and those of the libraries come, told by the version of hadoop-common on each side. What a result needs is found by
/// linking it; the rows say what linking cannot see, and what is needed where there are names only.
/// </summary>
internal static class JarRecipe
{
    private const string Guava = "DSS 9 update-spark-hadoop-jars; SPARK-36864; HADOOP-15960, in 3.2.1";

    /// <summary>The Hadoops that an exchange can bring.</summary>
    internal static readonly IReadOnlyList<int> HadoopVersions = [2, 3];

    /// <summary>
    /// What is left out, and goes if it is there, when AWS is not wanted: 100 MB and more that Azure never calls.
    /// </summary>
    internal static readonly GlobPattern Aws = new("*aws*");

    /// <summary>What comes for its behaviour, whatever the classes say.</summary>
    internal static readonly IReadOnlyList<BringRow> ByBehaviour =
    [
        new(JarOrigin.Libraries, "*aws*", null, "the AWS SDK that hadoop-aws calls; unused on Azure", "howto 3.3, 4.3") { IsForAws = true },
        new(JarOrigin.Companions, "snappy-java", null, "reads compressed Parquet files on Alpine's musl", "howto 3.3, 4.3; Dockerfiles of v2.4.0 to v2.4.4; run: 2.4.8 with 1.0.5, spark-shell on Kubernetes, 2026-11")
        {
            Spark = new("2.4.0", "2.4.5"),
            Caution = "It breaks Spark's shell and Scala notebooks: their executors fail at the first block in snappy with UnsatisfiedLinkError org.xerial.snappy.SnappyNative.maxCompressedLength(I)I. Where the image stands on Debian or Ubuntu, keep Spark's own.",
        },
        new(JarOrigin.Companions, "httpc*", null, "the versions known to work with the AWS libraries", "howto 3.3, 4.3, for Spark 2.4. Spark 3.0 and 3.1 keep their own, 4.5.6 and 4.4.12: they are released so with Hadoop 3.2.0 (lists of 3.0.3 and 3.1.3), whose hadoop-project pom asks for 4.5.2")
        {
            Spark = new("2.3.0", "3.0.0"),
            IsForAws = true,
        },
        new(JarOrigin.Companions, "guava", null, "Hadoop calls methods that guava 14 lacks; 3.2.0 calls none of them", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "jsr305", null, "guava's annotations", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "failureaccess", null, "guava 27 and later split it off", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "listenablefuture", null, "guava 27 and later split it off", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "animal-sniffer-annotations", null, "guava's annotations", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "checker-qual", null, "guava's annotations", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "error_prone_annotations", null, "guava's annotations", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
        new(JarOrigin.Companions, "j2objc-annotations", null, "guava's annotations", Guava) { IsOfFull = true, Hadoop = new("3.2.1", null) },
    ];

    /// <summary>What is needed, where the classes cannot tell: names from an archive, jars without classes.</summary>
    internal static readonly IReadOnlyList<BringRow> ByName =
    [
        new(JarOrigin.Libraries, "htrace-core4", SparkFeature.Driver, "hadoop-common traces with it", "howto 3.3, 4.3; gone in 3.3.2 (HADOOP-17424)") { Hadoop = new("2.8.0", "3.3.2") },
        new(JarOrigin.Libraries, "commons-configuration", SparkFeature.Driver, "Hadoop 2's metrics need it; Spark ships it up to 2.4", "run: Spark 3.0.3 and 3.1.3 with Hadoop 2.8.5; lists of 2.4.8 and 3.0.3") { Spark = new("3.0.0", null), Hadoop = new(null, "3.0.0") },
        new(JarOrigin.Libraries, "woodstox-*", SparkFeature.Driver, "Hadoop 3 reads its configuration with it", "howto 4.3") { Hadoop = new("3.0.0", null) },
        new(JarOrigin.Libraries, "stax2-*", SparkFeature.Driver, "woodstox needs it", "howto 4.3") { Hadoop = new("3.0.0", null) },
        new(JarOrigin.Libraries, "commons-configuration2", SparkFeature.Driver, "Hadoop 3's metrics need it", "howto 4.3") { Hadoop = new("3.0.0", null) },
        new(JarOrigin.Libraries, "re2j", SparkFeature.File, "Hadoop 3's globs need it", "howto 4.3") { Hadoop = new("3.0.0", null) },
        new(JarOrigin.Libraries, "wildfly-openssl", SparkFeature.Abfs, "hadoop-azure's TLS sockets name its classes even when Java's own TLS is used", "howto 4.3; HADOOP-16986, in 3.3.0") { Hadoop = new("3.2.0", "3.3.0") },
        new(JarOrigin.Libraries, "wildfly-openssl", SparkFeature.Adl, "azure-data-lake-store-sdk 2.3.9 names its classes at its first call", "run: the add-ons of 3.3.1 to 3.5.0, adl with and without it") { Hadoop = new("3.3.0", null) },
        new(JarOrigin.Libraries, "azure-storage", SparkFeature.Wasb, "the file system wasb calls it", "hadoop-azure's poms; HADOOP-19778, in 3.5.0") { Hadoop = new(null, "3.5.0") },
        new(JarOrigin.Libraries, "azure-data-lake-store-sdk", SparkFeature.Adl, "the file system adl calls it", "hadoop-azure-datalake's poms"),
        new(JarOrigin.Libraries, "jetty-util", SparkFeature.Wasb, "jetty-util-ajax stands on it", "hadoop-azure's poms from 3.0 on") { Hadoop = new("3.0.0", "3.5.0") },
        new(JarOrigin.Libraries, "jetty-util-ajax", SparkFeature.Wasb, "the file system wasb parses JSON with it", "hadoop-azure's poms from 3.0 on") { Hadoop = new("3.0.0", "3.5.0") },
    ];

    /// <summary>
    /// Hadoop's own add-ons, which a Spark with shaded Hadoop gets of the very release it ships. Nothing goes. Source:
    /// Spark's cloud-integration documentation (spark-hadoop-cloud).
    /// </summary>
    internal static readonly IReadOnlyList<BringRow> AddOns =
    [
        new(JarOrigin.Libraries, "hadoop-azure", SparkFeature.Abfs, "the file systems abfs and wasb", "spark-hadoop-cloud"),
        new(JarOrigin.Libraries, "hadoop-azure", SparkFeature.Wasb, "the file systems abfs and wasb", "spark-hadoop-cloud"),
        new(JarOrigin.Libraries, "hadoop-azure-datalake", SparkFeature.Adl, "the file system adl", "spark-hadoop-cloud"),
        new(JarOrigin.Libraries, "hadoop-aws", null, "the file system s3a; unused on Azure", "spark-hadoop-cloud") { IsForAws = true },
    ];

    /// <summary>What the libraries may have and only an option that is off by itself calls.</summary>
    internal static readonly IReadOnlyList<UnneededRow> Unneeded =
    [
        new("HdrHistogram", "only fs.azure.enable.tail.latency.tracker=true calls it", "run: hadoop-azure 3.5.0 with and without it"),
        new("azure-keyvault-core", "only encryption in the client and tables of azure-storage call it", "run: wasb of 2.8.5 to 3.4.2 without it"),
        new("wildfly-openssl", "only fs.azure.ssl.channel.mode=OpenSSL calls it", "run: abfss of 3.3.1 to 3.5.0 without it; HADOOP-16986"),
    ];

    private static readonly IReadOnlyList<GlobPattern> Exchanged =
        [new("hadoop-*"), new("azure-*"), .. ByBehaviour.Concat(ByName).Select(row => row.Pattern)];

    /// <summary>Whether swaps exchange an artifact, as one of a set: what the recipes name, and Hadoop's own.</summary>
    internal static bool Exchanges(string artifact) => Exchanged.Any(pattern => pattern.IsMatch(artifact));
}
