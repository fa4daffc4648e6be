using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Azure.Authorization;

/// <summary>What Azure can refuse about roles.</summary>
internal static class AuthorizationErrors
{
    internal static SparkAzureException RoleAssignmentDenied(
        string role, string resource, SparkAzureException? inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"This account may not give the role '{role}' on '{resource}': it lacks " +
        $"Microsoft.Authorization/roleAssignments/write there.",
        "Run this as an Owner, User Access Administrator or Role Based Access Control Administrator of that " +
        "resource, or have one of them give the role; then run the same command again.",
        resource,
        inner?.InnerException);

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
}
