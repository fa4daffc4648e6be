namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What is to go of DSS's Spark configurations.</summary>
public sealed record SparkConfigRemoval
{
    /// <summary>The configuration's name in DSS.</summary>
    public required string Name { get; init; }

    /// <summary>Keys of it that are to go; empty for the whole configuration.</summary>
    public IReadOnlyList<string> Property { get; init; } = [];

    /// <summary>
    /// The file to keep the configuration in, in DSS's own spelling; null for the usual place of this
    /// DSS.
    /// </summary>
    public string? BackupPath { get; init; }

    /// <summary>Removes a configuration also when DSS's settings name it.</summary>
    public bool Force { get; init; }
}
