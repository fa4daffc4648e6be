namespace SparkAzure.Core.Spark.Failures;

/// <summary>One line that may say why a job fails.</summary>
/// <remarks>
/// A pod's state is given as one line in one of these forms, each again when it changes:
/// <list type="bullet">
/// <item><c>Pending</c>, where no condition PodScheduled is there yet;</item>
/// <item><c>Pending PodScheduled=False Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. …</c>;</item>
/// <item><c>waiting ContainerCreating</c>, <c>waiting ErrImagePull: message</c> (any reason of a waiting container);</item>
/// <item><c>running</c>, when the container has started;</item>
/// <item><c>terminated reason=OOMKilled exit=137</c>, with <c> message=…</c> at the end where there is one;</item>
/// <item><c>Failed Evicted: message</c>, phase, reason and message of the pod;</item>
/// <item><c>gone</c>, when the pod is no longer there.</item>
/// </list>
/// An event is <c>Warning Reason message</c>. An answer is what a service says, its status before it: <c>403 message</c>.
/// </remarks>
/// <param name="Kind">What it is.</param>
/// <param name="Line">The line, without its end; of any length, and whatever stands in it.</param>
internal sealed record FailureEvidence(SparkFailureEvidenceKind Kind, string Line)
{
    /// <summary>Which line of its source it is, from 1; null where it is counted here.</summary>
    public long? Number { get; init; }

    /// <summary>Where it comes from: a pod, a file. Lines of one name are read in their order.</summary>
    public string? Name { get; init; }

    /// <summary>The file that the line stands in; null where it stands in none.</summary>
    public string? Path { get; init; }

    /// <summary>When it was seen; null where that is not known, as in a log that is read later.</summary>
    public DateTimeOffset? At { get; init; }
}
