using SparkAzure.Core.Aks.Pods;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>The executors that one driver had, by what their pods' states told.</summary>
/// <param name="logs">Where their logs are.</param>
internal sealed class SmokeTestExecutors(SmokeTestLogs logs)
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, SparkSmokeTestExecutor> _pods = new(StringComparer.Ordinal);
    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);

    /// <summary>All of them, in the order in which they were seen.</summary>
    public IReadOnlyList<SparkSmokeTestExecutor> All => [.. _order.Select(p => WithLog(_pods[p]))];

    /// <summary>Takes a state of a pod.</summary>
    /// <returns>Its line where it is another than before; else null.</returns>
    public string? Take(ExecutorPod pod)
    {
        var line = PodStatusLine.Of(pod);
        if (!_pods.TryGetValue(pod.Name, out var known))
        {
            _order.Add(pod.Name);
            known = new SparkSmokeTestExecutor { Pod = pod.Name, Id = pod.ExecutorId };
        }

        var isNew = line is not null && line != known.Status;
        _pods[pod.Name] = known with
        {
            Node = pod.Node ?? known.Node,
            Image = pod.Pod.Spec?.Containers?.FirstOrDefault()?.Image ?? known.Image,
            ImageDigest = pod.ImageDigest ?? known.ImageDigest,

            // That it is gone says nothing of how it ended.
            Status = isNew && line != "gone" ? line! : known.Status,
        };
        return isNew ? line : null;
    }

    /// <summary>Whether a pod is one of them.</summary>
    public bool Knows(string pod) => _pods.ContainsKey(pod);

    /// <summary>True once for each pod that there can be a log of.</summary>
    public bool BeginsLog(ExecutorPod pod) => !pod.Gone && pod.HasStarted && _followed.Add(pod.Name);

    private SparkSmokeTestExecutor WithLog(SparkSmokeTestExecutor executor) =>
        logs.Has(executor.Pod) ? executor with { LogPath = logs.PathOf(executor.Pod) } : executor;
}
