namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>What a search for conflicts needs to know.</summary>
public sealed record SparkJarConflictOptions
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The features that jobs use beside those of every job: what they meet is an Error.</summary>
    public IReadOnlyList<SparkFeature> For { get; init; } = [];

    /// <summary>
    /// The data directory of a DSS whose jobs are meant: the file systems of its connections count as asked
    /// <see cref="For"/>; null for none.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>Tells as well of what refers to missing classes and no run came to.</summary>
    public bool All { get; init; }

    /// <summary>The Java that runs the jobs: 8, 11, 17; null for the one that the release's images have.</summary>
    public int? JavaVersion { get; init; }

    /// <summary>A JDK or JRE of that Java on this host; without one a table of its packages stands for it.</summary>
    public string? JavaHome { get; init; }

    /// <summary>Where what was read of jars is kept; null for the user's cache.</summary>
    public string? IndexFolder { get; init; }
}
