namespace SparkAzure.Core.Hosting.Http;

/// <summary>What is refused before anything is sent.</summary>
internal static class HttpErrors
{
    internal static SparkAzureException AuthenticationNotEncrypted(Uri target, string credential) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{credential} would go to {target.GetLeftPart(UriPartial.Authority)} over plain http, where everybody on the "
        + "way can read it; nothing was sent.",
        "Give an address that begins with https:// (http is for this very host alone), or, where the network is your "
        + "own, use -AllowUnencryptedAuthentication.",
        target);
}
