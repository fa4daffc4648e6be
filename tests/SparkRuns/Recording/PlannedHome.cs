namespace SparkAzure.Runs.Recording;

/// <summary>A home that is recorded, on a Java.</summary>
/// <param name="Spark">Its version.</param>
/// <param name="Libraries">Its set of libraries.</param>
/// <param name="Java">The Java's release.</param>
internal sealed record PlannedHome(string Spark, string Libraries, int Java)
{
    /// <summary>The features; null for all.</summary>
    public IReadOnlyList<SparkFeature>? Features { get; private init; }

    /// <summary>
    /// Whether executors of their own are recorded, and the cluster's: they load of the libraries what drivers load,
    /// too, so that one set for each Spark and Java is enough.
    /// </summary>
    public bool HasExecutors { get; private init; }

    /// <summary>Whether each feature runs a second time for the methods that it enters.</summary>
    public bool HasMethods { get; private init; }

    /// <summary>It in words.</summary>
    public string Words => $"{Spark} | {Libraries} | Java {Java}";

    /// <summary>All, in the order of the data.</summary>
    public static IReadOnlyList<PlannedHome> All { get; } =
    [
        new("2.4.8", "released", 8),
        new("2.4.8", "hadoop-2.8.5", 8) { HasMethods = true },
        new("2.4.8", "hadoop-3.2.0", 8),
        new("2.4.8", "hadoop-3.2.0+jetty-util-ajax", 8) { HasExecutors = true, HasMethods = true },
        new("2.4.8", "hadoop-3.2.0-wildfly-openssl", 8) { Features = [SparkFeature.Abfs, SparkFeature.Adl] },
        new("3.5.9", "released", 17),
        new("3.5.9", "azure-3.3.4", 17) { HasExecutors = true, HasMethods = true },
        new("3.5.9", "hadoop-azure-3.3.4", 17) { Features = [SparkFeature.Abfs, SparkFeature.Wasb] },
        new("3.5.9", "released", 8),
        new("3.5.9", "azure-3.3.4", 8) { HasExecutors = true },
    ];
}
