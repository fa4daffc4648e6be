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

    /// <summary>Every fact.</summary>
    internal static IEnumerable<ReleaseFact> All => [HiveKnowsHadoop3, ChoosesPython3];
}
