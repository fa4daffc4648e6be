using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>What a line must be near to for a sign to count: what began the log entry that it is in.</summary>
internal enum FailureContext
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An executor's start: it asks the driver for the configuration.</summary>
    ExecutorStart,

    /// <summary>The start of the driver's SparkContext, or the end of its main thread.</summary>
    SparkStart,

    /// <summary>Spark's client of the API server.</summary>
    KubernetesClient,

    /// <summary>A block that is fetched or sent.</summary>
    BlockTransfer,

    /// <summary>Python code in an executor.</summary>
    PythonWorker,

    /// <summary>A task that failed in an executor.</summary>
    Task,

    /// <summary>Hadoop's drivers for Azure.</summary>
    AzureStorage,

    /// <summary>The Hive metastore.</summary>
    Hive,
}

/// <summary>When a sign counts.</summary>
internal enum FailureWeight
{
    /// <summary>As soon as it is seen.</summary>
    Decides,

    /// <summary>When nothing that decides has come for a while.</summary>
    Waits,

    /// <summary>Only in a run that is seen to fail: runs go on after it as well.</summary>
    WhenFailed,
}

/// <summary>What a line looks like that says a cause.</summary>
/// <param name="Words">What stands in the line, all of it.</param>
internal sealed record FailureSign(params string[] Words)
{
    private Regex? _form;

    /// <summary>What does not stand in the line.</summary>
    public string[] Without { get; init; } = [];

    /// <summary>What the entry began with.</summary>
    public FailureContext After { get; init; }

    /// <summary>What the entry did not begin with.</summary>
    public FailureContext NotAfter { get; init; }

    /// <summary>When it counts.</summary>
    public FailureWeight Weight { get; init; }

    /// <summary>The kinds of evidence that it is looked for in; empty for all.</summary>
    public SparkFailureEvidenceKind[] Kinds { get; init; } = [];

    /// <summary>Whether the value <c>host</c> must be the driver's, as far as the log tells which that is.</summary>
    public bool IsOfDriver { get; init; }

    /// <summary>
    /// Whether it counts at once only until an executor has come: where one has, the rights were there, and an API server
    /// that restarts refuses everybody for some seconds.
    /// </summary>
    public bool IsOfStart { get; init; }

    /// <summary>
    /// Whether it counts only once executors are lost so again and again, and no task is done meanwhile
    /// (<see cref="ExecutorLosses"/>).
    /// </summary>
    public bool IsRepeated { get; init; }

    /// <summary>Whether the cluster's autoscaler may cure it: where it says so, the sign waits.</summary>
    public bool IsScheduling { get; init; }

    /// <summary>
    /// What the line must match besides; its groups are the values of the cause's text. It never goes back, so a
    /// hostile line costs no more than another.
    /// </summary>
    public string? Form { get; init; }

    /// <summary>Whether the line speaks of a class or member; it counts where a released jar has it.</summary>
    public bool IsOfClass { get; init; }

    /// <summary>What a line gives to the cause's text; null where it is not of the form.</summary>
    public Dictionary<string, string>? ValuesIn(string line)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Form is null)
        {
            return values;
        }

        _form ??= new Regex(
            Form, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
        var match = _form.Match(line);
        if (!match.Success)
        {
            return null;
        }

        foreach (Group group in match.Groups)
        {
            if (group.Success && group.Name != "0")
            {
                values[group.Name] = group.Value;
            }
        }

        return values;
    }
}

/// <summary>What a line looks like that begins a context, or tells how the run went.</summary>
/// <param name="Words">What stands in the line.</param>
internal sealed record FailureMark(params string[] Words)
{
    /// <summary>The context that it begins.</summary>
    public FailureContext Context { get; init; }

    /// <summary>True where the entry is about what comes of the job's end, and says nothing of why it ended.</summary>
    public bool IsAftermath { get; init; }

    /// <summary>True where the run, or a job in it, failed.</summary>
    public bool IsFailure { get; init; }

    /// <summary>True where the driver has no executors.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>What the source is, where the line tells that.</summary>
    public SparkFailureEvidenceKind? Kind { get; init; }

    /// <summary>True where a job was done.</summary>
    public bool IsSuccess { get; init; }

    /// <summary>True where a task was done.</summary>
    public bool IsProgress { get; init; }

    /// <summary>True where the cluster's autoscaler has asked for nodes.</summary>
    public bool IsScaleUp { get; init; }

    /// <summary>True where an executor has come to the driver.</summary>
    public bool IsRegistration { get; init; }
}
