using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Docker;

/// <summary>What reaching a Docker daemon, and asking it, can refuse.</summary>
internal static class DockerErrors
{
    internal static SparkAzureException DockerHostNotSupported(string host, string why) => Failure.Create(
        ErrorKind.NotSupported,
        $"The Docker host '{host}' cannot be used: {why}.",
        "Give unix:///path/to/docker.sock, tcp:// on this machine, or tcp:// with TLS.",
        host);

    internal static SparkAzureException DockerHostNeedsTls(string host) => Failure.Create(
        ErrorKind.NotSupported,
        $"The Docker host '{host}' cannot be used: it is another machine and there is no TLS, so the registry's " +
        $"login would cross the network in the clear.",
        "Let the daemon ask for TLS (docs.docker.com, \"Protect the Docker daemon socket\"), and set " +
        "DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem, or use a context " +
        "that has them.",
        host);

    internal static SparkAzureException DockerHostNeedsProgram(
        string host, string why, string remedy) => Failure.Create(
        ErrorKind.NotSupported,
        $"The Docker host '{host}' cannot be used: {why}.",
        $"{remedy}. -Engine Registry and -Engine AcrTask need no daemon.",
        host);

    internal static SparkAzureException DockerHostAmbiguous() => Failure.Create(
        ErrorKind.InvalidArgument,
        "Two daemons were given: -DockerHost and -DockerContext.",
        "Give one of them.");

    internal static SparkAzureException DockerContextUnusable(
        string name, string origin, string why, IReadOnlyList<string> known) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The Docker context '{name}' ({origin}) cannot be used: {why}. Contexts of this account: " +
        $"{string.Join(", ", known)}.",
        "Choose another one with -DockerContext, or mend it with docker context update.",
        name);

    internal static SparkAzureException DockerCertificatesUnusable(string folder, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"The certificates for the Docker daemon in '{folder}' cannot be used: {why}",
        "The folder (DOCKER_CERT_PATH, or that of the context) holds ca.pem, cert.pem and key.pem as PEM, readable " +
        "for this account.",
        folder);

    internal static SparkAzureException DockerUnavailable(
        string endpoint, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.Unavailable,
        $"No Docker daemon answers at {endpoint}: {why}",
        "Start it (systemctl start docker), give -DockerHost or -DockerContext, or become a member of the group that " +
        "may use its socket; -Engine Registry and -Engine AcrTask need no daemon.",
        endpoint,
        inner);

    internal static SparkAzureException DockerDaemonNotTrusted(
        string endpoint, string why, Exception inner) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"TLS with the Docker daemon at {endpoint} failed: {why}",
        "The daemon's certificate must name the host as it is given and be signed by ca.pem; where the daemon " +
        "demands a certificate (tlsverify), cert.pem and key.pem must be of its authority.",
        endpoint,
        inner);

    internal static SparkAzureException DockerRefused(string what, int status, string message) => Failure.Create(
        ErrorKind.OperationFailed,
        $"Docker refused to {what} ({status}): {message}",
        "The message is Docker's own; the daemon's log may say more.",
        what);
}
