namespace SparkAzure.Core.Releases;

/// <summary>What a Hadoop release's poms name beside Hadoop itself, and no Spark with that Hadoop ships.</summary>
/// <param name="Hadoop">The Hadoop release; a line (<c>2</c>) stands for all its releases.</param>
/// <param name="Libraries">The libraries, as <c>artifact:version</c>.</param>
/// <param name="Source">Where this was read.</param>
internal sealed record HadoopLibrarySet(string Hadoop, string Libraries, string Source)
{
    /// <summary><see cref="Hadoop"/> as a number.</summary>
    public ReleaseNumber Release { get; } = ReleaseNumber.Parse(Hadoop);

    /// <summary>The libraries.</summary>
    public IReadOnlyList<ShippedJar> Jars { get; } =
        [.. Libraries.Split(' ').Select(l => l.Split(':')).Select(p => new ShippedJar(p[0], p[1], ""))];

    /// <summary>Whether it speaks of a whole line.</summary>
    public bool IsOfLine => !Hadoop.Contains('.');
}

/// <summary>A part of Hadoop with the release's own version, and where it is there.</summary>
/// <param name="Artifact">The artifact; <c>hadoop-*</c> for all that no other row names.</param>
/// <param name="Since">The first release that has it.</param>
/// <param name="Layout">In which layout of a Spark it is used; null in both.</param>
/// <param name="Source">Where this was read.</param>
internal sealed record HadoopPart(string Artifact, string Since, SparkJarLayout? Layout, string Source)
{
    private readonly ReleaseNumber _since = ReleaseNumber.Parse(Since);

    /// <summary>Whether it is there for a release in a layout.</summary>
    public bool IsIn(ReleaseNumber release, SparkJarLayout layout) =>
        release >= _since && (Layout is null || Layout == layout);
}

/// <summary>
/// Hadoop's own parts, and what they call that no Spark brings. A test holds the sets against the jars themselves.
/// </summary>
internal static class HadoopLibraries
{
    private const string OwnPrefix = "hadoop-";

    // Thirdparty libraries that are named like parts of Hadoop and have versions of their own.
    private const string Shaded = "hadoop-shaded-";

    /// <summary>Hadoop's parts; the last row is for all that have none of their own.</summary>
    internal static readonly IReadOnlyList<HadoopPart> Parts =
    [
        new("hadoop-client-api", "3.0.0", SparkJarLayout.Shaded, "HADOOP-11804; SPARK-33212"),
        new("hadoop-client-runtime", "3.0.0", SparkJarLayout.Shaded, "HADOOP-11804; SPARK-33212"),
        new("hadoop-yarn-server-web-proxy", "2.0.0", null, "the lists of Spark 2.3.0 to 3.5.9"),
        new("hadoop-hdfs-client", "2.8.0", SparkJarLayout.Split, "HDFS-6200"),
        new("hadoop-yarn-registry", "2.6.0", SparkJarLayout.Split, "YARN-913"),
        new("hadoop-azure", "2.7.0", null, "HADOOP-9629"),
        new("hadoop-azure-datalake", "2.8.0", null, "HADOOP-13037"),
        new("hadoop-aws", "2.6.0", null, "HADOOP-11074"),
        new("hadoop-*", "2.0.0", SparkJarLayout.Split, "the lists of Spark 2.3.0 to 3.1.3"),
    ];

    /// <summary>What the add-ons for Azure call, and what a Hadoop that no Spark ships wants besides.</summary>
    internal static readonly IReadOnlyList<HadoopLibrarySet> Sets =
    [
        new("2", "commons-configuration:1.6", "hadoop-common's poms of 2.x"),
        new("2.7.3", "azure-storage:2.0.0", "hadoop-azure 2.7.3's pom"),
        new("2.8.5", "azure-storage:2.2.0 azure-data-lake-store-sdk:2.2.3 htrace-core4:4.0.1-incubating jetty-util:6.1.26", "the poms of hadoop-common, hadoop-azure and hadoop-azure-datalake 2.8.5"),
        new("3.2.0", "azure-storage:7.0.0 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.2.9 wildfly-openssl:1.0.4.Final jetty-util:9.3.24.v20180605 jetty-util-ajax:9.3.24.v20180605", "the poms of hadoop-azure and hadoop-azure-datalake 3.2.0"),
        new("3.3.1", "azure-storage:7.0.1 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.3.9 wildfly-openssl:1.0.7.Final jetty-util:9.4.40.v20210413 jetty-util-ajax:9.4.40.v20210413", "the poms of hadoop-azure and hadoop-azure-datalake 3.3.1"),
        new("3.3.2", "azure-storage:7.0.1 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.3.9 wildfly-openssl:1.0.7.Final jetty-util:9.4.43.v20210629 jetty-util-ajax:9.4.43.v20210629", "the poms of hadoop-azure and hadoop-azure-datalake 3.3.2"),
        new("3.3.4", "azure-storage:7.0.1 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.3.9 wildfly-openssl:1.0.7.Final jetty-util:9.4.43.v20210629 jetty-util-ajax:9.4.43.v20210629", "the poms of hadoop-azure and hadoop-azure-datalake 3.3.4"),
        new("3.4.1", "azure-storage:7.0.1 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.3.9 wildfly-openssl:1.1.3.Final jetty-util:9.4.53.v20231009 jetty-util-ajax:9.4.53.v20231009", "the poms of hadoop-azure and hadoop-azure-datalake 3.4.1"),
        new("3.4.2", "azure-storage:7.0.1 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.3.9 wildfly-openssl:2.1.4.Final jetty-util:9.4.57.v20241219 jetty-util-ajax:9.4.57.v20241219", "the poms of hadoop-azure and hadoop-azure-datalake 3.4.2"),
        new("3.5.0", "azure-storage:7.0.1 azure-keyvault-core:1.0.0 azure-data-lake-store-sdk:2.3.9 wildfly-openssl:2.2.5.Final HdrHistogram:2.1.12", "the poms of hadoop-azure and hadoop-azure-datalake 3.5.0"),
    ];

    /// <summary>Whether an artifact is a part of Hadoop that has the release's own version.</summary>
    public static bool IsPart(string artifact) =>
        artifact.StartsWith(OwnPrefix, StringComparison.Ordinal)
            && !artifact.StartsWith(Shaded, StringComparison.Ordinal);

    /// <summary>Whether such a part is there for a Hadoop release in a layout.</summary>
    public static bool HasPart(string artifact, ReleaseNumber hadoop, SparkJarLayout layout)
    {
        var part = Parts.FirstOrDefault(p => p.Artifact == artifact) ?? Parts[^1];
        return part.IsIn(hadoop, layout);
    }

    /// <summary>
    /// The sets that speak of a Hadoop release: its own or the nearest one's of its line, and those of the whole line.
    /// </summary>
    public static IReadOnlyList<HadoopLibrarySet> Of(ReleaseNumber hadoop)
    {
        var line = Sets.Where(s => !s.IsOfLine && IsOneLine(s.Release, hadoop)).ToList();
        var nearest = line.LastOrDefault(s => s.Release <= hadoop) ?? line.FirstOrDefault();
        var whole = Sets.Where(s => s.IsOfLine && s.Release.Major == hadoop.Major);
        if (nearest is null)
        {
            return [.. whole];
        }

        return [nearest, .. whole];
    }

    private static bool IsOneLine(ReleaseNumber one, ReleaseNumber other) =>
        (one.Major, one.Minor) == (other.Major, other.Minor);
}
