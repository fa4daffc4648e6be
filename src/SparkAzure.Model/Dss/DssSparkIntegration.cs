namespace SparkAzure;

/// <summary>Which Spark a DSS host runs, as read back from <c>bin/env-spark.sh</c>.</summary>
public sealed record DssSparkIntegration
{
    /// <summary>The data directory of the DSS host.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The Spark home that DSS uses.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The Spark version that DSS found; in a rehearsal what the home says, null where it does not tell.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>
    /// The file that holds <c>bin/env-spark.sh</c> as it was before this call, for Uninstall-DssSparkIntegration; null where
    /// there was none, and where nothing was changed.
    /// </summary>
    public string? RestorePoint { get; init; }

    /// <summary>
    /// True when a running DSS must be restarted to use it: it was started before the files were written.
    /// </summary>
    public bool RestartRequired { get; init; }

    /// <summary>True when this call altered the host.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names the integration in one line.</summary>
    public override string ToString() => $"Spark {SparkVersion ?? "?"} at {SparkHome} in {DataDirectory}";
}
