namespace SparkAzure.Core.Spark.Failures;

/// <summary>What is read.</summary>
public sealed record SparkFailureOptions
{
    /// <summary>A log, or the folder of a job; an absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>The Spark release, where the log does not tell it.</summary>
    public string? SparkVersion { get; init; }
}
