using SparkAzure.Core.Text;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>Where a jar comes from.</summary>
internal enum JarOrigin
{
    /// <summary>DSS's Hadoop libraries (<c>hadoop-standalone-libs</c>).</summary>
    Libraries,

    /// <summary>DSS's own libraries (<c>lib/ivy/backend-run</c>).</summary>
    Companions,
}

/// <summary>
/// One line of the procedure that takes jars out. A pattern is an artifact's name, with <c>*</c> for any text.
/// </summary>
internal sealed record RemoveRow(string Artifact, string Reason, string Source)
{
    /// <summary>The artifacts that the line means.</summary>
    public GlobPattern Pattern { get; } = new(Artifact);
}

/// <summary>One line of the procedure that brings jars in.</summary>
/// <param name="Origin">Which folder of DSS it comes from.</param>
/// <param name="Artifact">The artifact's name, with <c>*</c> for any text.</param>
/// <param name="Required">True when the swap must not be made without it.</param>
/// <param name="Reason">What needs it.</param>
/// <param name="Source">Where this is written.</param>
internal sealed record BringRow(JarOrigin Origin, string Artifact, bool Required, string Reason, string Source)
{
    /// <summary>The artifacts that the line means.</summary>
    public GlobPattern Pattern { get; } = new(Artifact);
}

