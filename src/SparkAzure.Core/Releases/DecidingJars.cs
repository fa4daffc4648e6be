namespace SparkAzure.Core.Releases;

/// <summary>Which archives of a release have a jar.</summary>
internal enum DecidingJarScope
{
    /// <summary>All of them.</summary>
    Always,

    /// <summary>All but those "without Hadoop", which leave it to the Hadoop that is there or were built without it.</summary>
    UnlessProvided,

    /// <summary>Those of one Hadoop: another Hadoop needs others in its place.</summary>
    OneHadoop,
}

/// <summary>A jar that decides whether Spark starts, or reaches Hadoop's storages or Kubernetes.</summary>
/// <param name="Name">The artifact, without Scala's version; a name that ends in <c>*</c> stands for all that begin so.</param>
/// <param name="Scope">Which archives have it.</param>
/// <param name="Reason">What it decides.</param>
internal sealed record DecidingJar(string Name, DecidingJarScope Scope, string Reason)
{
    /// <summary>Whether the row is about an artifact.</summary>
    public bool Means(string name)
    {
        if (Name.EndsWith('*'))
        {
            return name.StartsWith(Name[..^1], StringComparison.Ordinal);
        }

        return name == Name;
    }
}

/// <summary>
/// The jars that are told when they are missing; the archives hold some 200 more. Spark's own modules count without
/// being named here. Sources of the scopes: a release's jars with Hadoop 2.7 beside those with 3.2 (3.0.2 and 3.0.3);
/// hadoop.deps.scope in Spark's pom.xml and assembly/pom.xml, and "without-hadoop" in release-build.sh, which is built
/// without Hive.
/// </summary>
internal static class DecidingJars
{
    /// <summary>The rows; the first that means an artifact counts.</summary>
    internal static readonly IReadOnlyList<DecidingJar> All =
    [
        new("spark-hive", DecidingJarScope.UnlessProvided, "tables of Hive"),
        new("spark-hive-thriftserver", DecidingJarScope.UnlessProvided, "SQL over JDBC"),
        new("scala-library", DecidingJarScope.Always, "Spark is written in Scala"),
        new("scala-reflect", DecidingJarScope.Always, "SQL's encoders"),
        new("netty-all", DecidingJarScope.Always, "driver and executors talk with it; since Spark 3.3 it only names the jars below"),
        new("netty-buffer", DecidingJarScope.Always, "driver and executors talk with it"),
        new("netty-common", DecidingJarScope.Always, "driver and executors talk with it"),
        new("netty-handler", DecidingJarScope.Always, "driver and executors talk with it"),
        new("netty-transport", DecidingJarScope.Always, "driver and executors talk with it"),
        new("py4j", DecidingJarScope.Always, "PySpark"),
        new("parquet-hadoop", DecidingJarScope.Always, "Parquet files"),
        new("snappy-java", DecidingJarScope.UnlessProvided, "Parquet's default codec"),
        new("jackson-databind", DecidingJarScope.Always, "events, and the API server's answers"),
        new("jackson-core-asl", DecidingJarScope.UnlessProvided, "hadoop-azure up to 3.3.4"),
        new("jackson-mapper-asl", DecidingJarScope.UnlessProvided, "hadoop-azure up to 3.3.4"),
        new("guava", DecidingJarScope.UnlessProvided, "Hadoop and Hive"),
        new("failureaccess", DecidingJarScope.UnlessProvided, "guava since 27"),
        new("httpclient", DecidingJarScope.UnlessProvided, "hadoop-azure, Hive"),
        new("httpcore", DecidingJarScope.UnlessProvided, "httpclient"),
        new("slf4j-api", DecidingJarScope.UnlessProvided, "every class that logs"),
        new("log4j", DecidingJarScope.UnlessProvided, "Spark's logs up to 3.2"),
        new("log4j-core", DecidingJarScope.UnlessProvided, "Spark's logs since 3.3"),
        new("log4j-1.2-api", DecidingJarScope.UnlessProvided, "Hadoop's logs since Spark 3.3"),
        new("zookeeper", DecidingJarScope.UnlessProvided, "Hadoop's and Hive's delegation tokens"),
        new("hive-exec", DecidingJarScope.UnlessProvided, "tables of Hive, ORC up to 2.3"),
        new("kubernetes-client", DecidingJarScope.Always, "executors are asked for with it"),
        new("kubernetes-client-api", DecidingJarScope.Always, "kubernetes-client since 6.0"),
        new("kubernetes-httpclient-*", DecidingJarScope.Always, "how kubernetes-client speaks http since 6.0"),
        new("kubernetes-model", DecidingJarScope.Always, "what kubernetes-client sends, up to 4.9"),
        new("kubernetes-model-core", DecidingJarScope.Always, "what kubernetes-client sends, since 4.10"),
        new("okhttp", DecidingJarScope.Always, "how kubernetes-client speaks http up to Spark 3.5"),
        new("vertx-core", DecidingJarScope.Always, "how kubernetes-client speaks http since Spark 4.0"),
        new("hadoop-*", DecidingJarScope.OneHadoop, "Hadoop's file systems and client"),
        new("htrace-core", DecidingJarScope.OneHadoop, "hadoop-common 2.7"),
        new("htrace-core4", DecidingJarScope.OneHadoop, "hadoop-common 2.8 to 3.2"),
        new("jetty-util", DecidingJarScope.OneHadoop, "Hadoop 2's web pages"),
        new("commons-configuration", DecidingJarScope.OneHadoop, "hadoop-common 2's metrics"),
        new("commons-configuration2", DecidingJarScope.OneHadoop, "hadoop-common 3's metrics"),
        new("re2j", DecidingJarScope.OneHadoop, "hadoop-common 3's globs"),
        new("woodstox-core", DecidingJarScope.OneHadoop, "hadoop-common 3 reads its configuration with it"),
        new("stax2-api", DecidingJarScope.OneHadoop, "woodstox-core"),
    ];

    /// <summary>The row of an artifact; null where it decides nothing of this.</summary>
    /// <param name="name">The artifact, without Scala's version.</param>
    public static DecidingJar? Find(string name) => All.FirstOrDefault(r => r.Means(name));
}
