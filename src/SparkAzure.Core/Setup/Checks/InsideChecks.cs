using System.Globalization;
using System.Net;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What a pod in the cluster sees of this host, of the storage and of itself.</summary>
internal static class InsideChecks
{
    private const string Publish = "Publish-SparkImage";
    private const string Configuration = "Set-DssSparkConfig";

    private static readonly TimeSpan Pod = TimeSpan.FromSeconds(130);

    /// <summary>
    /// Why a node cannot pull, by words of containerd and registries; made for real on Kubernetes 1.34 with containerd, in
    /// November 2026. The first whose words are there counts.
    /// </summary>
    private static readonly (string Words, string Remedy, string Command)[] PullFaults =
    [
        ("InvalidImageName", "The name is none: repositories are lower case. Set -Image.", Configuration),
        ("no match for platform", "The image is for another platform than the node: publish it for linux/amd64.", Publish),
        ("exec format error", "The image is for another platform than the node: publish it for linux/amd64.", Publish),
        ("no such host", "Nodes cannot resolve the registry: correct its name in -Image, or link its private DNS zone to the nodes' network.", Configuration),
        ("401", "Let the nodes pull (AcrPull for the kubelet's identity), or name a pull secret. Azure's registry says so of a tag that is not there, too.", "Grant-AcrPull"),
        ("403", "Let the nodes pull (AcrPull), and let the registry's network rules take the nodes' network.", "Grant-AcrPull"),
        ("nauthorized", "Let the nodes pull (AcrPull for the kubelet's identity), or name a pull secret.", "Grant-AcrPull"),
        ("authorization failed", "Let the nodes pull (AcrPull for the kubelet's identity), or name a pull secret.", "Grant-AcrPull"),
        ("authentication required", "Let the nodes pull (AcrPull for the kubelet's identity), or name a pull secret.", "Grant-AcrPull"),
        ("not found", "Publish the image, or correct -Image.", Publish),
        ("i/o timeout", "Nodes do not reach the registry: let its network rules take their network.", "Grant-AcrPull"),
    ];

    /// <summary>The checks, in the order in which a pod meets them.</summary>
    public static readonly IReadOnlyList<CheckRow> Rows =
    [
        new("InsidePod", "2.1", "A pod of the configuration finds a node", PodAsync, "run: pods that wait for a node") { Limit = Pod },
        new("InsideExecutor", "2.1", "A node has room for an executor", ExecutorAsync, "run: executors that wait for cores or memory") { Limit = Pod },
        new("InsideImage", "3.1, 4.1", "Nodes can pull the image", ImageAsync, "howto 3.1, 4.1: the cluster can pull from the registry") { Limit = Pod },
        new("InsideEntryPoint", "3.3, 4.3", "The image's entry point starts", EntryPointAsync, "run: images without tini, without Java, of another platform") { Limit = Pod },
        new("InsideSecrets", "3.1, 4.1", "The secrets that executors mount are there", SecretsAsync, "Spark's running-on-kubernetes page, executor.secrets.*: pods wait for one that is not there, and their status does not say so") { Limit = Pod },
        new("InsideDriverHost", "2.1", "The driver's host name resolves in the cluster", DriverHostAsync, "howto 2.1: resolvable from the cluster") { Limit = Pod },
        new("InsideDriverPorts", "2.1", "Pods reach the driver's ports on this host", DriverPortsAsync, "howto 2.1: reachable on all ports from the cluster") { Limit = Pod },
        new("InsideStorage", "5.2", "The storage answers in the cluster over TLS that Java trusts", StorageAsync, "howto 5.2") { Limit = Pod },
        new("InsideJava", "3.3, 4.3", "Java runs in the image and is one that this Spark takes", JavaAsync, "the overview page of each Spark release") { Limit = Pod },
        new("InsidePython", "3.3, 4.3", "The image's Python is that of the driver", PythonAsync, "pyspark/worker.py: driver and executors must be of one minor version") { Limit = Pod },
        new("InsideSnappy", "3.3, 4.3", "Compressed Parquet works in the image", SnappyAsync, "howto 3.3, 4.3: required to process compressed Parquet files") { Limit = Pod },
        new("InsideJars", "3.3, 4.3", "The jars that run are those of the driver", JarsAsync, "run: executors of another Spark end with InvalidClassException") { Limit = Pod },
    ];

