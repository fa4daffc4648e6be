using System.Text.Json;
using Azure;
using Azure.Identity;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>What Azure can refuse.</summary>
internal static class AzureErrors
{
    internal static SparkAzureException AzureSignInFailed(Exception inner) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"No token for Azure could be had: {WordsOf(inner)}",
        "Choose where it comes from with -TokenSource, or hand one in with -AccessToken (Get-AzAccessToken -AsSecureString). On an Azure VM with a managed identity: -TokenSource ManagedIdentity.",
        null,
        inner);

    internal static SparkAzureException AzureTokenRefused(string request, ServiceAnswer answer, Exception inner) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"Azure Resource Manager refused the token: {request} -> {answer}",
        "Take a new token of the right tenant, for the audience of the endpoint asked (https://management.azure.com in the public cloud).",
        request,
        inner);

    internal static SparkAzureException AzureAccessDenied(string request, ServiceAnswer answer, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"Azure Resource Manager denied the request: {request} -> {answer}",
        "Give the account the role Reader or 'Azure Kubernetes Service Cluster User Role' on the cluster.",
        request,
        inner);

    internal static SparkAzureException AksClusterNotFound(string clusterName, string resourceGroupName, string subscriptionId, ServiceAnswer answer, IReadOnlyList<string> known) => Failure.Create(
        ErrorKind.NotFound,
        $"Azure has no cluster '{clusterName}' in resource group '{resourceGroupName}' of subscription {subscriptionId}: {answer}."
            + (known.Count == 0 ? "" : $" Clusters of this subscription that the account can see: {string.Join(", ", known)}."),
        "Check the three names; -SubscriptionId chooses another subscription.",
        clusterName);

    internal static SparkAzureException AzureRequestFailed(string request, ServiceAnswer answer, Exception inner) => Failure.Create(
        answer.Status is 408 or 429 or >= 500 ? ErrorKind.Unavailable : ErrorKind.OperationFailed,
        $"Azure Resource Manager answered with an error: {request} -> {answer}",
        "Read Azure's own words above; after 429 or a 5xx run the same command again later.",
        request,
        inner);

    internal static SparkAzureException AzureUnavailable(string request, Exception inner) => Failure.Create(
        ErrorKind.Unavailable,
        $"Azure Resource Manager does not answer: {request}: {inner.GetBaseException().Message}",
        "Check name resolution, proxy (HTTPS_PROXY) and firewall between this host and that address, and the certificate authorities this host trusts.",
        request,
        inner);

    internal static SparkAzureException AzureAnswerUnreadable(string request, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"The answer to {request} cannot be understood: {why}.",
        "Check that -ResourceManagerEndpoint is Azure Resource Manager and that no proxy answers in its place.",
        request);

    internal static SparkAzureException NotASecureEndpoint(Uri endpoint) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{endpoint}' cannot be the address of Azure Resource Manager: a token is sent over https only.",
        "Give an address that begins with https://.",
        endpoint);

    internal static SparkAzureException NoSubscription() => Failure.Create(
        ErrorKind.NotFound,
        "The account sees no subscription of Azure.",
        "Give the account a role in the cluster's subscription, or take a token of the right tenant.");

    internal static SparkAzureException SubscriptionNotChosen(IReadOnlyList<string> subscriptions) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The account sees {subscriptions.Count} subscriptions: {string.Join(", ", subscriptions)}.",
        "Choose one with -SubscriptionId.");

    internal static SparkAzureException AksClusterHasNoAddress(string clusterName, string? provisioningState) => Failure.Create(
        ErrorKind.Unavailable,
        $"Azure names no address of the API server of cluster '{clusterName}' (provisioning state: {provisioningState ?? "unknown"}).",
        "Wait until the cluster has been made, then run the same command again.",
        clusterName);

    /// <summary>Turns what the SDK threw into the sentence that fits it; null when it is not the SDK's.</summary>
    internal static SparkAzureException? FromSdk(string request, Exception exception) => exception switch
    {
        AuthenticationFailedException failed => AzureSignInFailed(failed),
        RequestFailedException { Status: not 0 } failed => FromStatus(request, ServiceAnswer.Of(failed), failed),
        RequestFailedException failed => AzureUnavailable(request, failed),

        // Azure.Core throws an aggregate when every attempt failed without an answer, and a cancellation of its own when one
        // took too long.
        AggregateException aggregate => FromSdk(request, aggregate.InnerExceptions[^1]) ?? AzureUnavailable(request, aggregate.InnerExceptions[^1]),
        OperationCanceledException => AzureUnavailable(request, exception),
        JsonException json => AzureAnswerUnreadable(request, $"it is not the expected JSON ({json.Path ?? "from its start on"})"),
        _ => null,
    };

    private static SparkAzureException FromStatus(string request, ServiceAnswer answer, Exception inner) => answer.Status switch
    {
        401 => AzureTokenRefused(request, answer, inner),
        403 => AzureAccessDenied(request, answer, inner),
        _ => AzureRequestFailed(request, answer, inner),
    };

    // Azure.Identity says which credential failed, Entra ID's reason (AADSTS…) stands in the exception underneath, and both
    // like to spread over lines.
    private static string WordsOf(Exception exception)
    {
        var reason = exception.GetBaseException().Message;
        var words = exception.Message.Contains(reason, StringComparison.Ordinal) ? exception.Message : $"{exception.Message} {reason}";
        return string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.') + ".";
    }
}
