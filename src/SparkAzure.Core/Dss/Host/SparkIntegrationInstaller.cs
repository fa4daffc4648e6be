using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.Host;

/// <summary>Which Spark to give to which DSS.</summary>
public sealed record SparkIntegrationOptions
{
    /// <summary>The data directory, absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The Spark home, absolute.</summary>
    public required string SparkHome { get; init; }

    /// <summary>Takes also a Spark that cannot run on Kubernetes from DSS.</summary>
    public bool Force { get; init; }
}

/// <summary>
/// Tells DSS which Spark to use (howto 3.4 and 4.4), and reads back what DSS noted. dssadmin runs spark-submit, so the
/// jars must be a set that starts: the exchange of jars comes before this.
/// </summary>
public static class SparkIntegrationInstaller
{
    /// <summary>Gives DSS a Spark home, or finds that it has it.</summary>
    /// <exception cref="SparkAzureException">
    /// NotADataDirectory, DssFileUnreadable, DssTooOld, KitNotFound, SparkHomeNotAbsolute, SparkSubmitNotFound,
    /// SparkClientModeMissing, SparkNotExecutable, DssAdminNotFound, DataDirectoryOwnedByRoot, NotTheOwner, SparkIntegrationFailed,
    /// HostCannotRunProcess, CannotRead.
    /// </exception>
    public static async Task<DssSparkIntegration> InstallAsync(
        SparkIntegrationOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var directory = DssDataDirectory.Open(options.DataDirectory);
        var dss = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        DssLimits.Require(dss, DssLimits.FirstWithHadoop2, "Spark on Kubernetes by this procedure");
        if (!Directory.Exists(dss.KitDirectory))
        {
            throw DssErrors.KitNotFound(dss.KitDirectory, dss.DataDirectory);
        }

        var home = CheckHome(options.SparkHome);
        var version = VersionOf(home);
        SparkClientMode.Require(home, version, options.Force, caller);
        var result = new DssSparkIntegration { DataDirectory = dss.DataDirectory, SparkHome = home };
        if (dss.SparkIntegration
            && dss.SparkHome == home
            && dss.SparkVersion is not null
            && dss.SparkVersion == version)
        {
            caller.Verbose($"DSS at '{dss.DataDirectory}' uses Spark {dss.SparkVersion} at '{home}' already.");
            var pending = DssPendingRestart.Tell(directory, dss.BackendPort, caller);
            return result with { SparkVersion = dss.SparkVersion, RestartRequired = pending };
        }

        var admin = DssAdmin.Of(directory);
        var submit = SparkSubmit(home);
        if (!await admin.MayRunAsync(submit, cancellationToken).ConfigureAwait(false))
        {
            throw DssErrors.SparkNotExecutable(submit, admin.Account);
        }

        var runs = await admin.IsDssRunningAsync(cancellationToken).ConfigureAwait(false);
        if (runs)
        {
            caller.Warning(
                $"DSS at '{dss.DataDirectory}' is running: restart it afterwards (Restart-Dss), it reads which Spark " +
                $"to use when it starts.");
        }

        if (!await caller.ShouldProcessAsync(dss.DataDirectory, $"Use the Spark at {home}", cancellationToken)
            .ConfigureAwait(false))
        {
            return result with { SparkVersion = version, Planned = true };
        }

        var made = await RunAsync(directory, admin, home, caller, cancellationToken).ConfigureAwait(false);
        return result with
        {
            SparkVersion = made.Version,
            RestorePoint = made.RestorePoint,
            Changed = true,
            RestartRequired = runs,
        };
    }

    private static async Task<(string? Version, string? RestorePoint)> RunAsync(
        DssDataDirectory directory, DssAdmin admin, string home, ICaller caller, CancellationToken cancellationToken)
    {
        var file = new IntegrationFile(directory, DssIntegrationKind.Spark);
        var restorePoint = file.RestorePoint(DateTimeOffset.UtcNow);
        await file.KeepAsync(restorePoint, cancellationToken).ConfigureAwait(false);
        var run = await admin.RunAsync("install-spark-integration", ["-sparkHome", home], caller, cancellationToken)
            .ConfigureAwait(false);
        var exports = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
        var noted = exports.GetValueOrDefault("DKU_SPARK_HOME");
        var enabled = file.IsOn(exports);
        if (run.ExitCode != 0 || !enabled || noted != home)
        {
            var found = enabled ? $"names the Spark home '{noted}'" : "does not enable Spark";
            throw DssErrors.SparkIntegrationFailed(directory.Path, $"'{file.Path}' {found}", run);
        }

        return (exports.GetValueOrDefault("DKU_SPARK_VERSION"), restorePoint);
    }

    private static string CheckHome(string path)
    {
        if (!Path.IsPathFullyQualified(path))
        {
            throw DssErrors.SparkHomeNotAbsolute(path);
        }

        var home = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(home))
        {
            throw DssErrors.SparkSubmitNotFound(home, File.Exists(home) ? "it is a file" : "it does not exist");
        }

        if (!File.Exists(SparkSubmit(home)))
        {
            throw DssErrors.SparkSubmitNotFound(home, "it has no bin/spark-submit");
        }

        return home;
    }

    private static string SparkSubmit(string home) => Path.Combine(home, "bin", "spark-submit");

    // What RELEASE states; null where a distribution has none, and dssadmin is then asked anew.
    private static string? VersionOf(string home)
    {
        try
        {
            return SparkReleaseFile.Read(home).Version;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(SparkReleaseFile.PathIn(home), exception);
        }
    }
}
