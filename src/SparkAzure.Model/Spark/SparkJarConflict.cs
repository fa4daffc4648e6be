namespace SparkAzure;

/// <summary>How much a jar conflict matters.</summary>
public enum SparkJarConflictSeverity
{
    /// <summary>
    /// Worth knowing; the distribution works as far as this goes. Untouched Apache releases have findings of this sort.
    /// </summary>
    Information,

    /// <summary>Some jobs fail, or some hosts.</summary>
    Warning,

    /// <summary>Jobs fail.</summary>
    Error,
}

/// <summary>What says that a job meets a conflict.</summary>
public enum SparkJarConflictBasis
{
    /// <summary>A rule with its source: what linking cannot see.</summary>
    Rule,

    /// <summary>
    /// Real runs of the feature came to the place that cannot be resolved here: a JVM says the same.
    /// </summary>
    Run,

    /// <summary>The jars' classes refer to it, where no run came to or another class stood.</summary>
    Reference,
}

/// <summary>
/// Jars of a Spark distribution that do not go together, with what the user would see and what cures it.
/// </summary>
public sealed record SparkJarConflict
{
    /// <summary>The rule's id; the same over versions of the module: <c>MissingAzureStorage</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>How much it matters.</summary>
    public required SparkJarConflictSeverity Severity { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>The file names of the jars concerned, in order.</summary>
    public IReadOnlyList<string> Jars { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// What a job or its user would meet: as a rule the exception that comes first, as the JVM prints it.
    /// </summary>
    public required string Symptom { get; init; }

    /// <summary>What to do.</summary>
    public required string Remedy { get; init; }

    /// <summary>Where it is known from: an issue number, a pom, a page of documentation, the jars themselves.</summary>
    public required string Source { get; init; }

    /// <summary>What says that a job meets it.</summary>
    public SparkJarConflictBasis Basis { get; init; }

    /// <summary>The features that meet it; empty where that is not known.</summary>
    public IReadOnlyList<SparkFeature> Features { get; init => field = value.ToArray(); } = [];

    /// <summary>The calls that lead there, the first one first, at most five; empty where none is known.</summary>
    public IReadOnlyList<string> Way { get; init => field = value.ToArray(); } = [];

    /// <summary>The file name of the jar whose class refers to what is not there; null for a rule.</summary>
    public string? ReferringJar { get; init; }

    /// <summary>
    /// The jars that cure it, as artifact and version; linked before they are named. Empty where none is known.
    /// </summary>
    public IReadOnlyList<string> RequiredJars { get; init => field = value.ToArray(); } = [];

    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The finding in one line.</summary>
    public override string ToString() => $"{Severity} {Rule}: {Summary}";
}
