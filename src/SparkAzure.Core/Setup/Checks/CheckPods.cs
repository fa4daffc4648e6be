using k8s;
using k8s.Models;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>The pods that checks make in a namespace, and how they go.</summary>
/// <param name="api">The API server.</param>
/// <param name="space">The namespace.</param>
/// <param name="caller">Is told of what was left.</param>
internal sealed class CheckPods(ApiServerClient api, string space, ICaller caller)
{
    /// <summary>The label that all pods of all runs have.</summary>
    public const string Label = "sparkazure.io/check";

    /// <summary>How long one is there at most; twice its deadline, which counts from the moment at which a node takes it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(2 * DeadlineSeconds);

    private const int DeadlineSeconds = 120;

    private static readonly TimeSpan Cleaning = TimeSpan.FromSeconds(10);

    /// <summary>Makes a pod one of a run: with its label, a deadline, no token, and no time to end in.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="run">The run.</param>
    public static void Mark(V1Pod pod, string run)
    {
        pod.Metadata.Labels = new Dictionary<string, string> { [Label] = run, ["app.kubernetes.io/managed-by"] = "SparkAzure" };
        pod.Spec.ActiveDeadlineSeconds = DeadlineSeconds;
        pod.Spec.TerminationGracePeriodSeconds = 0;
        pod.Spec.AutomountServiceAccountToken = false;
    }

    /// <summary>Makes one.</summary>
    /// <exception cref="SparkAzureException">What the API server says.</exception>
    public Task CreateAsync(V1Pod pod, CancellationToken cancellationToken) =>
        api.CallAsync(
            (library, stop) => library.CoreV1.CreateNamespacedPodAsync(pod, Uri.EscapeDataString(space), cancellationToken: stop),
            cancellationToken);

    /// <summary>The one of a run by its name; null where it is gone.</summary>
    /// <exception cref="SparkAzureException">What the API server says.</exception>
    public async Task<V1Pod?> FindAsync(string run, string name, CancellationToken cancellationToken)
    {
        var pods = await ListAsync($"{Label}={run}", cancellationToken).ConfigureAwait(false);
        return pods.FirstOrDefault(p => p.Metadata.Name == name);
    }

    /// <summary>Deletes one. Not ended with the run: a pod that is there goes, whoever has lost interest.</summary>
    public async Task DeleteAsync(string name)
    {
        using var limit = new CancellationTokenSource(Cleaning);
        try
        {
            await api.FindAsync(
                (library, stop) => library.CoreV1.DeleteNamespacedPodAsync(
                    Uri.EscapeDataString(name), Uri.EscapeDataString(space), gracePeriodSeconds: 0, cancellationToken: stop),
                limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SparkAzureException or OperationCanceledException)
        {
            caller.Verbose(
                $"Pod {name} could not be deleted ({exception.Message}); it ends by itself, and the next run deletes it.");
        }
    }

    /// <summary>Deletes those of runs that were killed: nobody else removes them.</summary>
    public async Task CleanAsync(CancellationToken cancellationToken)
    {
        try
        {
            var left = await ListAsync(Label, cancellationToken).ConfigureAwait(false);
            foreach (var pod in left.Where(IsLeft))
            {
                caller.Verbose($"Deleting pod {pod.Metadata.Name}, which a run that was killed has left.");
                await DeleteAsync(pod.Metadata.Name).ConfigureAwait(false);
            }
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) is not null)
        {
            caller.Debug($"Whether pods were left is not to be seen: {error.Message}");
        }
    }

    // One that has ended may be that of a run which reads its report now.
    private static bool IsLeft(V1Pod pod) =>
        RunName.IsOver(pod.Metadata.Name, DateTimeOffset.UtcNow)
        || pod.Metadata.CreationTimestamp < DateTime.UtcNow - Lifetime;

    private async Task<IList<V1Pod>> ListAsync(string selector, CancellationToken cancellationToken)
    {
        var pods = await api.CallAsync(
            (library, stop) => library.CoreV1.ListNamespacedPodAsync(
                Uri.EscapeDataString(space), labelSelector: selector, cancellationToken: stop),
            cancellationToken).ConfigureAwait(false);
        return pods.Items ?? [];
    }
}
