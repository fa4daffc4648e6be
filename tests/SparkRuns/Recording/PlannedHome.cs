namespace SparkAzure.Runs.Recording;

/// <summary>A home that is recorded, on a Java.</summary>
/// <param name="Spark">Its version.</param>
/// <param name="Libraries">Its set of libraries.</param>
/// <param name="Java">The Java's release.</param>
internal sealed record PlannedHome(string Spark, string Libraries, int Java)
{
    /// <summary>All, in the order of the data.</summary>
    public static IReadOnlyList<PlannedHome> All { get; } =
    [
        new("2.4.8", "released", 8),
        new("2.4.8", "hadoop-2.8.5", 8),
        new("2.4.8", "hadoop-3.2.0", 8),
        new("2.4.8", "hadoop-3.2.0+jetty-util-ajax", 8),
        new("3.5.9", "released", 8),
        new("3.5.9", "released", 17),
        new("3.5.9", "azure-3.3.4", 8),
        new("3.5.9", "azure-3.3.4", 17),
    ];
}
