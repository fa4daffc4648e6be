namespace SparkAzure.Core.Setup.Checks;

/// <summary>What an API server says when it takes no pod, and what cures it.</summary>
/// <param name="Words">Words of the server that no other refusal has.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Command">The cmdlet that does it; null for none.</param>
internal sealed record PodRefusal(string Words, string Remedy, string? Command);

/// <summary>
/// The refusals of admission, by the server's own words; a job meets the same, wrapped in "Failure executing: POST". Made
/// for real on Kubernetes 1.34 in November 2026; the words are those of apiserver/pkg/authorization and of the admission
/// plugins ServiceAccount, ResourceQuota, LimitRanger and PodSecurity.
/// </summary>
internal static class PodRefusals
{
    private const string Namespace = "Initialize-SparkNamespace";
    private const string Configuration = "Set-DssSparkConfig";

    /// <summary>The rows; the first whose words are there counts.</summary>
    public static readonly IReadOnlyList<PodRefusal> Rows =
    [
        new("error looking up service account", "Make the service account, or set -ServiceAccount to one that is there.", Namespace),
        new("exceeded quota", "Have the quota raised, or ask for less: fewer or smaller executors (-ExecutorInstances, -ExecutorMemory, -ExecutorRequestCores).", Configuration),
        new("must specify limits", "The quota counts limits: set -ExecutorLimitCores.", Configuration),
        new("violates PodSecurity", "Label the namespace pod-security.kubernetes.io/enforce=baseline, or give Spark 3 a template that says what is wanted (spark.kubernetes.executor.podTemplateFile).", null),
        new("maximum cpu usage per", "A LimitRange of the namespace allows less: set -ExecutorRequestCores and -ExecutorLimitCores, or have it changed.", Configuration),
        new("maximum memory usage per", "A LimitRange of the namespace allows less: set -ExecutorMemory, or have it changed.", Configuration),
        new("minimum cpu usage per", "A LimitRange of the namespace wants more: set -ExecutorRequestCores.", Configuration),
        new("minimum memory usage per", "A LimitRange of the namespace wants more: set -ExecutorMemory.", Configuration),
        new("because it is being terminated", "The namespace is being deleted: wait, then make it again.", Namespace),
        new("cannot create resource \"pods\"", "Give the user of the kubeconfig the role (-UserName).", Namespace),
        new("namespaces \"", "Make the namespace, or set -Namespace to one that is there.", Namespace),
        new("must be less than or equal to cpu limit", "Set -ExecutorRequestCores to no more than -ExecutorLimitCores.", Configuration),
    ];

    /// <summary>The row for what a server said; null where none fits.</summary>
    public static PodRefusal? Of(string words) =>
        Rows.FirstOrDefault(r => words.Contains(r.Words, StringComparison.Ordinal));
}
