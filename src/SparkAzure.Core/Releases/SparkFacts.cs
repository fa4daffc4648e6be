namespace SparkAzure.Core.Releases;

/// <summary>
/// What releases of Spark can, for whoever must know before anything runs. The next fact is a row here.
/// </summary>
internal static class SparkFacts
{
    internal static readonly ReleaseFact HiveKnowsHadoop3 = new(
        "3.0.0", "its Hive, 2.3 in place of 1.2, takes Hadoop 3 for a version that it knows", "SPARK-18673; howto 2.2");
    internal static readonly ReleaseFact ChoosesPython3 = new(
        "3.0.0",
        "executors run Python 3 unless told otherwise; before, Python 2",
        "Spark's running-on-kubernetes page, 2.4");

    internal static readonly ReleaseFact ClientMode = new(
        "2.4.0",
        "runs on Kubernetes in client mode: the driver is outside the cluster, as that of DSS",
        "v2.4.0 release notes, SPARK-23146; run: 2.3.4");
    internal static readonly ReleaseFact MasterWithoutPort = new(
        "2.4.5",
        "takes a master that names no port; kubernetes-client before 4.4.2 then sends an Origin with the port -1, which "
            + "API servers since August 2019 refuse",
        "SPARK-28921; run: 2.4.0 and 2.4.4 with and without port, 2.4.8, on Kubernetes 1.34");
    internal static readonly ReleaseFact ExecutorsTakeBindAddress = new(
        "4.3.0",
        "executors look for the driver at its bind address unless spark.kubernetes.executor.useDriverPodIP is false",
        "SPARK-53944, the key of 4.1.0; run: its default in 4.3.0, not so in 4.1.4 and 4.2.1");

    /// <summary>Every fact.</summary>
    internal static IEnumerable<ReleaseFact> All =>
        [HiveKnowsHadoop3, ChoosesPython3, ClientMode, MasterWithoutPort, ExecutorsTakeBindAddress];
}
