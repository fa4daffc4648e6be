using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A set of jars that is to be linked.</summary>
/// <param name="Jars">The files.</param>
/// <param name="SparkVersion">The Spark release that they are for.</param>
internal sealed record JarLinkageRequest(IReadOnlyList<string> Jars, string SparkVersion)
{
    /// <summary>The Java that runs it; null for the one that the release's images have.</summary>
    public int? JavaVersion { get; init; }

    /// <summary>A JDK or JRE of that Java on this host; null where a table of its packages must do.</summary>
    public string? JavaHome { get; init; }

    /// <summary>Where what was read of jars is kept; null for nowhere.</summary>
    public string? IndexFolder { get; init; }

    /// <summary>
    /// The Java that runs it. Source: the base images in the releases' Dockerfiles (8 up to 3.0, 11 up to 3.4, 17
    /// since).
    /// </summary>
    public int Java => JavaVersion ?? JavaOf(ReleaseNumber.TryParse(SparkVersion));

    private static int JavaOf(ReleaseNumber? spark)
    {
        if (spark is null || spark >= ReleaseNumber.Parse("3.5.0"))
        {
            return 17;
        }

        if (spark >= ReleaseNumber.Parse("3.1.0"))
        {
            return 11;
        }

        return 8;
    }
}
