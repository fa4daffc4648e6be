namespace SparkAzure.Core.Spark;

/// <summary>What is asked of a distribution.</summary>
public sealed record SparkDistributionOptions
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>Leaves out which features would work: the names of the files tell the rest.</summary>
    public bool SkipFeature { get; init; }

    /// <summary>Where what was read of jars is kept; null for the user's cache.</summary>
    public string? IndexFolder { get; init; }
}
