using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts.Runs;

/// <summary>
/// The runs that tell of a distribution: those of its own line where they were recorded (2.4, 3.5), else those of the
/// nearest lines below and above. Class names hold over releases: of those that SQL loads in 3.5.9, more than half are
/// names of 2.4.8, seven years apart.
/// </summary>
internal sealed class RunSelection
{
    private readonly Dictionary<SparkFeature, UInt128> _ofFeatures = [];

    private RunSelection(IReadOnlyList<SparkRun> runs, bool isOfOwnLine)
    {
        IsOfOwnLine = isOfOwnLine;
        Releases = [.. runs.Select(r => r.Spark).Distinct()];
        foreach (var run in runs)
        {
            _ofFeatures[run.Feature] = Of(run.Feature) | run.Bit;
            All |= run.Bit;
        }
    }

    /// <summary>The releases that they are of, the one that tells most first.</summary>
    public IReadOnlyList<string> Releases { get; }

    /// <summary>True when they are of the release's own line; false when neighbours tell of it.</summary>
    public bool IsOfOwnLine { get; }

    /// <summary>All of them.</summary>
    public UInt128 All { get; }

    /// <summary>The features that they tell of.</summary>
    public IEnumerable<SparkFeature> Features => _ofFeatures.Keys.Order();

    /// <summary>When a class is first looked up, in the order of the release that tells most of it.</summary>
    public int RankOf(RecordedClass recorded)
    {
        foreach (var release in Releases)
        {
            if (recorded.RankIn(release) is { } rank)
            {
                return rank;
            }
        }

        return int.MaxValue;
    }

    /// <summary>Those of a feature.</summary>
    public UInt128 Of(SparkFeature feature) => _ofFeatures.GetValueOrDefault(feature);

    /// <summary>Chooses the runs for a release.</summary>
    /// <param name="runs">The runs to choose from.</param>
    /// <param name="spark">The Spark release.</param>
    /// <param name="java">The Java that will run it.</param>
    public static RunSelection For(IEnumerable<SparkRun> runs, ReleaseNumber spark, int java)
    {
        var lines = runs.GroupBy(r => LineOf(ReleaseNumber.Parse(r.Spark))).OrderBy(g => g.Key).ToList();
        var own = lines.Find(l => l.Key == LineOf(spark));
        if (own is not null)
        {
            return new RunSelection([.. NearestJava(own, java)], isOfOwnLine: true);
        }

        var below = lines.LastOrDefault(l => l.Key.CompareTo(LineOf(spark)) < 0);
        var above = lines.FirstOrDefault(l => l.Key.CompareTo(LineOf(spark)) > 0);
        return new RunSelection([.. NearestJava(below, java), .. NearestJava(above, java)], isOfOwnLine: false);
    }

    // What a JVM loads of the jars differs little between releases of Java, but it does: reflection, logging.
    private static IEnumerable<SparkRun> NearestJava(IEnumerable<SparkRun>? line, int java)
    {
        if (line is null)
        {
            return [];
        }

        return line.GroupBy(r => r.Java).MinBy(g => Math.Abs(g.Key - java))!;
    }

    private static (int Major, int Minor) LineOf(ReleaseNumber release) => (release.Major, release.Minor);
}
