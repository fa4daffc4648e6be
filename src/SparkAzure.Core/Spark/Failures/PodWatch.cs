namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// What only time tells of pods that are watched: one that runs and does not come to the driver, and one that the
/// scheduler has not looked at.
/// </summary>
internal sealed class PodWatch
{
    // Seen: an executor registers 2 to 6 s after its container has started, and 20 s on a busy node, where it goes on
    // writing its log meanwhile; dropped packets take Spark 48 or 120 s without a word.
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Unscheduled = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, (DateTimeOffset Since, FailureEvidence Evidence)> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DateTimeOffset Since, FailureEvidence Evidence)> _waiting = new(StringComparer.Ordinal);

    /// <summary>Whether an executor has come to the driver.</summary>
    public bool HasRegistered { get; private set; }

    /// <summary>An executor has come to the driver, so its port is open.</summary>
    public void Register()
    {
        HasRegistered = true;
        _running.Clear();
    }

    /// <summary>Takes a pod's state, or that its executor says something.</summary>
    public void Take(FailureEvidence evidence)
    {
        if (evidence is { Kind: SparkFailureEvidenceKind.ExecutorLog, Name: { } writer, At: { } said }
            && _running.TryGetValue(writer, out var run))
        {
            _running[writer] = (said, run.Evidence);
            return;
        }

        if (evidence is not { Kind: SparkFailureEvidenceKind.PodStatus, Name: { } pod, At: { } at })
        {
            return;
        }

        var state = evidence.Line.Trim();
        if (state == "Pending")
        {
            _waiting.TryAdd(pod, (at, evidence));
            return;
        }

        _waiting.Remove(pod);
        if (state.StartsWith("running", StringComparison.OrdinalIgnoreCase))
        {
            if (!HasRegistered)
            {
                _running.TryAdd(pod, (at, evidence));
            }

            return;
        }

        _running.Remove(pod);
    }

    /// <summary>The causes that have become plain by a time, with what says so.</summary>
    public IEnumerable<(string Cause, FailureEvidence Evidence)> At(DateTimeOffset now)
    {
        foreach (var (since, evidence) in _running.Values.Where(r => now - r.Since >= Silent))
        {
            yield return ("DriverPortDropped", evidence with
            {
                Line = $"running, without a word since {since:HH:mm:ss}, and not registered with the driver after {Silent.TotalSeconds:F0} s",
            });
        }

        foreach (var (since, evidence) in _waiting.Values.Where(w => now - w.Since >= Unscheduled))
        {
            yield return ("SchedulerSilent", evidence with
            {
                Line = $"Pending since {since:HH:mm:ss}, without a word of the scheduler after {Unscheduled.TotalSeconds:F0} s",
            });
        }
    }
}
