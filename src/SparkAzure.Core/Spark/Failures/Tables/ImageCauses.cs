namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>The image: that it is there, may be pulled, runs on the node, and is this Spark's.</summary>
internal static class ImageCauses
{
    private const string Runs = "run: containerd 1.6 on Kubernetes 1.34, 2026-11";

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "ImagePlatform", FailureRank.Names,
            "The image was built for another processor than the node's.",
            "Build it for linux/amd64 (or what the nodes are): Publish-SparkImage -Platform.",
            "Publish-SparkImage", Runs,
            [
                new("no match for platform in manifest"),
                new("no matching manifest for linux/"),
                new("does not match the specified platform"),
                new("exec format error"),
            ]),
        new(
            "ImageNotFound", FailureRank.Names,
            "The registry has no image {image:of that name and tag}.",
            "Publish the image, or correct repository and tag of spark.kubernetes.container.image (Set-DssSparkConfig -Image); a node's message is the same for both.",
            "Publish-SparkImage", Runs,
            [
                new("failed to resolve reference", ": not found") { Form = @"failed to resolve reference ""(?<image>[^""]+)""" },
                new("manifest unknown") { Form = @"(manifest for (?<image>\S+) not found|manifest unknown)" },
                new("NAME_UNKNOWN"),
                new("MANIFEST_UNKNOWN"),
                new("code = NotFound desc = failed to pull and unpack image", ": not found") { Without = ["no match for platform"], Form = @"unpack image ""(?<image>[^""]+)""" },
            ]),
        new(
            "RegistryLoginRequired", FailureRank.Names,
            "The registry wants a login for {image:the image}, and the node has none that fits: the cluster's kubelet identity has no AcrPull, and no image pull secret fits.",
            "Grant the kubelet's identity the right to pull, or name a docker-registry secret of the namespace in spark.kubernetes.container.image.pullSecrets (Set-DssSparkConfig -ImagePullSecretName).",
            "Grant-AcrPull", Runs,
            [
                new("failed to authorize: failed to fetch anonymous token", "401 Unauthorized") { Form = @"(image|reference) ""(?<image>[^""]+)""" },
                new("failed to authorize: failed to fetch oauth token", "401 Unauthorized"),
                new("failed with status code", "401 Unauthorized") { Form = @"(image|reference) ""(?<image>[^""]+)""" },
                new("failed to resolve reference", "401 Unauthorized") { Form = @"(image|reference) ""(?<image>[^""]+)""" },
                new("failed to resolve reference", "authorization failed") { Form = @"(image|reference) ""(?<image>[^""]+)""" },
                new("failed to resolve reference", "403 Forbidden") { Without = ["is not allowed access"], Form = @"(image|reference) ""(?<image>[^""]+)""" },
                new("unauthorized: authentication required"),
                new("insufficient_scope: authorization failed"),
                new("pull access denied for ") { Form = "denied for (?<image>[^,\\s]+)" },
            ])
            { ExplainedBy = "PullSecretMissing" },
        new(
            "PullSecretMissing", FailureRank.Follows,
            "The image pull secret {secret:that is named} is not in the namespace.",
            "Make the secret there, or take its name out of spark.kubernetes.container.image.pullSecrets where the kubelet's identity may pull (Set-DssSparkConfig -ImagePullSecretName).",
            "Set-DssSparkConfig", Runs,
            [
                new("Unable to retrieve some image pull secrets") { Weight = FailureWeight.Waits, Form = @"secrets \((?<secret>[^)]+)\)" },
            ]),
        new(
            "RegistryFirewall", FailureRank.Names,
            "The registry's firewall does not let the node in{client:}.",
            "Allow the nodes' outbound address or subnet in the registry's network rules, or use its private endpoint.",
            null, "learn.microsoft.com: troubleshoot network issues with registry, aka.ms/acr/firewall",
            [
                new("denied: client with IP") { Form = "client with IP '?(?<client>[0-9a-f.:]+)" },
                new("client with IP", "is not allowed access"),
            ]),
        new(
            "RegistryHostUnknown", FailureRank.Names,
            "The node cannot resolve the registry's name {host:}.",
            "Correct the registry in spark.kubernetes.container.image (Set-DssSparkConfig -Image); with a private endpoint link its private DNS zone to the nodes' VNET.",
            "Set-DssSparkConfig", Runs,
            [
                new("failed to do request", "dial tcp: lookup ") { Form = @"lookup (?<host>\S+)" },
                new("/v2/", "dial tcp: lookup ") { Form = @"lookup (?<host>[^\s:]+)" },
            ]),
        new(
            "RegistryUnreachable", FailureRank.Names,
            "The node does not reach the registry {host:}: refused, or no answer.",
            "Let the nodes' subnet reach the registry (its network rules, private endpoint, the outbound firewall, a mirror of containerd that is down).",
            null, Runs,
            [
                new("failed to do request", "connect: connection refused") { Form = @"dial tcp (?<host>\S+):" },
                new("failed to do request", "i/o timeout") { Without = ["dial tcp: lookup"] },
                new("failed to do request", "TLS handshake timeout"),
                new("failed to do request", "context deadline exceeded"),
                new("/v2/", "request canceled while waiting for connection"),
                new("/v2/", "net/http: TLS handshake timeout"),
            ]),
        new(
            "RegistryCertificate", FailureRank.Names,
            "The node does not trust the registry's certificate.",
            "Give the nodes the authority's certificate, or the registry one of a public authority; a firewall that opens TLS must leave the registry alone.",
            null, "containerd: hosts.toml",
            [
                new("failed to do request", "x509: "),
                new("/v2/", "x509: certificate"),
            ]),
        new(
            "RegistryThrottled", FailureRank.Names,
            "The registry has refused the pull because too many were made.",
            "Wait, sign in to Docker Hub, or import the base image into your own registry.",
            null, "docs.docker.com: pull rate limit",
            [
                new("toomanyrequests:"),
            ]),
        new(
            "ImageNameInvalid", FailureRank.Names,
            "The image's name is not valid: {why:repository names are lower case}.",
            "Correct spark.kubernetes.container.image.",
            "Set-DssSparkConfig", Runs,
            [
                new("InvalidImageName"),
                new("couldn't parse image name") { Form = "invalid reference format: (?<why>[^']+)$" },
                new("Failed to apply default image tag"),
            ]),
        new(
            "ImageNotSet", FailureRank.Names,
            "No image is named for the executors.",
            "Set spark.kubernetes.container.image.",
            "Set-DssSparkConfig", "org.apache.spark.deploy.k8s, Config",
            [
                new("Must specify the executor container image"),
                new("Must specify an executor container image"),
            ]),
        new(
            "ImageEntryPointMissing", FailureRank.Names,
            "The image's entry point cannot be started ({program:it is missing or not executable}): it is not a Spark image, or its entrypoint.sh is damaged (not executable, or with the line ends of Windows).",
            "Build the image again from the distribution's own Dockerfile, and see that entrypoint.sh has its mode and line ends.",
            "Publish-SparkImage", Runs,
            [
                new("unable to start container process", "exec: ") { Form = @"exec: ""(?<program>[^""]+)""" },
                new("starting container process caused", "exec: ") { Form = @"exec: \\?""(?<program>[^""\\]+)" },
                new("exec user process caused", "no such file or directory"),
                new("exec /opt/entrypoint.sh: no such file or directory"),
                new("executable file not found in $PATH", "exec: ") { Without = ["getting credentials"], Form = @"exec: \\?""(?<program>[^""\\]+)" },
                new("[FATAL tini", "exec executor failed"),
                new("exec /opt/entrypoint.sh", "permission denied"),
            ]),
        new(
            "ImageFolderNotWritable", FailureRank.Names,
            "The account that the container runs as may not write in the image's work folder, where executors put the files of their jobs.",
            "Take runAsUser and runAsGroup out of the pod template, or make the folder writable for that account's group: Spark's own Dockerfile leaves it to group 0.",
            "Publish-SparkImage", "run: Spark 3.5.9 on Kubernetes 1.34, runAsGroup of a pod template, 2026-11-30; org.apache.spark.util.Utils.fetchFile",
            [
                new("/entrypoint.sh: line ", ": Permission denied"),
                new("java.nio.file.AccessDeniedException: ./"),
            ]),
        new(
            "ImageWithoutJava", FailureRank.Names,
            "The image has no Java where its JAVA_HOME says ({program:bin/java}).",
            "Use a base image with the Java that this Spark wants: 8 for 2.4, 8, 11 or 17 for 3.5, 17 or 21 for 4.",
            "Publish-SparkImage", Runs,
            [
                new("[FATAL tini", "/java failed: No such file or directory") { Form = @"exec (?<program>\S+) failed" },
                new("/bin/java: No such file or directory"),
                new("JAVA_HOME is not set"),
            ]),
        new(
            "ImageOfOtherSpark", FailureRank.Names,
            "Driver and executors are of different Spark releases: {class:what the one sends, the other does not know}. A node does not pull a tag again that it has (IfNotPresent).",
            "Publish the image of this very distribution under a new tag, or reference it by digest; Compare-SparkImage says which jars differ.",
            "Compare-SparkImage", "run: an image pushed again under its tag on Kubernetes 1.34, 2026-11; entrypoint.sh of Spark 2.4 to 4.3",
            [
                new("InvalidClassException: org.apache.spark", "local class incompatible") { Form = @"InvalidClassException: (?<class>[\w.$]+)" },
                new("InvalidClassException: scala.", "local class incompatible") { Form = @"InvalidClassException: (?<class>[\w.$]+)" },
                new("NumberFormatException", "--podName"),
                new("Unrecognized options:") { Kinds = [SparkFailureEvidenceKind.ExecutorLog, SparkFailureEvidenceKind.Text], Form = @"Unrecognized options: (?<class>--\w+)" },
                new("[FATAL tini", "exec driver") { Form = @"exec (?<class>\S+) failed" },
                new("Could not find or load main class org.apache.spark.") { Form = @"main class (?<class>[\w.$]+)" },
            ]),
        new(
            "ImageUserUnknown", FailureRank.Names,
            "The user that the image runs as has no entry in its /etc/passwd, so Hadoop cannot tell who it is.",
            "Give the image an entry for it (Spark's entrypoint.sh makes one where /etc/passwd is writable for group 0), or run as a user that has one.",
            "Edit-SparkDockerfile", "SPARK-31434; entrypoint.sh",
            [
                new("LoginException: java.lang.NullPointerException: invalid null input: name"),
                new("invalid null input: name"),
            ]),
        new(
            "ImagePullFails", FailureRank.Alone,
            "The image cannot be pulled; what was read does not say why.",
            "Look at the pod's events: kubectl describe pod.",
            null, Runs,
            [
                new("ImagePullBackOff") { Weight = FailureWeight.Waits },
                new("ErrImagePull") { Weight = FailureWeight.Waits },
                new("Back-off pulling image") { Weight = FailureWeight.Waits },
                new("Failed to pull image") { Weight = FailureWeight.Waits },
            ]),
    ];
}
