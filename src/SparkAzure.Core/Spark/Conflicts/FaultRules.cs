using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A fault that has an id of its own: what of, and where it is known from beside the jars.</summary>
/// <param name="Artifact">The artifact that is missing or at fault; <c>*</c> at its end stands for any text.</param>
/// <param name="Missing">The id where its class is missing.</param>
/// <param name="TooOld">The id where it is there and lacks what is called, in an older version than belongs there.</param>
/// <param name="TooNew">The id where it is a newer one.</param>
/// <param name="Source">Issues and poms.</param>
internal sealed record FaultRule(string Artifact, string Missing, string TooOld, string TooNew, string Source)
{
    private readonly Text.GlobPattern _artifact = new(Artifact);

    /// <summary>Whether it is of an artifact.</summary>
    public bool Covers(string artifact) => _artifact.IsMatch(artifact);
}

/// <summary>
/// The ids of what linking finds, as a table: scripts and people know them. What is found does not depend on it.
/// </summary>
internal static class FaultRules
{
    /// <summary>A class that no jar has.</summary>
    internal const string MissingClass = "MissingClass";

    /// <summary>A class that is there and lacks what is called, or is of another kind.</summary>
    internal const string IncompatibleClass = "IncompatibleClass";

    /// <summary>A class that stands in several jars, of which not all suit.</summary>
    internal const string SeveralJars = "ClassInSeveralJars";

    /// <summary>A file system of another Hadoop.</summary>
    internal const string AddOnOfAnotherHadoop = "AddOnOfAnotherHadoop";

    /// <summary>Hadoop's own jars, of versions that do not go together.</summary>
    internal const string HadoopVersionsMixed = "HadoopVersionsMixed";

    /// <summary>A feature that is not there.</summary>
    internal const string FeatureMissing = "FeatureMissing";

    /// <summary>The rows; the first one that covers an artifact counts.</summary>
    internal static readonly IReadOnlyList<FaultRule> All =
    [
        new("azure-storage", "MissingAzureStorage", "AzureStorageTooOld", "AzureStorageTooNew", "Hadoop's abfs.md, troubleshooting; Azure/azure-storage-java#113"),
        new("wildfly-openssl", "MissingWildflyOpenssl", IncompatibleClass, IncompatibleClass, "hadoop-azure 3.2.0, SSLSocketFactoryEx; HADOOP-15669"),
        new("jetty-util-ajax", "MissingJettyUtilAjax", "JettyVersionsMixed", "JettyVersionsMixed", "hadoop-azure 3.2.0 pom"),
        new("jetty-util", "MissingJettyUtil", "JettyVersionsMixed", "JettyUtilTooNew", "HADOOP-19848; jetty-util-ajax 9.3 and 9.4 pom"),
        new("azure-data-lake-store-sdk", "MissingDataLakeStoreSdk", IncompatibleClass, IncompatibleClass, "hadoop-azure-datalake poms"),
        new("hadoop-shaded-guava", "MissingShadedGuava", IncompatibleClass, IncompatibleClass, "HADOOP-17288"),
        new("woodstox-core", "MissingWoodstox", IncompatibleClass, IncompatibleClass, "HADOOP-14501; hadoop-common 3.2.0 pom"),
        new("stax2-api", "MissingStax2", IncompatibleClass, IncompatibleClass, "woodstox-core 5.0.3 pom"),
        new("commons-configuration2", "MissingCommonsConfiguration2", IncompatibleClass, IncompatibleClass, "hadoop-common 3.2.0 pom; HADOOP-13660"),
        new("re2j", "MissingRe2j", IncompatibleClass, IncompatibleClass, "hadoop-common 3.2.0 pom"),
        new("htrace-core4", "MissingHtrace4", IncompatibleClass, IncompatibleClass, "hadoop-common 2.8.5 and 3.2.0 poms; gone in 3.3.2 (HADOOP-17424)"),
        new("snappy-java", "MissingSnappy", "SnappyTooOld", IncompatibleClass, "parquet-hadoop, SnappyCodec; HADOOP-17125"),
        new("guava", MissingClass, "GuavaTooOld", "GuavaTooNew", "SPARK-36864; SPARK-32502; HADOOP-17288"),
        new("httpclient", MissingClass, "HttpClientTooOld", IncompatibleClass, "hadoop-project 3.2.0 pom"),
        new("httpcore", MissingClass, "HttpCoreTooOld", IncompatibleClass, "httpclient 4.5 pom"),
        new("jackson-*", MissingClass, "JacksonVersionsMixed", "JacksonVersionsMixed", "jackson-module-scala, JacksonModule"),
        new("*", MissingClass, IncompatibleClass, IncompatibleClass, ""),
    ];

    /// <summary>The file systems beside Hadoop's own jars, which must be of its version.</summary>
    internal static readonly IReadOnlyList<string> AddOns =
        ["hadoop-azure", "hadoop-azure-datalake", "hadoop-aws", "hadoop-cloud-storage", "hadoop-aliyun", "hadoop-openstack"];

    // Classes of Hadoop's own jars that have ids: an add-on calls them, and its Hadoop does not have them.
    private static readonly Dictionary<string, string> OfHadoop = new(StringComparer.Ordinal)
    {
        ["org/apache/hadoop/fs/StreamCapabilities"] = "MissingStreamCapabilities",
        ["org/apache/hadoop/util/WeakReferenceMap"] = "MissingWeakReferenceMap",
    };

    /// <summary>The row of an artifact.</summary>
    internal static FaultRule Of(string artifact) => All.First(r => r.Covers(artifact));

    /// <summary>The id of a class that is missing.</summary>
    /// <param name="name">The class, with slashes.</param>
    /// <param name="artifact">The artifact that would bring it; empty where nothing tells.</param>
    /// <param name="referrer">The artifact whose class refers to it.</param>
    internal static string IdOfMissing(string name, string artifact, string referrer)
    {
        if (OfHadoop.TryGetValue(name, out var id))
        {
            return id;
        }

        if (IsHadoop(artifact) && IsHadoop(referrer))
        {
            return IdOfHadoop(referrer);
        }

        return Of(artifact).Missing;
    }

    /// <summary>The id of a class that is there and does not suit.</summary>
    /// <param name="faulty">The jar that has it.</param>
    /// <param name="belongs">The version that belongs there; null where nothing tells.</param>
    /// <param name="referrer">The artifact whose class refers to it.</param>
    internal static string IdOfIncompatible(JarName faulty, string? belongs, string referrer)
    {
        if (IsHadoop(faulty.Artifact) && IsHadoop(referrer))
        {
            return IdOfHadoop(referrer);
        }

        var row = Of(faulty.Artifact);
        var there = ReleaseNumber.TryParse(faulty.Version);
        var wanted = ReleaseNumber.TryParse(belongs);
        if (there is not null && wanted is not null && there > wanted)
        {
            return row.TooNew;
        }

        return row.TooOld;
    }

    private static string IdOfHadoop(string referrer)
    {
        if (AddOns.Contains(referrer))
        {
            return AddOnOfAnotherHadoop;
        }

        return HadoopVersionsMixed;
    }

    private static bool IsHadoop(string artifact) =>
        artifact.StartsWith("hadoop-", StringComparison.Ordinal)
            && !artifact.StartsWith("hadoop-shaded-", StringComparison.Ordinal);
}
