using System.Security;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>Which job to run, on what.</summary>
public sealed record SmokeTestOptions
{
    /// <summary>The data directory of the DSS, absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The Spark configuration of DSS.</summary>
    public required string Configuration { get; init; }

    /// <summary>The connection on which Parquet is written and read; null for none.</summary>
    public string? Connection { get; init; }

    /// <summary>The connection's secret, where DSS keeps it encrypted; null to take what stands there.</summary>
    public SecureString? ConnectionSecret { get; init; }

    /// <summary>A program of the caller's, run in place of the module's job; null for that.</summary>
    public string? Application { get; init; }

    /// <summary>Whether the job is also run in Spark's shell.</summary>
    public bool Notebook { get; init; }

    /// <summary>The folder for logs, absolute; null for a new one among the temporary files.</summary>
    public string? LogPath { get; init; }

    /// <summary>The kubeconfig with which pods are watched; null for the one that the driver uses.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);
}
