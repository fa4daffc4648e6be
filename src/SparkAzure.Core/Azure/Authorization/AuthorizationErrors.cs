using Azure;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure.Authorization;

/// <summary>What Azure can refuse about roles.</summary>
internal static class AuthorizationErrors
{
    // Azure may keep a condition to itself and say no more than that the account lacks the right.
    private const string AskAnOwner =
        "Run this as an Owner, User Access Administrator or Role Based Access Control Administrator of that resource " +
        "whose own role has no condition that leaves this one out, or have one of them do it; then run the " +
        "same command again.";

    internal static SparkAzureException RoleAssignmentDenied(
        string role, string resource, SparkAzureException? inner)
    {
        var known = AccessRefusal.Of(inner?.InnerException);
        var why = known?.Why ?? "it lacks Microsoft.Authorization/roleAssignments/write there";
        return Failure.Create(
            ErrorKind.PermissionDenied,
            $"This account may not give the role '{role}' on '{resource}': {why}.{Words(inner)}",
            known?.Remedy ?? AskAnOwner,
            resource,
            inner?.InnerException);
    }

    internal static SparkAzureException RoleAssignmentLocked(
        string role, string resource, SparkAzureException inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The role '{role}' cannot be given on '{resource}' while that is locked: a ReadOnly lock on it or above it " +
        $"forbids any change, that of roles included.{Words(inner)}",
        "Have the lock taken off for the moment (az lock list shows it), then run the same command again.",
        resource,
        inner.InnerException);

    internal static SparkAzureException RoleRemovalDenied(
        string role, string resource, SparkAzureException? inner)
    {
        var known = AccessRefusal.Of(inner?.InnerException);
        var why = known?.Why ?? "it lacks Microsoft.Authorization/roleAssignments/delete there";
        return Failure.Create(
            ErrorKind.PermissionDenied,
            $"This account may not take the role '{role}' on '{resource}' away: {why}.{Words(inner)}",
            known?.Remedy ?? AskAnOwner,
            resource,
            inner?.InnerException);
    }

    internal static SparkAzureException RoleRemovalLocked(
        string role, string resource, SparkAzureException inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The role '{role}' cannot be taken away on '{resource}' while that is locked: a lock on it or above it, " +
        $"CanNotDelete or ReadOnly, forbids that.{Words(inner)}",
        "Have the lock taken off for the moment (az lock list shows it), then run the same command again.",
        resource,
        inner.InnerException);

    internal static SparkAzureException KubeletIdentityUnknown(string cluster, string? state) => Failure.Create(
        ErrorKind.NotFound,
        $"Azure names no identity with which the nodes of cluster '{cluster}' pull images (state: " +
        $"{state ?? "unknown"}).",
        "Wait until the cluster has been made; a cluster whose service principal is gone needs 'az aks " +
        "update-credentials' or a managed identity.",
        cluster);

    internal static SparkAzureException AcrNotVisible(string registry, IReadOnlyList<string> seen) => Failure.Create(
        ErrorKind.NotFound,
        $"The account sees no registry '{registry}'." +
            (seen.Count == 0 ? "" : $" Registries it sees: {string.Join(", ", seen)}."),
        "Check the name, give the registry's resource id, or choose its subscription with -RegistrySubscriptionId. " +
        "It may be in another tenant, or the account may have no role on it.",
        registry);

    internal static SparkAzureException AcrInOtherTenant(
        string registry, string cluster, Exception? inner) => Failure.Create(
        ErrorKind.NotSupported,
        $"The registry '{registry}' is in another tenant than cluster '{cluster}', and the identity of the cluster's " +
        $"nodes does not exist there.",
        "Import the images into a registry of the cluster's tenant (az acr import), or give Spark a pull secret with " +
        "a token of the registry (spark.kubernetes.container.image.pullSecrets).",
        registry,
        inner);

    private static string Words(SparkAzureException? inner)
    {
        if (inner?.InnerException is RequestFailedException refusal)
        {
            return $" Azure says: {ServiceAnswer.Of(refusal)}";
        }

        return "";
    }
}