/// <summary>
/// What a swap takes out and brings, as data. Hadoop's own jars are not listed: those of the distribution go and those
/// of the DSS libraries come, told by the version of hadoop-common on each side.
/// </summary>
/// <param name="Name">Which set was asked for.</param>
/// <param name="HadoopVersion">For which Hadoop line.</param>
/// <param name="Remove">What goes.</param>
/// <param name="Bring">What comes.</param>
internal sealed record JarRecipe(
    SparkJarRecipe Name,
    int HadoopVersion,
    IReadOnlyList<RemoveRow> Remove,
    IReadOnlyList<BringRow> Bring)
{
    /// <summary>Hadoop's own jars.</summary>
    internal static readonly GlobPattern Hadoop = new("hadoop-*");

    private static readonly RemoveRow[] RemoveAlways =
    [
        new("httpc*", "conflicts with the AWS libraries", "howto 3.3, 4.3"),
    ];

    private static readonly BringRow[] BringAlways =
    [
        new(JarOrigin.Libraries, "htrace-core4", true, "hadoop-common traces with it", "howto 3.3, 4.3"),
        new(JarOrigin.Libraries, "azure*", true, "the Azure SDKs that hadoop-azure and hadoop-azure-datalake call", "howto 3.3, 4.3"),
        new(JarOrigin.Libraries, "*aws*", false, "the AWS SDK that hadoop-aws calls; unused on Azure", "howto 3.3, 4.3"),
        new(JarOrigin.Companions, "snappy-java", true, "reads compressed Parquet files", "howto 3.3, 4.3; Spark's own version goes, as in DSS's update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "httpc*", true, "the versions known to work with the AWS libraries", "howto 3.3, 4.3"),
    ];

    private static readonly BringRow[] BringForHadoop3 =
    [
        .. BringAlways,
        new(JarOrigin.Libraries, "woodstox-*", true, "Hadoop 3 reads its configuration with it", "howto 4.3"),
        new(JarOrigin.Libraries, "stax2-*", true, "woodstox needs it", "howto 4.3"),
        new(JarOrigin.Libraries, "commons-configuration2", true, "Hadoop 3's metrics need it", "howto 4.3"),
        new(JarOrigin.Libraries, "re2j", true, "Hadoop 3's globs need it", "howto 4.3"),
        new(JarOrigin.Libraries, "wildfly-openssl", true, "hadoop-azure's TLS sockets name its classes even when Java's own TLS is used", "howto 4.3"),
    ];

    // Guava 27 stands on jars of its own; without one of them it fails at the first class that is annotated with it or
    // returns it.
    private static readonly BringRow[] GuavaForHadoop3 =
    [
        new(JarOrigin.Companions, "guava", true, "Hadoop 3 calls methods that guava 14 lacks (NoSuchMethodError Preconditions.checkArgument)", "DSS 9 update-spark-hadoop-jars; SPARK-36864"),
        new(JarOrigin.Companions, "jsr305", true, "guava's annotations", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "failureaccess", true, "guava 27 and later split it off", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "listenablefuture", false, "guava 27 and later split it off", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "animal-sniffer-annotations", false, "guava's annotations", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "checker-qual", false, "guava's annotations", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "error_prone_annotations", false, "guava's annotations", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Companions, "j2objc-annotations", false, "guava's annotations", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Libraries, "jetty-util", true, "hadoop-azure 3.2 parses JSON with jetty 9; Spark 2.4 has jetty 6", "DSS 9 update-spark-hadoop-jars"),
        new(JarOrigin.Libraries, "jetty-util-ajax", false, "hadoop-azure 3.2 parses JSON with jetty 9", "hadoop-azure 3.2.0's pom"),
    ];

    /// <summary>Every recipe for a Spark whose Hadoop jars are separate ones.</summary>
    internal static readonly IReadOnlyList<JarRecipe> All =
    [
        new(SparkJarRecipe.Howto, 2, RemoveAlways, BringAlways),
        new(SparkJarRecipe.Howto, 3, RemoveAlways, BringForHadoop3),
        new(SparkJarRecipe.Full, 2, RemoveAlways, BringAlways),
        new(SparkJarRecipe.Full, 3, RemoveAlways, [.. BringForHadoop3, .. GuavaForHadoop3]),
    ];

    /// <summary>
    /// What a Spark with shaded Hadoop gets: Hadoop's own add-ons of the very release it ships, and what those call.
    /// Nothing goes. Source: Spark's cloud-integration documentation and the hadoop-azure poms of 3.3 and 3.4.
    /// </summary>
    internal static readonly IReadOnlyList<BringRow> AddOns =
    [
        new(JarOrigin.Libraries, "hadoop-azure", true, "the file systems abfs and wasb", "spark-hadoop-cloud"),
        new(JarOrigin.Libraries, "hadoop-azure-datalake", false, "the file system adl", "spark-hadoop-cloud"),
        new(JarOrigin.Libraries, "hadoop-aws", false, "the file system s3a; unused on Azure", "spark-hadoop-cloud"),
        new(JarOrigin.Libraries, "aws-java-sdk-bundle", false, "the AWS SDK that hadoop-aws calls; unused on Azure", "hadoop-aws's pom"),
        new(JarOrigin.Libraries, "azure-*", true, "the Azure SDKs that hadoop-azure and hadoop-azure-datalake call", "hadoop-azure's pom"),
        new(JarOrigin.Libraries, "wildfly-openssl", true, "hadoop-azure's TLS sockets name its classes even when Java's own TLS is used", "hadoop-azure's pom"),
        new(JarOrigin.Libraries, "jetty-util", false, "hadoop-azure parses JSON with it", "hadoop-azure's pom"),
        new(JarOrigin.Libraries, "jetty-util-ajax", false, "hadoop-azure parses JSON with it", "hadoop-azure's pom"),
    ];

    /// <summary>
    /// What is left out, and goes if it is there, when AWS is not wanted: 100 MB and more that Azure never calls.
    /// </summary>
    internal static readonly GlobPattern Aws = new("*aws*");

    private static readonly IReadOnlyList<GlobPattern> Exchanged =
    [
        Hadoop,
        .. All.SelectMany(r => r.Remove).Select(row => row.Pattern),
        .. All.SelectMany(r => r.Bring).Select(row => row.Pattern),
    ];

    /// <summary>Whether swaps exchange an artifact, as one of a set: what the recipes name, and Hadoop's own.</summary>
    internal static bool Exchanges(string artifact) => Exchanged.Any(pattern => pattern.IsMatch(artifact));

    internal static JarRecipe For(SparkJarRecipe name, int hadoopVersion) =>
        All.Single(r => r.Name == name && r.HadoopVersion == hadoopVersion);
}
