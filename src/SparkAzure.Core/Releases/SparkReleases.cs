namespace SparkAzure.Core.Releases;

/// <summary>What the official binary distributions of some Spark releases ship.</summary>
/// <param name="From">The first of the releases.</param>
/// <param name="Before">The release that ends them, not included.</param>
/// <param name="Scala">Scala's version; two numbers where it differs inside the range.</param>
/// <param name="Hadoop">
/// The Hadoop releases they were built with, one per official archive; none where that is not known.
/// </param>
/// <param name="Ships">
/// Jars, as <c>artifact</c> or <c>artifact:version</c> (the version where it is the same in the whole range).
/// </param>
/// <param name="Files">Files beside the jars.</param>
/// <param name="Source">Where the row was read.</param>
internal sealed record SparkRelease(
    string From,
    string Before,
    string Scala,
    IReadOnlyList<string> Hadoop,
    string Ships,
    IReadOnlyList<string> Files,
    string Source)
{
    /// <summary>The jars as artifact and version; the version is empty where it differs inside the range.</summary>
    public IReadOnlyList<(string Artifact, string Version)> Jars { get; } =
    [
        .. Ships.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Select(s => s.Split(':'))
            .Select(p => (p[0], p.ElementAtOrDefault(1) ?? "")),
    ];

    private readonly ReleaseNumber _from = ReleaseNumber.Parse(From);
    private readonly ReleaseNumber _before = ReleaseNumber.Parse(Before);

    /// <summary>Whether a release is one of them.</summary>
    public bool Covers(ReleaseNumber release) => release >= _from && release < _before;

    /// <summary>The version that the releases ship of an artifact; null when they do not or it is not known.</summary>
    public string? VersionOf(string artifact)
    {
        var version = Jars.FirstOrDefault(j => j.Artifact == artifact).Version;
        if (string.IsNullOrEmpty(version))
        {
            return null;
        }

        return version;
    }
}

/// <summary>
/// Every Spark release on Kubernetes. The next one is a row here. The jars listed are Spark's own modules and those
/// that decide whether Hadoop, Azure and Kubernetes work; the archives hold some 200 more.
/// </summary>
internal static class SparkReleases
{
    private const string Modules =
        "spark-catalyst spark-core spark-hive spark-kubernetes spark-launcher spark-network-common spark-sql " +
        "spark-unsafe";
    private const string Always =
        "scala-library scala-reflect httpclient httpcore slf4j-api py4j netty-all zookeeper parquet-hadoop hive-exec";

    private static readonly string[] Files23 = ["RELEASE", "bin/spark-submit", "kubernetes/dockerfiles/spark/Dockerfile", "kubernetes/dockerfiles/spark/entrypoint.sh"];
    private static readonly string[] Files24 =
    [
        .. Files23,
        "kubernetes/dockerfiles/spark/bindings/python/Dockerfile",
        "kubernetes/dockerfiles/spark/bindings/R/Dockerfile",
    ];

    private static readonly string[] Files31 = [.. Files24, "kubernetes/dockerfiles/spark/decom.sh"];

