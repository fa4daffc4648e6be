namespace SparkAzure.Runs.Scenes;

/// <summary>
/// A set of libraries for a Spark, as the procedure copies them: what leaves the release's jars, and what comes from which folder.
/// </summary>
/// <param name="Name">Its name in the data: <c>hadoop-3.2.0+jetty-util-ajax</c>.</param>
/// <param name="Leaves">The jars of the release that are taken away, as patterns of file names.</param>
/// <param name="Brings">A folder of the stock, and patterns of file names in it.</param>
internal sealed record LibrarySet(string Name, string[] Leaves, (string Folder, string[] Patterns)[] Brings)
{
    // Dataiku's "Run Spark on Kubernetes on Azure", 3.3 and 4.3, without snappy-java 1.0.5: it breaks Spark's shell, and Spark
    // brings its own.
    private const string Wildfly = "wildfly-openssl-*";
    private static readonly string[] Recipe = ["hadoop-*2.7*", "httpc*"];
    private static readonly string[] Hadoop3 =
    [
        "hadoop-*3.*", "woodstox-*", "stax2-*", "commons-configuration2-*", "htrace-core4-*", "re2j-*", "azure*", "*aws*", Wildfly,
    ];

    // Jars that the release itself has (../shared/releases/lists/2.4.8.tsv) and the home that tests are given lacks, because nothing
    // in it needs them before a set of libraries comes: HDFS does, and wasb up to Hadoop 2.
    private static readonly (string Folder, string[] Patterns) Cut = ("hadoop-2.8.5", ["protobuf-java-2.5.0.jar", "jetty-util-6.1.26.jar"]);

    /// <summary>The sets that runs are recorded with.</summary>
    public static IReadOnlyList<LibrarySet> All { get; } =
    [
        new("released", [], []),
        new("hadoop-2.8.5", Recipe,
            [("hadoop-2.8.5", ["hadoop-*2.8*", "htrace-core4-*", "azure*", "*aws*"]), ("companions-5.1", ["httpc*"]), Cut]),
        new("hadoop-3.2.0", Recipe, [("hadoop-3.2.0", Hadoop3), ("companions-5.1", ["httpc*"]), Cut]),
        new("hadoop-3.2.0+jetty-util-ajax", Recipe,
            [
                ("hadoop-3.2.0", [.. Hadoop3, "jetty-util-9*"]), ("companions-5.1", ["httpc*"]), Cut,
                ("jetty-util-ajax-9.3.24", ["*"]),
            ]),

        // The same without Wildfly's OpenSSL, which drivers of storage try and do without.
        new("hadoop-3.2.0-wildfly-openssl", Recipe,
            [
                ("hadoop-3.2.0", [.. Hadoop3.Where(p => p != Wildfly), "jetty-util-9*"]), ("companions-5.1", ["httpc*"]), Cut,
                ("jetty-util-ajax-9.3.24", ["*"]),
            ]),
        new("azure-3.3.4", [], [("azure-3.3.4", ["*"])]),

        // What of it ABFS needs.
        new("hadoop-azure-3.3.4", [], [("azure-3.3.4", ["hadoop-azure-3.3.4.jar"])]),
    ];

    /// <summary>The set of a name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static LibrarySet Of(string name) =>
        All.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"no set of libraries '{name}'; there are {string.Join(", ", All.Select(s => s.Name))}.");
}
