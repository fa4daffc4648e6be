using k8s.Models;

namespace SparkAzure.Core.Aks.Pods;

/// <summary>An executor's pod, as its status tells it at one moment.</summary>
/// <param name="Pod">What the API server sent.</param>
/// <param name="Gone">True once the object is deleted.</param>
internal sealed record ExecutorPod(V1Pod Pod, bool Gone)
{
    /// <summary>Its name.</summary>
    public string Name => Pod.Metadata?.Name ?? "";

    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string Phase => Pod.Status?.Phase ?? "Unknown";

    /// <summary>The node that it was given to; null before.</summary>
    public string? Node => Pod.Spec?.NodeName;

    /// <summary>Spark's own number of the executor (label spark-exec-id); null where it has none.</summary>
    public string? ExecutorId => Label("spark-exec-id");

    /// <summary>The id of the application (label spark-app-selector); null where it has none.</summary>
    public string? Application => Label("spark-app-selector");

    /// <summary>The one container of an executor; null before the kubelet tells of it.</summary>
    public V1ContainerStatus? Container => Pod.Status?.ContainerStatuses?.FirstOrDefault();

    /// <summary>The image by its digest, as the node runs it; null before it was pulled.</summary>
    public string? ImageDigest
    {
        get
        {
            var id = Container?.ImageID ?? "";
            var at = id.IndexOf("sha256:", StringComparison.Ordinal);
            return at < 0 ? null : id[at..];
        }
    }

    /// <summary>True from the moment at which there can be a log.</summary>
    public bool HasStarted => Container?.State is { } state && (state.Running is not null || state.Terminated is not null);

    private string? Label(string name) => Pod.Metadata?.Labels?.TryGetValue(name, out var value) == true ? value : null;
}
