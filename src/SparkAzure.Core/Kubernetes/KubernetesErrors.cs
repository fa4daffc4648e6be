using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Kubernetes;

/// <summary>What a kubeconfig can lack.</summary>
internal static class KubernetesErrors
{
    internal static SparkAzureException KubeConfigNotFound(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no kubeconfig at '{path}': {why}.",
        "Let 'az aks get-credentials --resource-group … --name …' write one, or give the path of another.",
        path);

    internal static SparkAzureException KubeConfigUnreadable(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' is not a kubeconfig: {why}.",
        "Compare it with 'kubectl config view --kubeconfig …', or let 'az aks get-credentials' write it anew.",
        path);

    internal static SparkAzureException NoCurrentContext(string path, IReadOnlyList<string> contexts) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The kubeconfig '{path}' has no current context. {Listed(contexts)}",
        "Name one with -Context, or set it with 'kubectl config use-context …'.",
        path);

    internal static SparkAzureException ContextNotFound(string path, string context, IReadOnlyList<string> contexts) => Failure.Create(
        ErrorKind.NotFound,
        $"The kubeconfig '{path}' has no context '{context}'. {Listed(contexts)}",
        "Name one of these with -Context.",
        context);

    internal static SparkAzureException KubeConfigClusterNotFound(string path, string context, string cluster) => Failure.Create(
        ErrorKind.NotFound,
        $"Context '{context}' of the kubeconfig '{path}' names the cluster '{cluster}', which the file does not describe.",
        "Name another context with -Context, or let 'az aks get-credentials' write the file anew.",
        cluster);

    private static string Listed(IReadOnlyList<string> contexts) =>
        contexts.Count == 0 ? "It has no contexts at all." : $"Its contexts: {string.Join(", ", contexts)}.";
}
