using Azure;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Images.AcrTask;

/// <summary>What building in Azure can refuse.</summary>
internal static class AcrTaskErrors
{
    internal static SparkAzureException AcrTasksNotAllowed(string host, Exception inner) => Failure.Create(
        ErrorKind.NotSupported,
        $"Azure allows no ACR Tasks for the registry {host}: subscriptions on free credit, and some others, have " +
        $"them switched off (TasksOperationsNotAllowed).",
        "Ask Azure's support to allow them for the subscription or move it to pay-as-you-go; or use -Engine Docker, " +
        "or -Engine Registry with -BaseImage.",
        host,
        inner);

    internal static SparkAzureException AcrTasksAccessDenied(
        string host, string words, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"This account may not run ACR Tasks in the registry {host}: {words}",
        AccessRefusal.Of(inner.InnerException)?.Remedy ??
        "Give it Contributor on the registry, or Container Registry Tasks Contributor; AcrPush is not enough. A new " +
        "role takes minutes to hold. -Engine Docker and -Engine Registry need AcrPush only.",
        host,
        inner);

    internal static SparkAzureException AcrTaskNetworkRefused(
        string host, string status, IReadOnlyList<string> lastLines) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The run in the registry {host} ended as {status}, and the registry's network rules keep the agents of ACR " +
        $"Tasks out: they push from addresses of Azure's own.{Tail(lastLines)}",
        "Let tasks bypass the rules (az acr update --allow-trusted-services and networkRuleBypassAllowedForTasks), " +
        "give an agent pool of the registry's that is inside with -AgentPool, or publish from a host that the rules " +
        "let in with -Engine Docker or -Engine Registry.",
        host);

    internal static SparkAzureException AcrRunFailed(
        string host,
        string runId,
        string status,
        string? words,
        IReadOnlyList<string> lastLines) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Run {runId} in the registry {host} ended as " +
        $"{status}{(string.IsNullOrWhiteSpace(words) ? "" : $": {words.TrimEnd('.')}")}.{Tail(lastLines)}",
        status switch
        {
            "Canceled" => "Somebody cancelled it. The registry's tags are as they were; run the same command again.",
            "Timeout" => "Give it more time with -TimeoutSeconds. The registry's tags are as they were.",
            "Error" => "The fault is Azure's own; run the same command again later.",
            _ =>
                "Mend what the last lines say; images are pushed only after all are built. -Verbose shows the whole " +
                "log, and so does az acr task logs --run-id.",
        },
        runId);

    internal static SparkAzureException AcrRunNotStarted(string host, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"Azure's answer to the request for a run in the registry {host} lacks {why}.",
        "Check that -ResourceManagerEndpoint is Azure Resource Manager and that no proxy answers in its place.",
        host);

    internal static SparkAzureException AcrRunResultDiffers(
        string reference, string runId, string told, string found) => Failure.Create(
        ErrorKind.InvalidData,
        $"Run {runId} says that it pushed {reference} as {told}, but the registry has {found} under that tag.",
        "Somebody else pushed the same tag meanwhile, or the tag is locked. Use a tag of your own for each set of " +
        "jars, and run the same command again.",
        reference);

    internal static SparkAzureException AcrStorageRefused(
        string host, string what, int status, string code) => Failure.Create(
        ErrorKind.OperationFailed,
        $"The storage of ACR Tasks ({host}) refused {what}: {status} {code}".TrimEnd() + ".",
        "Run the same command again; when it stays so, look whether a proxy between changes requests to that host.",
        host);

    internal static SparkAzureException AcrStorageUnavailable(string host, string what, string why) => Failure.Create(
        ErrorKind.Unavailable,
        $"The storage of ACR Tasks ({host}) did not take or give {what}: {why}.",
        "This host must reach that address over https (firewall, HTTPS_PROXY), beside Resource Manager and the " +
        "registry.",
        host);

    /// <summary>
    /// What Azure means by refusing a call on tasks; the refusal itself where nothing more is known of it.
    /// </summary>
    internal static SparkAzureException FromRefusal(
        string host, SparkAzureException refusal) => refusal.InnerException switch
    {
        RequestFailedException { ErrorCode: "TasksOperationsNotAllowed" } => AcrTasksNotAllowed(host, refusal),
        RequestFailedException { Status: 403 } => AcrTasksAccessDenied(host, refusal.Message, refusal),
        _ => refusal,
    };

    private static string Tail(IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return "";
        }

        return "\nIts last lines:\n  " + string.Join("\n  ", lines) + "\n";
    }
}
