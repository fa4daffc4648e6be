namespace SparkAzure.Core.Spark.Jars;

/// <summary>What a return to earlier jars needs to know.</summary>
public sealed record SparkJarRestoreOptions
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The restore point's id; null for the one before the newest update.</summary>
    public string? RestorePoint { get; init; }

    /// <summary>The data directory of the DSS that uses the Spark; null where nobody says.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long to wait at most for another process that changes the same jars; zero does not wait.</summary>
    public TimeSpan Patience { get; init; } = SparkJars.DefaultPatience;
}
