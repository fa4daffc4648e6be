namespace SparkAzure;

/// <summary>Whether a feature would work.</summary>
public enum SparkFeatureOutcome
{
    /// <summary>
    /// Not known: no run of it was recorded, or the classes of its jar cannot be read.
    /// </summary>
    Unknown,

    /// <summary>It works, as far as the jars go.</summary>
    Works,

    /// <summary>It is there, and throws.</summary>
    Fails,

    /// <summary>The distribution does not have it.</summary>
    Missing,
}

/// <summary>Whether a feature of a Spark distribution would work, and with which jars it would.</summary>
public sealed record SparkFeatureState
{
    /// <summary>The feature.</summary>
    public required SparkFeature Feature { get; init; }

    /// <summary>Whether it would work.</summary>
    public required SparkFeatureOutcome State { get; init; }

    /// <summary>
    /// What a job that uses it is told first, as the JVM prints it; null where it works, and where that is not known.
    /// </summary>
    public string? Exception { get; init; }

    /// <summary>
    /// The jars with which it would work, as artifact and version; empty where it works, or where nothing tells of one
    /// of them.
    /// </summary>
    public IReadOnlyList<string> RequiredJars { get; init => field = value.ToArray(); } = [];

    /// <summary>The feature and its state.</summary>
    public override string ToString() => $"{Feature} {State}";
}
