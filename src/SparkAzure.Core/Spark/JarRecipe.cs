namespace SparkAzure.Core.Spark;

/// <summary>Where a jar comes from.</summary>
internal enum JarOrigin
{
    /// <summary>DSS's Hadoop libraries (<c>hadoop-standalone-libs</c>).</summary>
    Libraries,

    /// <summary>DSS's own libraries (<c>lib/ivy/backend-run</c>).</summary>
    Companions,
}

/// <summary>One line of the procedure that takes jars out. A pattern is an artifact's name, with <c>*</c> at either end.</summary>
internal sealed record RemoveRow(string Artifact, string Reason, string Source);

/// <summary>One line of the procedure that brings jars in.</summary>
internal sealed record BringRow(JarOrigin Origin, string Artifact, bool Required, string Reason, string Source);

/// <summary>
/// The procedure's jar swap for one Hadoop line, as data. Hadoop's own jars are not listed: those of the distribution go and
/// those of the DSS libraries come, told by the version of hadoop-common on each side.
/// </summary>
internal sealed record JarRecipe(int HadoopVersion, IReadOnlyList<RemoveRow> Remove, IReadOnlyList<BringRow> Bring)
{
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

    /// <summary>Every recipe there is.</summary>
    internal static readonly IReadOnlyList<JarRecipe> All =
    [
        new(2, RemoveAlways, BringAlways),
        new(
            3,
            RemoveAlways,
            [
                .. BringAlways,
                new(JarOrigin.Libraries, "woodstox-*", true, "Hadoop 3 reads its configuration with it", "howto 4.3"),
                new(JarOrigin.Libraries, "stax2-*", true, "woodstox needs it", "howto 4.3"),
                new(JarOrigin.Libraries, "commons-configuration2", true, "Hadoop 3's metrics need it", "howto 4.3"),
                new(JarOrigin.Libraries, "re2j", true, "Hadoop 3's globs need it", "howto 4.3"),
                new(JarOrigin.Libraries, "wildfly-openssl", true, "hadoop-azure's TLS sockets name its classes even when Java's own TLS is used", "howto 4.3"),
            ]),
    ];

    internal static JarRecipe For(int hadoopVersion) => All.Single(r => r.HadoopVersion == hadoopVersion);

    internal static bool Matches(string pattern, string artifact) => (pattern[0], pattern[^1]) switch
    {
        ('*', '*') => artifact.Contains(pattern[1..^1], StringComparison.Ordinal),
        (_, '*') => artifact.StartsWith(pattern[..^1], StringComparison.Ordinal),
        ('*', _) => artifact.EndsWith(pattern[1..], StringComparison.Ordinal),
        _ => artifact == pattern,
    };
}
