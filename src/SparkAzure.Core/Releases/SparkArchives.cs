namespace SparkAzure.Core.Releases;

/// <summary>What the official archives of some Spark releases have, beside what <see cref="SparkJarTable"/> tells.</summary>
/// <param name="From">The first of the releases.</param>
/// <param name="Before">The release that ends them, not included; null where none has ended them yet.</param>
/// <param name="What">A Hadoop release, or a file by its path below the Spark home.</param>
/// <param name="Source">Where this was read.</param>
internal sealed record SparkArchiveRow(string From, string? Before, string What, string Source)
{
    private readonly ReleaseNumber _from = ReleaseNumber.Parse(From);
    private readonly ReleaseNumber? _before = ReleaseNumber.TryParse(Before);

    /// <summary>Whether a release is one of them.</summary>
    public bool Covers(ReleaseNumber release) => release >= _from && (_before is null || release < _before);
}

/// <summary>
/// What the lists of jars cannot tell: they were read from PyPI, which has one Hadoop per release and jars only.
/// </summary>
internal static class SparkArchives
{
    private const string Dockerfiles = "kubernetes/dockerfiles/spark";

    /// <summary>The Hadoops of the archives that PyPI does not have.</summary>
    internal static readonly IReadOnlyList<SparkArchiveRow> OtherHadoops =
    [
        new("2.3.0", "3.0.0", "2.6.5", "hadoop2.6 in dev/create-release/release-build.sh; hadoop.version of the profile hadoop-2.6"),
        new("3.0.0", "3.4.0", "2.7.4", "hadoop2.7 (3.0 to 3.2) and hadoop2 (3.3) in release-build.sh; dev/deps/spark-deps-hadoop-2.7-hive-2.3"),
        new("3.0.0", "3.1.0", "3.2.0", "hadoop3.2 in release-build.sh; v3.0.0 dev/deps/spark-deps-hadoop-3.2-hive-2.3; the archive of 3.0.1"),
    ];

    /// <summary>The files beside the jars that decide whether an image can be made.</summary>
    internal static readonly IReadOnlyList<SparkArchiveRow> Files =
    [
        new("2.3.0", null, "RELEASE", "dev/make-distribution.sh"),
        new("2.3.0", null, "bin/spark-submit", "dev/make-distribution.sh"),
        new("2.3.0", null, $"{Dockerfiles}/Dockerfile", "SPARK-18278; Dockerfiles of v2.3.0-v4.1.0"),
        new("2.3.0", null, $"{Dockerfiles}/entrypoint.sh", "Dockerfiles of v2.3.0-v4.1.0"),
        new("2.4.0", null, $"{Dockerfiles}/bindings/python/Dockerfile", "Dockerfiles of v2.4.0-v4.1.0"),
        new("2.4.0", null, $"{Dockerfiles}/bindings/R/Dockerfile", "Dockerfiles of v2.4.0-v4.1.0"),
        new("3.1.0", null, $"{Dockerfiles}/decom.sh", "Dockerfiles of v3.1.1-v4.1.0"),
    ];

    /// <summary>What the rows of a table say of a release.</summary>
    /// <param name="rows">One of the tables here.</param>
    /// <param name="release">The release.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<SparkArchiveRow> rows, ReleaseNumber release) =>
        [.. rows.Where(r => r.Covers(release)).Select(r => r.What)];
}
