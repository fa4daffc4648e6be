using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure.Authorization;

/// <summary>What Azure can refuse about roles.</summary>
internal static class AuthorizationErrors
{
    internal static SparkAzureException RoleAssignmentDenied(string role, string resource, SparkAzureException inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"This account may not give the role '{role}' on '{resource}': it lacks Microsoft.Authorization/roleAssignments/write there.",
        "Run this as an Owner, User Access Administrator or Role Based Access Control Administrator of that resource, or have one of them give the role; then run the same command again.",
        resource,
        inner.InnerException);
}
