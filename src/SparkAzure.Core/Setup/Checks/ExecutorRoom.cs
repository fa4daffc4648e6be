using System.Diagnostics;
using k8s;
using k8s.Models;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// Whether a node has room for an executor: a pod of an executor's full size, which goes as soon as the scheduler has said so.
/// It tells without any right to see nodes, which those who run jobs seldom have.
/// </summary>
/// <param name="IsThere">Whether there is; null where it was not to be seen.</param>
/// <param name="Words">The node, or what Kubernetes says.</param>
internal sealed record ExecutorRoom(bool? IsThere, string Words)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // The scheduler says so at once, and takes it back as soon as other pods have gone.
    private static readonly TimeSpan Certain = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Tries it.</summary>
    /// <param name="pods">Where.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="spark">The Spark of DSS; null where it is not known.</param>
    /// <param name="run">The run that the pod is of.</param>
    /// <param name="cancellationToken">Ends it; the pod goes.</param>
    public static async Task<ExecutorRoom> TryAsync(
        CheckPods pods, StoredSparkConfig config, ReleaseNumber? spark, string run, CancellationToken cancellationToken)
    {
        var pod = ExecutorPod.Of(config, spark, RunName.Of(RunName.Check, DateTimeOffset.UtcNow + CheckPods.Lifetime));
        CheckPods.Mark(pod, run);
        pod.Spec.Containers[0].Args = ["true"];
        try
        {
            await pods.CreateAsync(pod, cancellationToken).ConfigureAwait(false);
            return await WatchAsync(pods, run, pod.Metadata.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) is not null)
        {
            return new ExecutorRoom(null, (error.InnerException as KubernetesException)?.Status?.Message ?? error.Message);
        }
        finally
        {
            await pods.DeleteAsync(pod.Metadata.Name).ConfigureAwait(false);
        }
    }

    private static async Task<ExecutorRoom> WatchAsync(
        CheckPods pods, string run, string name, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var pod = await pods.FindAsync(run, name, cancellationToken).ConfigureAwait(false);
            if (Judge(pod, clock.Elapsed) is { } room)
            {
                return room;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What a pod's status says of it; null while it says nothing.</summary>
    internal static ExecutorRoom? Judge(V1Pod? pod, TimeSpan waited)
    {
        if (pod is null)
        {
            return new ExecutorRoom(null, "the pod was deleted by somebody else.");
        }

        if (pod.Spec?.NodeName is { Length: > 0 } node)
        {
            return new ExecutorRoom(true, node);
        }

        var scheduled = pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        if (scheduled?.Status == "False" && waited > Certain)
        {
            return new ExecutorRoom(false, scheduled.Message ?? scheduled.Reason ?? "");
        }

        return waited > Longest ? new ExecutorRoom(null, "the scheduler says nothing of the pod.") : null;
    }
}
