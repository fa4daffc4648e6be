namespace SparkAzure;

/// <summary>What a piece of evidence of a Spark job is.</summary>
public enum SparkFailureEvidenceKind
{
    /// <summary>A text of which nobody has said what it is: a job's log, what a tool printed.</summary>
    Text,

    /// <summary>What the driver printed.</summary>
    DriverLog,

    /// <summary>What an executor printed.</summary>
    ExecutorLog,

    /// <summary>The state of a pod or of its container.</summary>
    PodStatus,

    /// <summary>An event of Kubernetes.</summary>
    Event,

    /// <summary>What a service answered: the API server, a registry, the storage.</summary>
    ApiAnswer,
}

/// <summary>Why a Spark job failed, the line that decides, and what cures it.</summary>
public sealed record SparkFailureCause
{
    /// <summary>The cause's id, the same over versions of the module: <c>ImageNotFound</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What is wrong, in one sentence, with the names that the line gives.</summary>
    public required string Cause { get; init; }

    /// <summary>
    /// The line that decides, as it was printed, without what a logging system put before it; secrets and what steers a
    /// terminal are taken out, and it is cut after 1,000 characters.
    /// </summary>
    public required string Line { get; init; }

    /// <summary>Which line it is, from 1; null where evidence did not come from a text with lines.</summary>
    public long? LineNumber { get; init; }

    /// <summary>The file that has the line; null where the text came from the pipeline.</summary>
    public string? Path { get; init; }

    /// <summary>What sort of evidence the line is.</summary>
    public required SparkFailureEvidenceKind Evidence { get; init; }

    /// <summary>The pod, object or file that the line speaks of or comes from; null where that is not known.</summary>
    public string? Name { get; init; }

    /// <summary>How many lines say it, in the whole text.</summary>
    public long Lines { get; init; } = 1;

    /// <summary>What to do.</summary>
    public required string Remedy { get; init; }

    /// <summary>The cmdlet that cures it; null where none does.</summary>
    public string? Command { get; init; }

    /// <summary>
    /// The jars that bring what is missing, as artifact and version; empty where nothing is missing or no table tells.
    /// </summary>
    public IReadOnlyList<string> RequiredJars { get; init => field = value.ToArray(); } = [];

    /// <summary>Where it is known from: a run of the fault, an issue, a page of documentation.</summary>
    public required string Source { get; init; }

    /// <summary>The cause in one line.</summary>
    public override string ToString() => $"{Id}: {Cause}";
}
