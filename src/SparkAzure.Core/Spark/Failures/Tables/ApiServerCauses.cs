namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>The API server: that it is reached, trusts the credential, and takes the pods.</summary>
internal static class ApiServerCauses
{
    private const string Runs = "run: Spark 2.4.8 and 3.5.9 on Kubernetes 1.34, 2026-11";
    private const FailureContext Client = FailureContext.KubernetesClient;

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "NamespaceMissing", FailureRank.Names,
            "There is no namespace {namespace:of that name} in the cluster.",
            "Make it with all that Spark needs in it, or correct spark.kubernetes.namespace (Set-DssSparkConfig -Namespace).",
            "Initialize-SparkNamespace", Runs,
            [
                new("namespaces \"", "\" not found") { Form = @"namespaces ""(?<namespace>[^""]+)"" not found" },
            ]),
        new(
            "ServiceAccountMissing", FailureRank.Names,
            "There is no service account {account:of that name}; the words before, that the user has no permission, mislead.",
            "Make it, or correct the service account of the configuration (Set-DssSparkConfig -ServiceAccount).",
            "Initialize-SparkNamespace", Runs,
            [
                new("error looking up service account") { Form = @"service account (?<account>[^\s:]+)" },
            ]),
        new(
            "CredentialNotSent", FailureRank.Names,
            "Spark's client sent no credential (system:anonymous): this Spark does not read the kind that the kubeconfig has, a token file or an exec plugin of version v1.",
            "Have a kubeconfig written with a token, a client certificate with an RSA key, or an exec plugin of v1beta1, which Spark reads from 2.4.4 on.",
            "Import-AksCredential", "run: Spark 2.4.0 to 4.3.0 with each kind of credential, 2026-11",
            [
                new("User \"system:anonymous\"", "cannot "),
            ]),
        new(
            "RoleMissing", FailureRank.Names,
            "User {user:of the kubeconfig} may not {verb:do} {resource:this} in the namespace {namespace:of the configuration}: no role binding gives it, or the namespace is not there (the words are the same for one whose rights lie elsewhere).",
            "Make namespace, role and binding for that user: Initialize-SparkNamespace -UserName; where the namespace is mistyped, correct spark.kubernetes.namespace.",
            "Initialize-SparkNamespace", Runs,
            [
                new("is forbidden: User \"", "cannot ", "resource \"") { IsOfStart = true, Without = ["cannot deletecollection", "system:anonymous", "system:node:", "serviceaccounts/token"], Form = @"User ""(?<user>[^""]+)"" cannot (?<verb>\w+) resource ""(?<resource>[^""]+)""( in API group ""[^""]*"" in the namespace ""(?<namespace>[^""]+)"")?" },
                new("User \"", " cannot ", " in the namespace \"") { IsOfStart = true, Without = ["cannot deletecollection", "system:anonymous", "system:node:", "resource \""], Form = @"User ""(?<user>[^""]+)"" cannot (?<verb>\w+) (?<resource>\S+) in the namespace ""(?<namespace>[^""]+)""" },
            ]),
        new(
            "RoleIncomplete", FailureRank.Follows,
            "User {user:of the kubeconfig} may not {verb:deletecollection} {resource:services}, which Spark asks for when it cleans up.",
            "Have the role made complete: Initialize-SparkNamespace.",
            "Initialize-SparkNamespace", Runs,
            [
                new("is forbidden: User \"", "cannot deletecollection") { Weight = FailureWeight.WhenFailed, Form = @"User ""(?<user>[^""]+)"" cannot (?<verb>\w+) resource ""(?<resource>[^""]+)""" },
            ]),
        new(
            "CredentialRefused", FailureRank.Names,
            "The API server does not take the kubeconfig's credential (401): its certificate or token has ended or is of another cluster. Spark up to 3.1 does not ask an exec plugin again when its token ends.",
            "Have the credential written again; for long sessions on Spark up to 3.1 use a client certificate or a service account's token.",
            "Import-AksCredential", "run: expired certificate and wrong token, Spark 2.4.8 and 3.5.9; tokens of ten minutes, 2.4.8 to 4.3.0, 2026-11",
            [
                new("Unauthorized! Token may have expired"),
                new("Received 401 on websocket"),
                new("HTTP 401, Status: 401"),
                new("KubernetesClientException: Unauthorized"),
                new("You must be logged in to the server"),
            ]),
        new(
            "ClusterAuthorityWrong", FailureRank.Names,
            "The kubeconfig's certificate authority is not this cluster's (an old cluster of the same name), or a proxy opens TLS on the way.",
            "Have the kubeconfig written again.",
            "Import-AksCredential", Runs,
            [
                new("unable to find valid certification path") { After = Client },
                new("PKIX path building failed") { After = Client },
                new("Unable to connect to the server", "x509: certificate signed by unknown authority"),
            ]),
        new(
            "ClockOrCertificateEnded", FailureRank.Names,
            "A certificate is not valid at the time that this host or the pod has: it has ended, or the clock is wrong.",
            "Compare the clock with the server's (timedatectl); where it is right, renew the certificate: for the kubeconfig's by Import-AksCredential.",
            "Import-AksCredential", "java.security.cert.CertificateNotYetValidException, CertificateExpiredException",
            [
                new("CertificateNotYetValidException"),
                new("CertificateExpiredException"),
                new("x509: certificate has expired or is not yet valid"),
            ]),
        new(
            "ApiServerNameWrong", FailureRank.Names,
            "The API server's certificate is not for the name in the master's URL.",
            "Use the address of the kubeconfig in spark.master.",
            "Get-AksApiServer", "okhttp3.internal.tls.OkHostnameVerifier",
            [
                new("SSLPeerUnverifiedException: Hostname ") { After = Client },
            ]),
        new(
            "ApiServerUnresolvable", FailureRank.Names,
            "This host cannot resolve the API server's name {host:}: a private cluster's DNS zone is not linked to its network, or the cluster was deleted or stopped.",
            "Take the address from the cluster (Get-AksApiServer), and for a private cluster link its DNS zone to this host's VNET.",
            "Get-AksApiServer", "learn.microsoft.com: AKS, private clusters",
            [
                new("UnknownHostException: ") { After = Client, Form = @"UnknownHostException: (?<host>[^\s:]+)" },
                new("Unable to connect to the server", "dial tcp: lookup ") { Form = @"lookup (?<host>[^\s:]+)" },
            ]),
        new(
            "ApiServerRefused", FailureRank.Names,
            "Nothing listens at the API server's address {host:}: a wrong port in spark.master or the kubeconfig, or the cluster is stopped.",
            "Take the address from the cluster or its kubeconfig (Get-AksApiServer says also whether it runs).",
            "Get-AksApiServer", Runs,
            [
                new("Failed to connect to ") { After = Client, Weight = FailureWeight.WhenFailed, Form = @"connect to (?<host>\S+)" },
                new("Connection refused") { After = Client, Weight = FailureWeight.WhenFailed },
                new("The connection to the server ", " was refused") { Form = @"server (?<host>\S+) was refused" },
            ]),
        new(
            "ApiServerUnreachable", FailureRank.Names,
            "The API server does not answer: this host's address is not in the cluster's authorized ranges, or no route leads to a private cluster. Spark 2.4 goes on as if the cluster were full.",
            "Add this host's outbound address to the authorized ranges, or reach the private endpoint's network (Get-AksApiServer tells both).",
            "Get-AksApiServer", Runs,
            [
                // Not Spark's words, which take 3.5.9 43 s: this host has tried it itself, as the driver started.
                new("no answer to connections with ") { IsOfStart = true, Kinds = [SparkFailureEvidenceKind.ApiAnswer] },
                new("SocketTimeoutException: connect timed out") { After = Client },
                new("SocketTimeoutException: Connect timed out") { After = Client },
                new("HttpConnectTimeoutException") { After = Client },
                new("Unable to connect to the server", "i/o timeout"),
                new("Unable to connect to the server", "TLS handshake timeout"),
            ]),
        new(
            "QuotaExceeded", FailureRank.Names,
            "The namespace's quota {quota:} has no room for an executor ({figures:}).",
            "Raise the quota, or ask for less (Set-DssSparkConfig -ExecutorInstances, -ExecutorMemory, -ExecutorRequestCores).",
            "Set-DssSparkConfig", Runs,
            [
                new("exceeded quota: ") { Form = @"exceeded quota: (?<quota>[^,\s]+), (?<figures>requested: [^""]+?)(\.$|\.\s|$)" },
                new("exceeded quota: "),
            ]),
        new(
            "QuotaWantsLimits", FailureRank.Names,
            "The namespace's quota {quota:} wants limits or requests that executors do not name.",
            "Set spark.kubernetes.executor.limit.cores (Set-DssSparkConfig -ExecutorLimitCores), or give the namespace a LimitRange with defaults.",
            "Set-DssSparkConfig", "kubernetes.io: resource quotas",
            [
                new("failed quota: ", "must specify ") { Form = @"failed quota: (?<quota>[^:]+):" },
            ]),
        new(
            "LimitRangeExceeded", FailureRank.Names,
            "A LimitRange of the namespace does not allow an executor of this size: {why:}.",
            "Change the LimitRange, or the executor's size (Set-DssSparkConfig -ExecutorMemory, -ExecutorRequestCores, -ExecutorLimitCores).",
            "Set-DssSparkConfig", "kubernetes.io: limit ranges",
            [
                new("is forbidden: ", "usage per Container is") { Form = @"(?<why>(maximum|minimum) [\w-]+ usage per Container is [^.""]+)" },
                new("is forbidden: ", "usage per Pod is") { Form = @"(?<why>(maximum|minimum) [\w-]+ usage per Pod is [^.""]+)" },
                new("is forbidden: ", "limit to request ratio per"),
            ]),
        new(
            "PodSecurity", FailureRank.Names,
            "The namespace enforces Pod Security \"{level:}\", which executors of this Spark do not keep to.",
            "Label the namespace pod-security.kubernetes.io/enforce=baseline; or give Spark 3 and later a pod template with the security context.",
            "Initialize-SparkNamespace", Runs,
            [
                new("violates PodSecurity") { Form = @"violates PodSecurity \\?""(?<level>[^""\\]+)" },
                new("unable to validate against any pod security policy"),
            ]),
        new(
            "PolicyDenied", FailureRank.Names,
            "A policy of the cluster refuses the executors' pods: {why:}.",
            "Exempt the namespace in the policy (Azure Policy, Gatekeeper, Kyverno), or give the pods what it wants by a pod template.",
            null, "kubernetes.io: admission webhooks",
            [
                new("admission webhook \"", "denied the request") { Form = @"denied the request: (?<why>.{1,300})" },
            ]),
        new(
            "MasterWithoutPort", FailureRank.Names,
            "The master's URL names no port, and the client of Spark 2.4.0 to 2.4.4 then sends an Origin that API servers refuse (403, without a reason).",
            "Write the port into spark.master: k8s://https://HOST:443. Set-DssSparkConfig does.",
            "Set-DssSparkConfig", "SPARK-28921; run: Spark 2.4.0 and 2.4.4 with and without port on Kubernetes 1.34, 2026-11",
            [
                new("HTTP 403, Status: 403 -") { Form = @"Status: 403 -\s*$" },
                new("Exception in thread \"main\" io.fabric8.kubernetes.client.KubernetesClientException:") { Weight = FailureWeight.Waits, Form = @"KubernetesClientException:\s*$" },
            ]),
        new(
            "MasterWrong", FailureRank.Names,
            "spark.master is not a URL that Spark takes: {master:}.",
            "Set it to k8s://https://HOST:443, as Get-AksApiServer gives it.",
            "Get-AksApiServer", "org.apache.spark.SparkContext.createTaskScheduler",
            [
                new("Could not parse Master URL") { Form = @"Master URL: '(?<master>[^']*)" },
                new("A master URL must be set in your configuration"),
                new("Master must either be yarn or start with"),
            ]),
        new(
            "ClientModeUnsupported", FailureRank.Names,
            "This Spark (2.3) has no client mode on Kubernetes, which DSS uses.",
            "Use Spark 2.4.0 or later.",
            "Install-DssSparkIntegration", "run: Spark 2.3.4, 2026-11",
            [
                new("Client mode is currently not supported for Kubernetes"),
            ]),
        new(
            "DriverPodNameWrong", FailureRank.Names,
            "spark.kubernetes.driver.pod.name is set, but the driver runs on this host and in no pod.",
            "Take spark.kubernetes.driver.pod.name out of the configuration.",
            "Set-DssSparkConfig", "org.apache.spark.scheduler.cluster.k8s.ExecutorPodsAllocator",
            [
                new("No pod was found named ", "in the cluster in the namespace"),
            ]),
        new(
            "CredentialKeyUnusable", FailureRank.Names,
            "The kubeconfig's client key is of a form that Spark's client does not read: an elliptic curve's.",
            "Use a credential with an RSA key, as AKS gives it, or a token.",
            "Import-AksCredential", "run: Spark 2.4.0 to 4.3.0 with each kind of credential, 2026-11",
            [
                new("JcaPEMKeyConverter is provided by BouncyCastle"),
                new("Invalid DER: object is not integer"),
            ]),
        new(
            "CredentialProgramMissing", FailureRank.Names,
            "The kubeconfig's sign-in program {program:} is not there for the account that runs the job.",
            "Install it on the PATH of that account, or have a kubeconfig written without one.",
            "Import-AksCredential", "learn.microsoft.com: AKS, kubelogin",
            [
                new("Cannot run program \"", "kubelogin") { Form = @"program ""(?<program>[^""]+)""" },
                new("getting credentials: exec:", "executable") { Form = @"executable (?<program>\S+) " },
            ]),
    ];
}