    public static async Task<CheckOutcome> PodAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        return report.Stage switch
        {
            InsideStage.Refused => Refused(report),
            InsideStage.Unscheduled => CheckOutcome.Failed(
                $"The scheduler says: {report.Words}",
                "Add nodes, or take taints and cordons away."),
            InsideStage.Ended => CheckOutcome.Failed(
                $"The pod was taken away before it was through: {report.Words}",
                "Look at the node (kubectl describe node): memory and disk pressure evict pods."),
            _ => CheckOutcome.Passed($"It ran on {report.Node}."),
        };
    }

    public static async Task<CheckOutcome> ExecutorAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        return OfRoom(ExecutorPod.RequestOf(config), report);
    }

    /// <summary>What the scheduler said of a pod of an executor's size.</summary>
    internal static CheckOutcome OfRoom((decimal Cores, long Memory) size, InsideReport report)
    {
        var asked = string.Create(CultureInfo.InvariantCulture, $"An executor asks for {size.Cores} cores and {size.Memory} MiB");
        return report.Room switch
        {
            null => NotSo(report),
            { IsThere: true } room => CheckOutcome.Passed($"{asked}: {room.Words} has them."),
            { IsThere: false } room => CheckOutcome.Failed(
                $"{asked}. The scheduler says: {room.Words}",
                "Ask for less (spark.executor.memory, spark.executor.cores), or give the cluster larger or more nodes. Where " +
                "other jobs hold the room, or an autoscaler adds nodes, executors wait for it.",
                Configuration),
            { } room => CheckOutcome.Unknown($"{asked}; whether a node has them was not to be seen: {room.Words}"),
        };
    }

    public static async Task<CheckOutcome> ImageAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        if (report.Stage == InsideStage.NotPulled)
        {
            var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
            return OfPull(report.Words, ExecutorPod.PullSecretsOf(config), ExecutorPod.NamespaceOf(config));
        }

        return report.Stage is InsideStage.NotStarted or InsideStage.Reported
            ? CheckOutcome.Passed($"Node {report.Node} has {report.ImageId}.")
            : NotSo(report);
    }

    /// <summary>Why an image was not pulled, by what the kubelet says and what the configuration names.</summary>
    internal static CheckOutcome OfPull(string words, IReadOnlyList<string> secrets, string space)
    {
        var known = PullFaults.FirstOrDefault(f => words.Contains(f.Words, StringComparison.OrdinalIgnoreCase));
        if (known.Command == "Grant-AcrPull" && secrets.Count > 0)
        {
            // A node pulls without a secret that is not there, and says the same as of one that does not fit.
            var named = string.Join(", ", secrets);
            return CheckOutcome.Failed(
                words,
                $"The configuration names pull secrets ({named}): look whether namespace '{space}' has them (kubectl get secret " +
                $"-n {space}) and whether their login is right. {known.Remedy}",
                known.Command);
        }

        return CheckOutcome.Failed(
            words, known.Remedy ?? "Read the node's words; kubectl describe pod of an executor shows the same.", known.Command);
    }

    public static async Task<CheckOutcome> EntryPointAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        return report.Stage switch
        {
            // Spark's entry point stays the first process (tini); where the script is that itself, there was none.
            InsideStage.Reported when report.On("start").FirstOrDefault() is { State: not "ok" } none =>
                CheckOutcome.Failed(none.Text, "Build the image from the Dockerfile of this Spark's own distribution.", Publish),
            InsideStage.Reported => CheckOutcome.Passed($"It started as user {report.On("start").FirstOrDefault()?.Text}."),
            InsideStage.NotStarted when report.Words.StartsWith("CreateContainerConfigError", StringComparison.Ordinal) =>
                CheckOutcome.Failed(
                    report.Words,
                    "Make the secret in the namespace, or take spark.kubernetes.executor.secretKeyRef.* out of the configuration.",
                    Configuration),
            InsideStage.NotStarted => CheckOutcome.Failed(
                report.Words, "Build the image from the Dockerfile of this Spark's own distribution.", Publish),
            _ => NotSo(report),
        };
    }

    public static async Task<CheckOutcome> SecretsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (ExecutorPod.SecretFoldersOf(config).Count == 0)
        {
            return CheckOutcome.NotApplicable("The configuration has executors mount none.");
        }

        return OfSecrets(await site.InsideAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What the pod saw in the folders of secrets.</summary>
    internal static CheckOutcome OfSecrets(InsideReport report)
    {
        var lines = report.On("secret ").ToList();
        if (lines.Count == 0)
        {
            return NotSo(report);
        }

        return CheckOutcome.OfAll([.. lines.Select(OfSecret)]);
    }

    public static async Task<CheckOutcome> DriverHostAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        return OfDriverHost(DriverEndpoint.HostOf(config), report);
    }

    /// <summary>What the pod saw of the driver's name.</summary>
    internal static CheckOutcome OfDriverHost(string host, InsideReport report)
    {
        return report.On("host").FirstOrDefault() switch
        {
            null => NotSo(report),
            { State: "ok" } line when IPAddress.TryParse(line.Text, out var seen) && IPAddress.IsLoopback(seen) =>
                CheckOutcome.Failed(
                    $"'{host}' is {line.Text} in the cluster: executors would look for the driver in themselves.",
                    "Correct the name's record in the DNS that the cluster asks, or set -DriverHost to this host's private " +
                    "address.",
                    Configuration),
            { State: "ok" } line => CheckOutcome.Passed($"'{host}' is {line.Text} in the cluster."),
            _ => CheckOutcome.Failed(
                $"'{host}' does not resolve in the cluster: executors end with UnknownHostException.",
                "Give the name a record in the virtual network's private DNS zone, or set -DriverHost to this host's " +
                "private address.",
                Configuration),
        };
    }

    public static async Task<CheckOutcome> DriverPortsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        if (report.Stage != InsideStage.Reported)
        {
            return NotSo(report);
        }

        if (report.Held.Count == 0)
        {
            return CheckOutcome.Unknown("No port of the driver was free to listen on, so nothing could be tried.");
        }

        var tried = report.On("port ").ToDictionary(l => l.What["port ".Length..], StringComparer.Ordinal);
        var bad = report.Held
            .Select(h => FormattableString.Invariant($"{h.Key}={h.Port}"))
            .Where(name => tried.GetValueOrDefault(name)?.State != "ok")
            .ToList();
        if (bad.Count == 0)
        {
            var from = string.Join(", ", report.Callers.Values.Distinct());
            return CheckOutcome.Passed(
                $"Connections came from {from} to {string.Join(", ", report.Held.Select(h => h.Port))}.");
        }

        var seen = bad.Select(name => $"{name}: {tried.GetValueOrDefault(name)?.Text ?? "not tried"}");
        return CheckOutcome.Failed(
            $"Pods do not reach this host. {string.Join("; ", seen)}",
            "Let the pods' network in: a rule of the network security group (pods' addresses with Azure CNI, nodes' with " +
            "overlay or kubenet) and of this host's firewall for these ports.");
    }

    public static async Task<CheckOutcome> StorageAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var connections = await site.ConnectionsAsync(cancellationToken).ConfigureAwait(false);
        if (!connections.Any(c => c.Generation == 2))
        {
            return CheckOutcome.NotApplicable("DSS has no connection to ADLS gen2.");
        }

        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        var lines = report.On("lake ").ToList();
        if (lines.Count == 0)
        {
            return report.On("snappy").FirstOrDefault() is { State: "unknown" } why
                ? CheckOutcome.Unknown($"The program that asks it did not run: {why.Text}")
                : NotSo(report);
        }

        return CheckOutcome.OfAll([.. lines.Select(OfStorage)]);
    }

    public static async Task<CheckOutcome> JavaAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        var spark = await site.SparkNumberAsync(cancellationToken).ConfigureAwait(false);
        return report.On("java").FirstOrDefault() switch
        {
            null => NotSo(report),
            { State: "ok" } line when SparkChecks.JavaIn(line.Text) is { } java && spark is not null =>
                SparkChecks.Judge(spark, java, "The image's java"),
            { State: "ok" } line => CheckOutcome.Unknown($"The image's java says: {line.Text}"),
            { } line => CheckOutcome.Failed(
                $"Java does not run in the image: {line.Text}", "Take a base image with the Java that this Spark takes.", Publish),
        };
    }

    public static async Task<CheckOutcome> PythonAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        var line = report.On("python").FirstOrDefault();
        if (line is null)
        {
            return NotSo(report);
        }

        if (line.State != "ok")
        {
            return CheckOutcome.NotApplicable("The image has no Python: it runs no PySpark.");
        }

        if (!site.MayActAsDss)
        {
            return CheckOutcome.Unknown($"The image has {line.Text}; the driver's is seen only as the account of DSS.");
        }

        var variables = await site.EnvironmentAsync(cancellationToken).ConfigureAwait(false);
        var program = variables.GetValueOrDefault("PYSPARK_PYTHON") ?? variables.GetValueOrDefault("DKUPYTHONBIN")
            ?? Path.Combine(site.Directory.Path, "bin", "python");
        var said = await ChildProcess
            .RunAsync(program, ["--version"], FileOwner.Of(site.Directory.Path), "/", _ => { }, cancellationToken)
            .ConfigureAwait(false);
        var own = said.LastLines.Count > 0 ? said.LastLines[0] : "";
        if (SparkChecks.MinorOf(own) is { } minor && minor == SparkChecks.MinorOf(line.Text))
        {
            return CheckOutcome.Passed($"The image has {line.Text}, the driver {own}.");
        }

        return CheckOutcome.Failed(
            $"The image has {line.Text}, the driver {own}: jobs end with \"Python in worker has different version\".",
            "Take a base image with the driver's Python, or set PYSPARK_PYTHON for the driver to the image's version.",
            Publish);
    }

    public static async Task<CheckOutcome> SnappyAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        return report.On("snappy").FirstOrDefault() switch
        {
            null => NotSo(report),
            { State: "ok" } line => CheckOutcome.Passed($"snappy {line.Text} packs and unpacks."),
            { State: "unknown" } line => CheckOutcome.Unknown($"The program that tries it did not run: {line.Text}"),
            { } line => CheckOutcome.Failed(
                line.Text,
                "Edit the Dockerfile (nss, LD_LIBRARY_PATH) on Alpine, keep Spark's own snappy-java elsewhere, and publish.",
                "Edit-SparkDockerfile"),
        };
    }

    public static async Task<CheckOutcome> JarsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var report = await site.InsideAsync(cancellationToken).ConfigureAwait(false);
        return report.On("jars").FirstOrDefault() switch
        {
            null => NotSo(report),
            { State: "ok" } line => CheckOutcome.Passed($"All {line.Text} are the same."),
            { } line => CheckOutcome.Failed(
                line.Text, "Publish the image again from the driver's Spark home, and name it by its digest.", Publish),
        };
    }

    // The pod mounts them so that it starts without one; executors do not.
    private static CheckOutcome OfSecret(InsideLine line)
    {
        var name = line.What["secret ".Length..];
        if (line.State == "ok")
        {
            return CheckOutcome.Passed($"'{name}' is mounted on {line.Text}.");
        }

        return CheckOutcome.Failed(
            $"Nothing is mounted on {line.Text}: the secret '{name}' is not there or empty, and executors wait for it with no end.",
            "Make it in the namespace, or take spark.kubernetes.executor.secrets.* out of the configuration.",
            Configuration);
    }

    private static CheckOutcome OfStorage(InsideLine line)
    {
        var host = line.What["lake ".Length..].Replace("https://", "", StringComparison.Ordinal);
        if (line.State == "ok")
        {
            return CheckOutcome.Passed($"{host} answers ({line.Text}).");
        }

        return CheckOutcome.Failed(
            $"{host} in the cluster: {line.Text}",
            "Unknown host: check the account's name and private DNS zone. Timeout or refused: the storage's firewall and the " +
            "nodes' way out. SSLHandshakeException: something between changes the certificate, or the image's Java is too old.");
    }

    private static CheckOutcome Refused(InsideReport report)
    {
        var known = PodRefusals.Of(report.Words);
        return CheckOutcome.Failed(
            $"The API server says: {report.Words}",
            known?.Remedy ?? "Read the server's words; the check KubernetesPod asks the same.",
            known?.Command);
    }

    // What has not been reached says nothing, good or bad.
    private static CheckOutcome NotSo(InsideReport report) =>
        CheckOutcome.Unknown($"The pod did not come as far ({report.Stage}): {report.Words}".TrimEnd(' ', ':'));
}
