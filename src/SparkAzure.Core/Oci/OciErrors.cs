using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Oci;

/// <summary>What names of images, registries, layers and the files of images can refuse.</summary>
internal static class OciErrors
{
    internal static SparkAzureException RegistryAddressInvalid(string text, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{text}' is not a registry: {why}.",
        "Give host[:port] or host[:port]/prefix without https://, such as acr.azurecr.io or 127.0.0.1:5000/team; a "
        + "prefix is in lower case.",
        text);

    internal static SparkAzureException ImageReferenceInvalid(string text, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{text}' is not an image reference: {why}.",
        "Give [host[:port]/]repository[:tag][@sha256:digest], such as mcr.microsoft.com/openjdk/jdk:8-ubuntu.",
        text);

    internal static SparkAzureException CapabilityNotCopied(string path, string from) => Failure.Create(
        ErrorKind.NotSupported,
        $"'/{path}' of '{from}' has a capability (setcap), which the engine Registry does not carry into another "
        + "image.",
        "Use -Engine Docker for this Dockerfile, or copy less than the folder that the file is in.",
        path);

    internal static SparkAzureException BuildSourceUnusable(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' cannot be put into an image: {why}.",
        "Put the file itself into the Spark home.",
        path);

    internal static SparkAzureException BuildSourceChanged(string path) => Failure.Create(
        ErrorKind.Busy,
        $"'{path}' changed while the image was made from it.",
        "Let nothing else work on the Spark home, and run the same command again.",
        path);

    internal static SparkAzureException PlatformInvalid(string text) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{text}' is not a platform.",
        "Give os/architecture[/variant], such as linux/amd64 or linux/arm64.",
        text);

    internal static SparkAzureException BaseImageNotFound(string reference) => Failure.Create(
        ErrorKind.NotFound,
        $"The image '{reference}' is not in its registry.",
        "Look at the spelling of repository and tag; a private repository may also hide from those who did not sign "
        + "in.",
        reference);

    internal static SparkAzureException BaseImageNotSupported(string reference, string why) => Failure.Create(
        ErrorKind.NotSupported,
        $"The image '{reference}' cannot be used: {why}.",
        "Give an image in the Docker (schema 2) or OCI format that is there for linux/amd64, or say which platform "
        + "with -Platform.",
        reference);

    internal static SparkAzureException ImageContentCorrupt(string what, string expected, string found) =>
        Failure.Create(
        ErrorKind.InvalidData,
        $"{what} came with other content than its digest says: {expected} was asked for and {found} came. It was not "
        + "used.",
        "Run the same command again; if it stays so, the registry or something between is damaging data.",
        what);

    internal static SparkAzureException RegistryLoginRefused(string host, string detail, bool anonymous) =>
        Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"The registry {host} refuses {(anonymous ? "access without a login" : "this login")}: {detail}",
        "Give -Credential or -TokenSource, or sign in first (az acr login, which holds for three hours, or docker "
        + "login). Azure's admin user must be enabled to be used; a service principal needs AcrPush. A registry "
        + "takes tokens of its own tenant only (-TenantId).",
        host);

    internal static SparkAzureException RegistryLoginAmbiguous() => Failure.Create(
        ErrorKind.InvalidArgument,
        "Two logins were given for one registry: a name and password, and one through Entra ID.",
        "Give -Credential, or -TokenSource, -AccessToken and -ClientId, not both.");

    internal static SparkAzureException RegistryNotInAzure(string host) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The registry {host} does not sign in as Azure Container Registry does, so a token of Entra ID is nothing "
        + "for it; none was sent.",
        "Look at -Registry, or give -Credential instead of -TokenSource, -AccessToken or -ClientId.",
        host);

    internal static SparkAzureException RegistryAccessDenied(string host, string what, string detail) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The registry {host} does not allow this account to {what}: {detail}",
        "The account needs the role AcrPush (Container Registry Repository Writer on a registry in ABAC mode); a 403 "
        + "from Azure can also be the registry's firewall.",
        host);

    internal static SparkAzureException RegistryRealmNotTrusted(string host, string realm) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"The registry {host} wants the login sent to '{realm}', which is another host; it was not sent.",
        "Look whether -Registry is the registry that you mean; a registry that signs in elsewhere can be used with "
        + "-Engine Docker.",
        host);

    internal static SparkAzureException RegistryUnavailable(string host, string why, Exception? inner = null) =>
        Failure.Create(
        ErrorKind.Unavailable,
        $"The registry {host} does not answer: {why}",
        "Look at name and port, at the network, and that the registry serves https (plain http is used on this "
        + "machine only).",
        host,
        inner);

    internal static SparkAzureException RegistryRefused(string host, string request, int status, string detail) =>
        Failure.Create(
        ErrorKind.OperationFailed,
        $"The registry {host} answered {status} to {request}: {detail}",
        "Run the same command again later: what was already uploaded is not sent a second time.",
        host);

    internal static SparkAzureException DockerConfigUnreadable(string path, string why, Exception? inner = null) =>
        Failure.Create(
        ErrorKind.InvalidData,
        $"The login could not be read from '{path}': {why}.",
        "Mend the file (docker login writes it), or give -Credential.",
        path,
        inner);

    internal static SparkAzureException CredentialHelperFailed(string program, string config, string why) =>
        Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"'{config}' says that '{program}' keeps the registry's login, but {why}.",
        "Install or mend that program, take it out of the file (credsStore, credHelpers), or give -Credential.",
        program);
}
