namespace SparkAzure;

/// <summary>
/// The standalone Hadoop libraries of a DSS host, as installed or, in a rehearsal, as they would be installed.
/// </summary>
public sealed record DssHadoopIntegration
{
    /// <summary>The data directory of the DSS host.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The Hadoop line, 2 or 3.</summary>
    public required int HadoopVersion { get; init; }

    /// <summary>The Hadoop release of the libraries, for example <c>3.2.0</c>.</summary>
    public required string HadoopRelease { get; init; }

    /// <summary>The archive the libraries come from; null where they were found installed, which tells of none.</summary>
    public string? Archive { get; init; }

    /// <summary>The folder with the Hadoop jars: <c>hadoop-standalone-libs</c> itself or its flavour folder.</summary>
    public required string LibraryPath { get; init; }

    /// <summary>
    /// The folder with the companions that the procedure takes from DSS itself: <c>lib/ivy/backend-run</c>.
    /// </summary>
    public required string CompanionPath { get; init; }

    /// <summary>How many jars the library folder holds.</summary>
    public int JarCount { get; init; }

    /// <summary>
    /// The file that holds <c>bin/env-hadoop.sh</c> as it was before this call, for Uninstall-DssHadoopIntegration; null where
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
    public override string ToString() => $"Hadoop {HadoopRelease} libraries at {LibraryPath}";
}
