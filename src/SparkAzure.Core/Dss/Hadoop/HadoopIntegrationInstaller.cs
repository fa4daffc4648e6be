using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss.Hadoop;

/// <summary>What to install.</summary>
public sealed record HadoopIntegrationOptions
{
    /// <summary>The data directory, absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The archive of the standalone Hadoop libraries, absolute.</summary>
    public required string Archive { get; init; }

    /// <summary>The Hadoop line that is wanted; null for whatever the archive holds.</summary>
    public int? HadoopVersion { get; init; }

    /// <summary>Takes an archive of another DSS version than the kit's.</summary>
    public bool Force { get; init; }
}

/// <summary>
/// Installs DSS's standalone Hadoop libraries (howto 3.2 and 4.2). dssadmin validates nothing, deletes first, and may
/// end with 0 although it did nothing: so everything is checked before, and the result is looked at afterwards.
/// </summary>
public static class HadoopIntegrationInstaller
{
    /// <summary>Brings the libraries of an archive into the kit, or finds that they are there.</summary>
    /// <exception cref="SparkAzureException">
    /// NotADataDirectory, DssFileUnreadable, DssTooOld, KitNotFound, KitNotWritable, ArchiveNotFound, ArchiveDamaged,
    /// ArchiveUnsafe, ArchiveWithoutHadoop, ArchiveVersionMismatch, ArchiveNotReadable, WrongHadoopVersion,
    /// HadoopLineUnknown, DssAdminNotFound, DataDirectoryOwnedByRoot, NotTheOwner, HadoopIntegrationFailed,
    /// HostCannotRunProcess, CannotRead.
    /// </exception>
    public static async Task<DssHadoopIntegration> InstallAsync(
        HadoopIntegrationOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var directory = DssDataDirectory.Open(options.DataDirectory);
        var dss = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        DssLimits.Require(dss, DssLimits.FirstWithHadoop2, "Spark on Kubernetes by this procedure");
        if (!Directory.Exists(dss.KitDirectory))
        {
            throw DssErrors.KitNotFound(dss.KitDirectory, dss.DataDirectory);
        }

        var archive = await ReadArchiveAsync(options.Archive, caller, cancellationToken).ConfigureAwait(false);
        var line = CheckArchive(options, dss, archive, caller);
        var folders = HadoopLibraryFolders.Of(dss.KitDirectory, line, directory.Reader);
        var result = new DssHadoopIntegration
        {
            DataDirectory = dss.DataDirectory,
            HadoopVersion = line.Version,
            HadoopRelease = archive.Release.Text,
            Archive = archive.Path,
            LibraryPath = folders.UsedBy(dss),
            CompanionPath = Path.Combine(dss.KitDirectory, "lib", "ivy", "backend-run"),
            JarCount = archive.Jars.Count,
        };

        if (dss.HadoopIntegration
            && await folders.FindAsync(archive, cancellationToken).ConfigureAwait(false) is { } installed)
        {
            caller.Verbose($"The libraries of '{archive.Path}' are installed at '{installed}' already.");
            var pending = DssPendingRestart.Tell(directory, dss.BackendPort, caller);
            return result with { LibraryPath = installed, RestartRequired = pending };
        }

        var admin = DssAdmin.Of(directory);
        await CheckAccessAsync(admin, archive, dss.KitDirectory, folders.Flat, cancellationToken).ConfigureAwait(false);
        var runs = await WarnAsync(dss, admin, caller, cancellationToken).ConfigureAwait(false);
        var action = $"Install the Hadoop {archive.Release} libraries of {archive.Path}";
        if (!await caller.ShouldProcessAsync(dss.DataDirectory, action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        // dssadmin deletes it first, whatever becomes of the rest.
        var file = new IntegrationFile(directory, DssIntegrationKind.Hadoop);
        var restorePoint = file.RestorePoint(DateTimeOffset.UtcNow);
        await file.KeepAsync(restorePoint, cancellationToken).ConfigureAwait(false);
        string[] arguments = ["-standalone", line.Flavour, "-standaloneArchive", archive.Path];
        var run = await admin.RunAsync("install-hadoop-integration", arguments, caller, cancellationToken)
            .ConfigureAwait(false);
        var libraries = await VerifiedAsync(directory, folders, archive, run, cancellationToken).ConfigureAwait(false);
        return result with
        {
            LibraryPath = libraries,
            RestorePoint = restorePoint,
            Changed = true,
            RestartRequired = runs,
        };
    }

    private static async Task<bool> WarnAsync(
        DssInstallation dss, DssAdmin admin, ICaller caller, CancellationToken cancellationToken)
    {
        if (dss.UpgradePending)
        {
            caller.Warning(
                $"The data directory is of DSS {dss.Version}, the kit of {dss.KitVersion}: finish the upgrade, else " +
                "the libraries go into a kit that may not stay.");
        }

        var runs = await admin.IsDssRunningAsync(cancellationToken).ConfigureAwait(false);
        if (runs)
        {
            caller.Warning(
                $"DSS at '{dss.DataDirectory}' is running: restart it afterwards (Restart-Dss), or it goes on with " +
                "the libraries it has loaded.");
        }

        return runs;
    }

    private static async Task<HadoopArchive> ReadArchiveAsync(
        string path, ICaller caller, CancellationToken cancellationToken)
    {
        const string Activity = "Checking the archive of Hadoop libraries";
        caller.Verbose($"Reading '{path}' to its end.");
        var watch = Stopwatch.StartNew();
        var next = TimeSpan.FromSeconds(2);
        var shown = false;
        try
        {
            var archive = await HadoopArchive.ReadAsync(
                path,
                percent =>
                {
                    if (watch.Elapsed >= next)
                    {
                        next = watch.Elapsed + TimeSpan.FromSeconds(0.5);
                        shown = true;
                        caller.Progress(new StationProgress(Activity, path, percent));
                    }
                },
                cancellationToken).ConfigureAwait(false);
            caller.Verbose(string.Create(
                CultureInfo.InvariantCulture,
                $"'{path}' is intact: Hadoop {archive.Release}, {archive.Jars.Count} jars; read in " +
                $"{watch.Elapsed.TotalSeconds:0.0} s."));
            return archive;
        }
        finally
        {
            if (shown)
            {
                caller.Progress(new StationProgress(Activity, path, 100, Completed: true));
            }
        }
    }

    private static HadoopLine CheckArchive(
        HadoopIntegrationOptions options, DssInstallation dss, HadoopArchive archive, ICaller caller)
    {
        if (options.HadoopVersion is { } wanted && wanted != archive.Release.Major)
        {
            throw DssErrors.WrongHadoopVersion(archive.Path, wanted, "This call asks for", archive.Release);
        }

        if (archive.NamedLine is { } named && named != archive.Release.Major)
        {
            throw DssErrors.WrongHadoopVersion(archive.Path, named, "The archive's name promises", archive.Release);
        }

        var line = HadoopLine.Of(archive.Release) ?? throw DssErrors.HadoopLineUnknown(archive.Path, archive.Release);
        DssLimits.Require(dss, line.FirstDss, $"Hadoop {line.Version}");

        var kit = dss.KitVersion ?? dss.Version;
        if (archive.NamedVersion is null)
        {
            caller.Warning(
                $"'{Path.GetFileName(archive.Path)}' is not a name that Dataiku gives, so whether the archive " +
                $"belongs to DSS {kit} cannot be told; make sure that it does.");
        }
        else if (!archive.NamedVersion.Equals(ReleaseNumber.TryParse(kit)))
        {
            if (!options.Force)
            {
                throw DssErrors.ArchiveVersionMismatch(archive.Path, archive.NamedVersion, kit);
            }

            caller.Warning(
                $"The archive belongs to DSS {archive.NamedVersion}, the kit is DSS {kit}; taken all the same " +
                $"because of -Force.");
        }

        return line;
    }

    private static async Task CheckAccessAsync(
        DssAdmin admin,
        HadoopArchive archive,
        string kit,
        string libraries,
        CancellationToken cancellationToken)
    {
        if (!await admin.MayReadAsync(archive.Path, cancellationToken).ConfigureAwait(false))
        {
            throw DssErrors.ArchiveNotReadable(archive.Path, admin.Account);
        }

        foreach (var folder in new[] { kit, libraries }.Where(Directory.Exists))
        {
            if (!await admin.MayWriteAsync(folder, cancellationToken).ConfigureAwait(false))
            {
                throw DssErrors.KitNotWritable(folder, admin.Account);
            }
        }
    }

    // Exit code 0 proves nothing (without an archive it means "no Hadoop found"), so the files have the last word.
    private static async Task<string> VerifiedAsync(
        DssDataDirectory directory,
        HadoopLibraryFolders folders,
        HadoopArchive archive,
        ChildProcessResult run,
        CancellationToken cancellationToken)
    {
        var exports = await ShellExports.ReadAsync(directory.EnvHadoop, cancellationToken).ConfigureAwait(false);
        var installed = await folders.FindAsync(archive, cancellationToken).ConfigureAwait(false);
        if (exports.GetValueOrDefault("DKU_HADOOP_ENABLED") != "true")
        {
            throw DssErrors.HadoopIntegrationFailed(
                directory.Path, $"'{directory.EnvHadoop}' does not enable Hadoop", run);
        }

        if (run.ExitCode != 0)
        {
            throw DssErrors.HadoopIntegrationFailed(directory.Path, "it did not get to its end", run);
        }

        return installed ?? throw DssErrors.HadoopIntegrationFailed(
            directory.Path,
            $"the libraries of the archive lie neither in '{folders.OfFlavour}' nor in '{folders.Flat}'",
            run);
    }
}
