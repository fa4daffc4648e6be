namespace SparkAzure;

/// <summary>How a Spark distribution carries Hadoop.</summary>
public enum SparkJarLayout
{
    /// <summary>No Hadoop: a "without Hadoop" distribution, or its jars were taken away.</summary>
    None,

    /// <summary>
    /// One jar per Hadoop module (hadoop-common and its like): Spark before 3.2, and the Hadoop 2 builds of 3.2 and
    /// 3.3.
    /// </summary>
    Split,

    /// <summary>
    /// hadoop-client-api and hadoop-client-runtime, Hadoop's own dependencies relocated: Spark 3.2 and later.
    /// </summary>
    Shaded,

    /// <summary>Both at once, which no release has: two Hadoops on one class path.</summary>
    Both,
}

/// <summary>A Dockerfile of a Spark distribution.</summary>
/// <param name="Image">The image it makes: <c>spark</c>, <c>spark-py</c> or <c>spark-r</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="BaseImage">
/// The image it starts from, build arguments filled in with their defaults; for spark-py and spark-r the image
/// <c>spark</c>
/// (empty where the build argument has no default).
/// </param>
public sealed record SparkDistributionDockerfile(string Image, string Path, string BaseImage)
{
    /// <summary>The path.</summary>
    public override string ToString() => Path;
}

/// <summary>A Spark distribution on disk, as its jars and files tell it.</summary>
public sealed record SparkDistribution
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The Spark version, from Spark's own jars.</summary>
    public required string SparkVersion { get; init; }

    /// <summary>
    /// The Scala version: of scala-library, else the two numbers in the names of Spark's jars; null when neither tells.
    /// </summary>
    public string? ScalaVersion { get; init; }

    /// <summary>The Hadoop line, 2 or 3; null without Hadoop jars.</summary>
    public int? HadoopLine { get; init; }

    /// <summary>The Hadoop release, from hadoop-common or hadoop-client-api; null without them.</summary>
    public string? HadoopRelease { get; init; }

    /// <summary>How Hadoop is carried.</summary>
    public SparkJarLayout JarLayout { get; init; }

    /// <summary>The version of kubernetes-client; null where it is not there.</summary>
    public string? KubernetesClientVersion { get; init; }

    /// <summary>The version of snappy-java, several separated by a comma; null where it is not there.</summary>
    public string? SnappyVersion { get; init; }

    /// <summary>The version of guava, several separated by a comma; null where it is not there.</summary>
    public string? GuavaVersion { get; init; }

    /// <summary>The Dockerfiles, the one of the image spark first.</summary>
    public IReadOnlyList<SparkDistributionDockerfile> Dockerfiles { get; init => field = value.ToArray(); } = [];

    /// <summary>How many jars there are.</summary>
    public int JarCount { get; init; }

    /// <summary>Their size in bytes.</summary>
    public long JarBytes { get; init; }

    /// <summary>
    /// What a release of this version ships and is not there: files by path, jars as artifact and, where known,
    /// version.
    /// </summary>
    public IReadOnlyList<string> Missing { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// What else stands out: RELEASE absent or wrong, jars of two releases, another Hadoop than the release ships.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// Per feature of Spark whether it would work with these jars, and with which it would; empty where that was not
    /// asked.
    /// </summary>
    public IReadOnlyList<SparkFeatureState> Features { get; init => field = value.ToArray(); } = [];

    /// <summary>Names the distribution in one line.</summary>
    public override string ToString() =>
        $"Spark {SparkVersion} with {(HadoopRelease is null ? "no Hadoop" : $"Hadoop {HadoopRelease}")}: {SparkHome}";
}
