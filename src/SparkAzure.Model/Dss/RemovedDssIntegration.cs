namespace SparkAzure;

/// <summary>An integration of DSS that was switched off, or put back to what it was.</summary>
public sealed record RemovedDssIntegration
{
    /// <summary>The data directory of the DSS host.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Which: Hadoop or Spark.</summary>
    public required string Integration { get; init; }

    /// <summary>The file by which DSS knows it: <c>bin/env-hadoop.sh</c> or <c>bin/env-spark.sh</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Whether DSS has the integration afterwards, at its next start.</summary>
    public bool Enabled { get; init; }

    /// <summary>The Spark home that DSS uses afterwards; null where it uses none.</summary>
    public string? SparkHome { get; init; }

    /// <summary>
    /// The file that holds the integration's file as it was before this call; null where there was none or nothing
    /// changes.
    /// </summary>
    public string? RestorePoint { get; init; }

    /// <summary>What the installation did beyond that file, and what becomes of it.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>True when this call altered the host.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names it in one line.</summary>
    public override string ToString() => $"{Integration} in {DataDirectory}: {(Enabled ? "on" : "off")}";
}
