namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>Between executors and driver: its host's name, its ports, what lies between.</summary>
internal static class DriverCauses
{
    private const string Runs = "run: Spark 2.4.8 and 3.5.9 on Kubernetes 1.34, 2026-11";
    private const FailureContext Start = FailureContext.ExecutorStart;

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "DriverHostUnresolvable", FailureRank.Names,
            "The driver's host name {host:in spark.driver.host} does not resolve inside the cluster, so no executor reaches the driver.",
            "Set spark.driver.host to a name that the cluster's DNS knows (a private DNS zone linked to its VNET), or to this host's private address: Set-DssSparkConfig -DriverHost.",
            "Set-DssSparkConfig", Runs,
            [
                new("UnknownHostException: ") { After = Start, Form = @"UnknownHostException: (?<host>[^\s/:]+)" },
                new("UnresolvedAddressException") { After = Start },
            ]),
        new(
            "DriverBindAddressAnnounced", FailureRank.Names,
            "Executors were told 0.0.0.0 as the driver's address: this Spark gives them the bind address instead of spark.driver.host.",
            "Set spark.kubernetes.executor.useDriverPodIP to false, or spark.driver.bindAddress to the same address as spark.driver.host.",
            "Set-DssSparkConfig", "run: Spark 4.3.0 on Kubernetes 1.34, 2026-11",
            [
                new("Failed to connect to ", "/0.0.0.0:") { After = Start },
                new("Connection refused: ", "/0.0.0.0:") { After = Start },
            ]),
        new(
            "DriverHostLoopback", FailureRank.Names,
            "The driver announces a loopback address ({host:127.x}), so executors call themselves.",
            "Set spark.driver.host to this host's address in the VNET, and take the line of /etc/hosts out that gives its name a 127. address: Set-DssSparkConfig -DriverHost.",
            "Set-DssSparkConfig", Runs,
            [
                new("Failed to connect to ", "/127.") { After = Start, Form = @"connect to (?<host>[^\s/]*/127\.[0-9.]+):" },
                new("Connection refused: ", "/127.") { After = Start, Form = @"refused: (?<host>[^\s/]*/127\.[0-9.]+):" },
                new("Failed to connect to localhost") { After = Start },
            ]),
        new(
            "DriverPortRefused", FailureRank.Names,
            "The driver's port {host:} is refused: a firewall of this host rejects it, or the driver listens on an address that pods do not reach.",
            "Open the driver's and the block manager's ports on this host for the nodes' and pods' networks, and set spark.driver.bindAddress to 0.0.0.0 (with Spark 4.3 to the driver's address): Set-DssSparkConfig -DriverPort -BlockManagerPort -DriverBindAddress.",
            "Set-DssSparkConfig", "run: Spark 2.4.8 on Kubernetes 1.34, iptables REJECT, 2026-11",
            [
                new("Connection refused: ") { After = Start, Without = ["/127.", "/0.0.0.0:"], Form = @"Connection refused: [^\s/]*/?(?<host>[^\s]+)" },
            ])
            { ExplainedBy = "DriverKilled" },
        new(
            "DriverPortDropped", FailureRank.Names,
            "Packets from pods to the driver {host:} vanish: a network security group or a firewall between the nodes' subnet and this host drops them.",
            "Fix the driver's and the block manager's ports (Set-DssSparkConfig -DriverPort -BlockManagerPort) and let the nodes' subnet, or the pods' with Azure CNI, reach them through the network security groups and firewalls in between.",
            "Set-DssSparkConfig", "run: Spark 2.4.8 and 3.5.9 on Kubernetes 1.34, iptables DROP, 2026-11",
            [
                new("Cannot receive any reply from ", "askTimeout") { After = Start, Form = @"reply from (?<host>\S+)" },
                new("RpcTimeoutException: Cannot receive any reply from ") { After = Start, Form = @"reply from (?<host>\S+)" },
                new("Connecting to ", "timed out (") { After = Start, Form = @"Connecting to [^\s/]*/?(?<host>\S+) timed out" },
                new("NettyRpcEnv: Ignored failure: java.io.IOException: Connecting to ", "timed out (") { Form = @"Connecting to [^\s/]*/?(?<host>\S+) timed out" },
                new("Connection timed out: ") { After = Start, Form = @"timed out: [^\s/]*/?(?<host>\S+)" },
                new("No route to host: ") { After = Start, Form = @"to host: [^\s/]*/?(?<host>\S+)" },
            ]),
        new(
            "DriverBlocksUnreachable", FailureRank.Names,
            "Executors reach the driver, but not its block manager ({host:}), so no task gets its data.",
            "Fix the port (Set-DssSparkConfig -BlockManagerPort; spark.driver.blockManager.port) and open it to the nodes' and pods' networks, as the driver's own port.",
            "Set-DssSparkConfig", "org.apache.spark.network.shuffle.RetryingBlockFetcher; running-on-kubernetes.html, client mode networking",
            [
                new("Failed to connect to ") { After = FailureContext.BlockTransfer, IsOfDriver = true, Form = @"connect to (?<host>\S+)" },
                new("Connecting to ", "timed out (") { After = FailureContext.BlockTransfer, IsOfDriver = true, Form = @"Connecting to (?<host>\S+) timed out" },
                new("Connection refused: ") { After = FailureContext.BlockTransfer, IsOfDriver = true, Form = @"refused: (?<host>\S+)" },
                new("Failed to get broadcast_", " of broadcast_") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "ExecutorsApart", FailureRank.Follows,
            "Executors do not reach each other ({host:}): one has gone, or a network policy parts the pods.",
            "Look why the executor went; where none did, let the pods of the namespace reach each other (NetworkPolicy).",
            null, "org.apache.spark.shuffle.FetchFailedException",
            [
                new("Failed to connect to ") { After = FailureContext.BlockTransfer, Weight = FailureWeight.WhenFailed, Form = @"connect to (?<host>\S+)" },
            ]),
        new(
            "DriverHostUnresolvableHere", FailureRank.Names,
            "This host cannot resolve spark.driver.host itself, and no bind address is set, so the driver cannot listen.",
            "Set spark.driver.bindAddress to 0.0.0.0, or spark.driver.host to a name or address that this host has as well: Set-DssSparkConfig -DriverBindAddress -DriverHost.",
            "Set-DssSparkConfig", "run: Spark 2.4.8, 2026-11; Utils.findLocalInetAddress",
            [
                new("java.nio.channels.UnresolvedAddressException") { After = FailureContext.SparkStart },
                new("UnknownHostException: ", ": Name or service not known") { After = FailureContext.SparkStart, NotAfter = FailureContext.KubernetesClient, Without = [".core.windows.net"] },
                new("UnknownHostException: ", ": Temporary failure in name resolution") { After = FailureContext.SparkStart, NotAfter = FailureContext.KubernetesClient, Without = [".core.windows.net"] },
            ]),
        new(
            "DriverPortsTaken", FailureRank.Names,
            "The driver found no free port: {service:a service of it} could not listen after all its retries.",
            "End what holds the ports, or fix others with room for the jobs that run at once: Set-DssSparkConfig -DriverPort -BlockManagerPort -UiPort -PortMaxRetries.",
            "Set-DssSparkConfig", "org.apache.spark.util.Utils.startServiceOnPort",
            [
                new("Address already in use", "failed after ", "Service '") { Form = @"Service (?<service>'\w+')" },
            ]),
        new(
            "DriverBindAddressWrong", FailureRank.Names,
            "The driver cannot listen on its address: no network interface of this host has what spark.driver.bindAddress or spark.driver.host says.",
            "Set spark.driver.bindAddress to 0.0.0.0 and spark.driver.host to this host's address in the VNET: Set-DssSparkConfig -DriverBindAddress -DriverHost.",
            "Set-DssSparkConfig", "org.apache.spark.util.Utils.startServiceOnPort",
            [
                new("assign requested address", "Service '", "failed after "),
            ]),
        new(
            "DriverKilled", FailureRank.Names,
            "The driver's process was killed (SIGKILL): by the kernel, where this host ran out of memory, or by somebody.",
            "Look into the kernel's log for 'Out of memory: Killed process' (dmesg, journalctl -k). Where it is so, run fewer drivers at once, or smaller ones (spark.driver.memory), or give this host more memory.",
            null, "run: Spark 2.4.8, kill -9 of the driver's Java, as bash tells it, 2026-11",
            [
                new(": line ", " Killed ") { Kinds = [SparkFailureEvidenceKind.DriverLog, SparkFailureEvidenceKind.Text], Form = @": line \d+:\s+\d+ Killed\s" },
            ]),
        new(
            "DriverGone", FailureRank.Follows,
            "The driver {host:} went away while executors were at work; they end themselves then.",
            "Look why the driver's process ended (killed, out of memory, this host restarted). Pods that are left have the label spark-app-selector of that application; delete them, Kubernetes does not.",
            null, "run: Spark 2.4.8 and 3.5.9, kill -9 of the driver, 2026-11",
            [
                new("Executor self-exiting due to : Driver ", "disassociated!") { Weight = FailureWeight.Waits, Form = @"Driver (?<host>\S+) disassociated" },
            ]),
        new(
            "SparkSecretsDiffer", FailureRank.Names,
            "Driver and executors do not agree on spark.authenticate or its secret.",
            "Set spark.authenticate and the encryption keys the same for both.",
            "Set-DssSparkConfig", "org.apache.spark.network.sasl.SaslMessage",
            [
                new("Expected SaslMessage, received something else"),
                new("java.lang.SecurityException: Authentication failed", "SaslClient"),
            ]),
    ];
}
