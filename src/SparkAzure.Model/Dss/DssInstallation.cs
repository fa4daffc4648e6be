namespace SparkAzure;

/// <summary>
/// A Dataiku DSS host as its files describe it: <c>dss-version.json</c> of kit and data directory, <c>install.ini</c>,
/// <c>bin/env-*.sh</c> and <c>config/general-settings.json</c>.
/// </summary>
public sealed record DssInstallation
{
    /// <summary>The data directory (DIP_HOME), absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The product version of the data directory, for example <c>5.1.3</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The kit's directory (DKUINSTALLDIR), absolute.</summary>
    public required string KitDirectory { get; init; }

    /// <summary>The kit's product version; null when the kit does not say.</summary>
    public string? KitVersion { get; init; }

    /// <summary>
    /// True when kit and data directory are of different versions: an upgrade was begun and not finished.
    /// </summary>
    public bool UpgradePending { get; init; }

    /// <summary>The node type as DSS writes it: design, automation, api, deployer.</summary>
    public required string NodeType { get; init; }

    /// <summary>The install id from <c>install.ini</c>; null when there is none.</summary>
    public string? InstallId { get; init; }

    /// <summary>The base port, on which DSS answers browsers and the public API.</summary>
    public int Port { get; init; }

    /// <summary>The backend's port; null on nodes without a backend.</summary>
    public int? BackendPort { get; init; }

    /// <summary>The UNIX account that owns the data directory and runs DSS.</summary>
    public required string Owner { get; init; }

    /// <summary>True when user isolation (impersonation) is on.</summary>
    public bool UserIsolation { get; init; }

    /// <summary>True when <c>bin/env-hadoop.sh</c> enables Hadoop.</summary>
    public bool HadoopIntegration { get; init; }

    /// <summary>The Hadoop version string DSS noted, for example <c>dss-standalone-libs-generic-hadoop3</c>.</summary>
    public string? HadoopVersionString { get; init; }

    /// <summary>True when <c>bin/env-spark.sh</c> enables Spark.</summary>
    public bool SparkIntegration { get; init; }

    /// <summary>
    /// The Spark home DSS uses; null without Spark integration. Named so that it pipes to cmdlets with -SparkHome.
    /// </summary>
    public string? SparkHome { get; init; }

    /// <summary>The Spark version DSS noted; null without Spark integration.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>What the procedure allows, forbids or advises on this host, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>Names the host in one line.</summary>
    public override string ToString() => $"DSS {Version} at {DataDirectory}";
}
