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

    /// <summary>What a job or its user would meet: the text of the exception.</summary>
    public required string Symptom { get; init; }

    /// <summary>What to do.</summary>
    public required string Remedy { get; init; }

    /// <summary>Where the rule comes from: an issue number, a pom, a page of documentation.</summary>
    public required string Source { get; init; }

    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The finding in one line.</summary>
    public override string ToString() => $"{Severity} {Rule}: {Summary}";
}
