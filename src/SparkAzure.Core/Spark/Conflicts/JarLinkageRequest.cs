using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A set of jars that is to be linked.</summary>
/// <param name="Jars">The files.</param>
/// <param name="SparkVersion">The Spark release that they are for.</param>
internal sealed record JarLinkageRequest(IReadOnlyList<string> Jars, string SparkVersion)
{
    // The Java of the base image in the Dockerfile of v2.3.0, v3.1.1 and v3.5.0, the newest first.
    private static readonly (string From, int Java)[] Images = [("3.5.0", 17), ("3.1.0", 11), ("0", 8)];

    /// <summary>The Java that runs it; null for the one that the release's images have.</summary>
    public int? JavaVersion { get; init; }

    /// <summary>A JDK or JRE of that Java on this host; null where a table of its packages must do.</summary>
    public string? JavaHome { get; init; }

    /// <summary>Where what was read of jars is kept; null for nowhere.</summary>
    public string? IndexFolder { get; init; }

    /// <summary>The Java that runs it.</summary>
    public int Java => JavaVersion ?? JavaOf(ReleaseNumber.TryParse(SparkVersion));

    private static int JavaOf(ReleaseNumber? spark) =>
        Images.First(r => spark is null || spark >= ReleaseNumber.Parse(r.From)).Java;
}
