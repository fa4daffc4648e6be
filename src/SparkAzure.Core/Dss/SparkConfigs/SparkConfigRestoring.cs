namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>Which Spark configuration of DSS is to be put back, and from where.</summary>
public sealed record SparkConfigRestoring
{
    /// <summary>The file that a change or a removal kept.</summary>
    public required string RestorePoint { get; init; }

    /// <summary>The configuration's name in DSS; null for the one in the file.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The file to keep what stands there in; null for the usual place of this
    /// DSS.
    /// </summary>
    public string? BackupPath { get; init; }
}