    /// <summary>All rows, oldest first, without gaps.</summary>
    internal static readonly IReadOnlyList<SparkRelease> All =
    [
        new("2.3.0", "2.4.0", "2.11", ["2.6.5", "2.7.3"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:3.0.0 snappy-java jackson-databind log4j:1.2.17 htrace-core:3.1.0-incubating jetty-util:6.1.26 commons-configuration:1.6",
            Files23, "SPARK-18278 (kubernetes since 2.3.0); Dockerfiles of v2.3.0-v2.3.4"),
        new("2.4.0", "2.4.1", "2.11.12", ["2.6.5", "2.7.3"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:3.0.0 snappy-java:1.1.7.1 jackson-databind:2.6.7.1 log4j:1.2.17 htrace-core:3.1.0-incubating jetty-util:6.1.26 commons-configuration:1.6",
            Files24, "v2.4.0 dev/deps/spark-deps-hadoop-2.7"),
        new("2.4.1", "2.4.5", "2.11.12", ["2.6.5", "2.7.3"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:4.1.2 snappy-java jackson-databind log4j:1.2.17 htrace-core:3.1.0-incubating jetty-util:6.1.26 commons-configuration:1.6",
            Files24, "v2.4.1-v2.4.4 dev/deps/spark-deps-hadoop-2.7; SPARK-28921"),
        new("2.4.5", "3.0.0", "2.11.12", ["2.6.5", "2.7.3"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:4.6.1 snappy-java jackson-databind log4j:1.2.17 htrace-core:3.1.0-incubating jetty-util:6.1.26 commons-configuration:1.6",
            Files24, "v2.4.5-v2.4.8 dev/deps/spark-deps-hadoop-2.7"),
        new("3.0.0", "3.1.0", "2.12.10", ["2.7.4", "3.2.0"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:4.9.2 snappy-java:1.1.7.5 jackson-databind:2.10.0 log4j:1.2.17",
            Files24, "v3.0.0 dev/deps/spark-deps-hadoop-3.2-hive-2.3; the archive of 3.0.1"),
        new("3.1.0", "3.2.0", "2.12.10", ["2.7.4", "3.2.0"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:4.12.0 snappy-java:1.1.8.2 jackson-databind:2.10.0 log4j:1.2.17",
            Files31, "v3.1.1 dev/deps/spark-deps-hadoop-3.2-hive-2.3"),
        new("3.2.0", "3.3.0", "2.12.15", ["2.7.4", "3.3.1"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:5.4.1 snappy-java:1.1.8.4 jackson-databind log4j:1.2.17",
            Files31, "v3.2.0 dev/deps/spark-deps-hadoop-3.2-hive-2.3; SPARK-33212 (shaded Hadoop)"),
        new("3.3.0", "3.4.0", "2.12.15", ["2.7.4", "3.3.2"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:5.12.2 snappy-java jackson-databind log4j-core log4j-1.2-api",
            Files31, "v3.3.0 dev/deps/spark-deps-hadoop-3-hive-2.3"),
        new("3.4.0", "3.5.0", "2.12.17", ["3.3.4"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:6.4.1 snappy-java jackson-databind:2.14.2 log4j-core:2.19.0 log4j-1.2-api:2.19.0 hadoop-shaded-guava:1.1.1",
            Files31, "v3.4.0 dev/deps/spark-deps-hadoop-3-hive-2.3"),
        new("3.5.0", "4.0.0", "2.12.18", ["3.3.4"],
            $"{Modules} {Always} guava:14.0.1 kubernetes-client:6.7.2 snappy-java jackson-databind:2.15.2 log4j-core:2.20.0 log4j-1.2-api:2.20.0 hadoop-shaded-guava:1.1.1",
            Files31, "v3.5.0-v3.5.4 dev/deps/spark-deps-hadoop-3-hive-2.3"),
        new("4.0.0", "4.1.0", "2.13", ["3.4.1"],
            $"{Modules} {Always} guava:33.4.0-jre failureaccess kubernetes-client:7.1.0 snappy-java:1.1.10.7 jackson-databind:2.18.2 log4j-core:2.24.3 log4j-1.2-api:2.24.3 hadoop-shaded-guava:1.3.0",
            Files31, "v4.0.0 dev/deps/spark-deps-hadoop-3-hive-2.3"),
        new("4.1.0", "5.0.0", "2.13", [],
            $"{Modules} {Always} failureaccess guava kubernetes-client snappy-java jackson-databind log4j-core log4j-1.2-api",
            Files31, "master of August 2025, dev/deps/spark-deps-hadoop-3-hive-2.3"),
    ];

    /// <summary>The row of a release; null for one that is older or newer than all rows.</summary>
    internal static SparkRelease? Find(string version)
    {
        var release = ReleaseNumber.TryParse(version);
        if (release is null)
        {
            return null;
        }

        return All.FirstOrDefault(r => r.Covers(release));
    }
}
