namespace SparkAzure.Core.Spark.Failures;

/// <summary>Where a cause was seen.</summary>
/// <param name="Evidence">The evidence.</param>
/// <param name="Line">The line, without prefixes.</param>
/// <param name="Sequence">Which piece of evidence it is, of all.</param>
internal sealed record FailureSighting(FailureEvidence Evidence, string Line, long Sequence)
{
    /// <summary>Which line of its source it is; null where it has no lines.</summary>
    public long? Number { get; init; }

    /// <summary>What sort of evidence it is, as far as the source tells by now.</summary>
    public SparkFailureEvidenceKind Kind { get; init; } = Evidence.Kind;

    /// <summary>The file; null where it is none.</summary>
    public string? Path => Evidence.Path;

    /// <summary>When it was seen.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>When the sign counts.</summary>
    public FailureWeight Weight { get; init; }

    /// <summary>Whether it counts because it repeats itself.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether the cluster's autoscaler may cure it.</summary>
    public bool IsScheduling { get; init; }
}
