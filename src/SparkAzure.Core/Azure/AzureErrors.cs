using System.Text.Json;
using Azure;
using Azure.Identity;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Azure;

/// <summary>What Azure can refuse.</summary>
internal static class AzureErrors
{
    internal static SparkAzureException AzureSignInFailed(Exception inner) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"No token for Azure could be had. {inner.Message}",
        "Choose where it comes from with -TokenSource, or hand one in with -AccessToken (Get-AzAccessToken " +
        "-AsSecureString). On an Azure VM with a managed identity: -TokenSource ManagedIdentity.",
        null,
        inner);

    internal static SparkAzureException NoTokenForService(string service, string parameter) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{service} has to be asked, but the only token given is one for Azure Resource Manager, which {service} " +
        $"would refuse and is not shown.",
        $"Give a token for {service} as well, with {parameter}, or leave -AccessToken away so that a source of " +
        $"tokens (-TokenSource) is asked for both.");

    internal static SparkAzureException AzureTokenRefused(
        string service, string request, ServiceAnswer answer, Exception inner) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"{service} refused the token: {request} -> {answer}",
        "The token may have expired, or be of another tenant (-TenantId), or be made for another address: take a new " +
        "one for the endpoint asked (https://management.azure.com for Resource Manager in the public cloud).",
        request,
        inner);

    internal static SparkAzureException AzureAccessDenied(
        string service, string request, ServiceAnswer answer, Exception inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"{service} denied the request: {request} -> {answer}",
        AccessRefusal.Of(inner)?.Remedy ??
        "Give the account a role with the action that Azure's words name, on that resource or above it (a new role " +
        "takes minutes to hold). The cmdlet's help, under Azure roles, says which role it needs.",
        request,
        inner);

    internal static SparkAzureException AksClusterNotFound(
        string clusterName,
        string? resourceGroupName,
        string subscriptionId,
        ServiceAnswer? answer,
        IReadOnlyList<string> known) => Failure.Create(
        ErrorKind.NotFound,
        $"Azure has no cluster '{clusterName}' in " +
        $"{(resourceGroupName is null ? "" : $"resource group '{resourceGroupName}' of ")}subscription " +
        $"{subscriptionId}{(answer is null ? "" : $": {answer}")}.{Seen(known)}",
        "Check the names; -SubscriptionId chooses another subscription.",
        clusterName);

    private static string Seen(IReadOnlyList<string> known)
    {
        var names = string.Join(", ", known);
        if (known.Count == 0)
        {
            return "";
        }

        return $" Clusters of this subscription that the account can see: {names}.";
    }

    internal static SparkAzureException AksClusterAmbiguous(
        string clusterName, IReadOnlyList<string> groups) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The subscription has {groups.Count} clusters named '{clusterName}', in the resource groups " +
        $"{string.Join(" and ", groups.Select(g => $"'{g}'"))}.",
        "Say which with -ResourceGroupName.",
        clusterName);

    internal static SparkAzureException AksClusterHasNoPublicName(string clusterName) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The private cluster '{clusterName}' has no public name (enablePrivateClusterPublicFQDN is false).",
        "Leave -PublicFqdn away, or give the cluster a public name with 'az aks update --enable-public-fqdn'.",
        clusterName);

    internal static SparkAzureException AksClusterStopped(string clusterName) => Failure.Create(
        ErrorKind.Unavailable,
        $"Cluster '{clusterName}' is stopped, and Azure hands out no credential of a stopped cluster.",
        "Start it first ('az aks start' or Start-AzAksCluster), then run the same command again.",
        clusterName);

    internal static SparkAzureException AksLocalAccountsDisabled(string clusterName) => Failure.Create(
        ErrorKind.NotSupported,
        $"Cluster '{clusterName}' has its local accounts disabled (disableLocalAccounts), so it has no " +
        $"administrator's credential.",
        "Leave -Admin away: users then sign in with Entra ID through kubelogin. -LoginMode Msi or AzureCli lets jobs " +
        "do so without a person.",
        clusterName);

    internal static SparkAzureException AksCredentialMissing(string clusterName) => Failure.Create(
        ErrorKind.InvalidData,
        $"Azure answered with no usable kubeconfig of cluster '{clusterName}'.",
        "Look with 'az aks get-credentials' whether it is the same there; the cluster may still be being made.",
        clusterName);

    internal static SparkAzureException AzureRequestFailed(
        string service, string request, ServiceAnswer answer, Exception inner) => Failure.Create(
        answer.Status switch
        {
            404 => ErrorKind.NotFound,
            409 when AccessRefusal.Of(inner) is not null => ErrorKind.PermissionDenied,
            409 => ErrorKind.AlreadyExists,
            408 or 429 or >= 500 => ErrorKind.Unavailable,
            _ => ErrorKind.OperationFailed,
        },
        $"{service} answered with an error: {request} -> {answer}",
        AccessRefusal.Of(inner)?.Remedy ??
        "Read Azure's own words above; after 429 or a 5xx run the same command again later.",
        request,
        inner);

    internal static SparkAzureException AzureUnavailable(
        string service, string request, Exception inner) => Failure.Create(
        ErrorKind.Unavailable,
        $"{service} does not answer: {request}: {inner.GetBaseException().Message}",
        "Check name resolution, proxy (HTTPS_PROXY) and firewall between this host and that address, and the " +
        "certificate authorities this host trusts.",
        request,
        inner);

    internal static SparkAzureException AzureAnswerUnreadable(string request, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"The answer to {request} cannot be understood: {why}.",
        "Check that the endpoint given (-ResourceManagerEndpoint, -GraphEndpoint) is the service's and that no proxy " +
        "answers in its place.",
        request);

    internal static SparkAzureException AzureOperationFailed(
        string request, string state, string? code, string? message) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Azure accepted {request} and then reported it as {state}: {Words(code, message)}",
        "Read Azure's own words above, mend what they name, and run the same command again.",
        request);

    private static string Words(params string?[] words) =>
        string.Join(": ", words.Where(w => !string.IsNullOrWhiteSpace(w)).DefaultIfEmpty("no reason given"));

    internal static SparkAzureException AzureOperationTimedOut(string request, TimeSpan limit) => Failure.Create(
        ErrorKind.Unavailable,
        $"Azure was not through with {request} after {limit.TotalSeconds:0} seconds. It goes on there.",
        "Run the same command again later: it finds what Azure has done by then.",
        request);

    internal static SparkAzureException NotASecureEndpoint(string service, Uri endpoint) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{endpoint}' cannot be the address of {service}: a token is sent over https only.",
        "Give an address that begins with https:// (http is for this very host alone).",
        endpoint);

    internal static SparkAzureException NoSubscription() => Failure.Create(
        ErrorKind.NotFound,
        "The account sees no subscription of Azure.",
        "Give the account a role in the cluster's subscription, or take a token of the right tenant.");

    internal static SparkAzureException SubscriptionNotFound(
        string name, IReadOnlyList<string> subscriptions) => Failure.Create(
        ErrorKind.NotFound,
        $"The account sees no subscription named '{name}'. Those it sees: {string.Join(", ", subscriptions)}.",
        "Choose one of these with -SubscriptionId, or sign in to the tenant it is in (-TenantId).",
        name);

    internal static SparkAzureException SubscriptionNotChosen(IReadOnlyList<string> subscriptions) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"There are {subscriptions.Count} subscriptions to choose from: {string.Join(", ", subscriptions)}.",
        "Choose one by its id with -SubscriptionId.");

    internal static SparkAzureException AksClusterHasNoAddress(
        string clusterName, string? provisioningState) => Failure.Create(
        ErrorKind.Unavailable,
        $"Azure names no address of the API server of cluster '{clusterName}' (provisioning state: " +
        $"{provisioningState ?? "unknown"}).",
        "Wait until the cluster has been made, then run the same command again.",
        clusterName);

    /// <summary>Whether the service itself gave this answer.</summary>
    /// <param name="exception">What a call ended with.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The service's error code; null for any.</param>
    internal static bool IsAnswer(this SparkAzureException exception, int status, string? code = null) =>
        exception.InnerException is RequestFailedException failed && failed.Status == status
            && (code is null || string.Equals(failed.ErrorCode, code, StringComparison.OrdinalIgnoreCase));

    /// <summary>Turns what the SDK threw into the sentence that fits it; null when it is not the SDK's.</summary>
    internal static SparkAzureException? FromSdk(
        string service, string request, Exception exception) => exception switch
    {
        AuthenticationFailedException failed => AzureSignInFailed(failed),
        RequestFailedException { Status: not 0 } failed =>
            FromStatus(service, request, ServiceAnswer.Of(failed), failed),
        RequestFailedException failed => AzureUnavailable(service, request, failed),
        AnswerLimitException limit => AzureAnswerUnreadable(request, limit.Message),
        IOException or HttpRequestException => AzureUnavailable(service, request, exception),

        // Azure.Core throws an aggregate when every attempt failed without an answer, and a cancellation of its own
        // when one took too long.
        AggregateException aggregate =>
            FromSdk(service, request, aggregate.InnerExceptions[^1])
                ?? AzureUnavailable(service, request, aggregate.InnerExceptions[^1]),
        OperationCanceledException => AzureUnavailable(service, request, exception),
        JsonException json =>
            AzureAnswerUnreadable(request, $"it is not the expected JSON ({json.Path ?? "from its start on"})"),
        _ => null,
    };

    private static SparkAzureException FromStatus(
        string service, string request, ServiceAnswer answer, Exception inner) => answer.Status switch
    {
        401 => AzureTokenRefused(service, request, answer, inner),
        403 => AzureAccessDenied(service, request, answer, inner),
        _ => AzureRequestFailed(service, request, answer, inner),
    };
}
