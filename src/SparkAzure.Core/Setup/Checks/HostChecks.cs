namespace SparkAzure.Core.Setup.Checks;

/// <summary>What has to hold on the DSS host itself.</summary>
internal static class HostChecks
{
    private const string Configuration = "Spark's configuration page";

    /// <summary>The checks, in the order of the procedure.</summary>
    public static readonly IReadOnlyList<CheckRow> Rows =
    [
        new("DssVersion", "3.2, 4.2", "DSS is of a release that the procedure works on", DssChecks.VersionAsync, "howto 2.2, 3.2, 4.2; DSS's release notes"),
        new("DssRunning", "4.4", "DSS runs", DssChecks.RunningAsync, "howto 4.4: start DSS"),
        new("DssHadoopIntegration", "3.2, 4.2", "DSS has Hadoop's libraries", DssChecks.HadoopAsync, "howto 3.2, 4.2; the kit's install-hadoop-integration ends with 0 also where it enabled nothing"),
        new("DssSparkIntegration", "3.4, 4.4", "DSS is integrated with a Spark that is there", DssChecks.SparkAsync, "howto 3.4, 4.4; the kit's install-spark-integration"),
        new("DssRestart", "4.4", "DSS has read what was written into its files", DssChecks.RestartAsync, "DSS reads env-*.sh and its settings when it starts (kit)"),
        new("DockerDaemon", "3.1, 4.1", "The account of DSS reaches a Docker daemon", AccountChecks.DockerAsync, "howto 3.1, 4.1"),
        new("KubeConfig", "3.4, 4.4", "The account of DSS can use the cluster", KubeConfigChecks.OwnAsync, "howto 3.4, 4.4: the user running DSS can access the cluster"),
        new("KubeConfigUsers", "2.2", "Every impersonated user can use the cluster", KubeConfigChecks.UsersAsync, "howto 2.2: each impersonated user must have a local Kubernetes credential") { Limit = TimeSpan.FromSeconds(30) },
        new("KubeCredentialForm", "3.4, 4.4", "Spark's own client can use the credential", KubeConfigChecks.FormAsync, Aks.KubeCredentialForms.Source),
        new("KubeCredentialEnd", "3.4, 4.4", "The credential and the cluster's certificates last", KubeConfigChecks.EndAsync, "run: a credential that has ended, in every Spark"),
        new("Clock", "2.1", "This host's clock is right", AccountChecks.ClockAsync, "tokens of Entra ID and signatures of Azure Storage count minutes"),
        new("NetworkApiServer", "2.1", "This host reaches the API server of spark.master", ApiServerRoute.CheckAsync, "run: packets that vanish hold Spark 2.4 for ever, as if the cluster were full"),
        new("NetworkDriverHost", "2.1", "The driver's host name resolves here to an address of this host", NetworkChecks.DriverHostAsync, "howto 2.1; run: loopback and unresolvable names"),
        new("NetworkDriverPorts", "2.1", "The driver's ports are set and free", NetworkChecks.DriverPortsAsync, "howto 2.1: reachable on all ports; Spark's configuration page, networking"),
        new("SparkMemory", "3.4, 4.4", "Driver and executors have Spark's least memory", SparkChecks.MemoryAsync, "UnifiedMemoryManager: 1.5 times 300 MiB; run: an executor of less, in every Spark"),
        new("SparkConfiguration", "3.4, 4.4", "The Spark configuration sends jobs to the cluster", SparkChecks.ConfigurationAsync, "howto 3.4, 4.4"),
        new("SparkJava", "3.2, 4.2", "The driver's Java is one that this Spark takes", SparkChecks.JavaAsync, "the overview page of each Spark release"),
        new("HostDisk", "2.1", "There is room for logs, jars and what Spark spills", AccountChecks.DiskAsync, Configuration + ", spark.local.dir"),
        new("HostInotify", "2.1", "The account of DSS may watch files", AccountChecks.InotifyAsync, "inotify(7): programs that watch files fail at fs.inotify's limits"),
    ];
}
