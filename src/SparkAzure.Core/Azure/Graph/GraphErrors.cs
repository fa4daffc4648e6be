using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Azure.Graph;

/// <summary>What Microsoft Graph can refuse about applications. No message carries a secret.</summary>
internal static class GraphErrors
{
    internal static SparkAzureException ServicePrincipalAmbiguous(
        string displayName, IEnumerable<string> applications) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The tenant has several applications named '{displayName}': {string.Join(", ", applications)}. Which is " +
        $"meant cannot be told; nothing was changed.",
        "Choose another -DisplayName, or rename or delete the ones that are not wanted.",
        displayName);

    internal static SparkAzureException ApplicationDenied(string what, SparkAzureException inner) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"This account may not {what} in Entra ID ({inner.Message}).",
        "It needs the directory role Application Developer, or, for a service principal, the Graph permission " +
        "Application.ReadWrite.OwnedBy with an administrator's consent (and, where it exists already, to be an owner " +
        "of the application).",
        null,
        inner.InnerException);

    internal static SparkAzureException ReplicationTimedOut(
        string what, TimeSpan limit, SparkAzureException inner) => Failure.Create(
        ErrorKind.Unavailable,
        $"{what} was made, and after {limit.TotalSeconds:0} seconds Azure still does not know it everywhere: " +
        $"{inner.Message}",
        "Run the same command again in some minutes; it finds what was made and goes on from there.",
        what,
        inner.InnerException);

    internal static SparkAzureException SecretEndInvalid(string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The end of the secret cannot be used: {why}.",
        "Give -SecretLifetime as a time span of up to two years (for example 180.00:00:00), or -EndDate.");
}
