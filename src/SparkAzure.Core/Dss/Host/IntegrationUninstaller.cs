using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>Which integration of which DSS goes.</summary>
public sealed record IntegrationRemovalOptions
{
    /// <summary>The data directory, absolute.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Which integration.</summary>
    public required DssIntegrationKind Kind { get; init; }

    /// <summary>The file that was kept before an installation, to put back; null for no integration at all.</summary>
    public string? RestorePoint { get; init; }
}

/// <summary>
/// Switches an integration of DSS off, or back to what it was. dssadmin can only install: so this goes as far as DSS
/// knows an integration by one file, and says what the installation did beyond that.
/// </summary>
public static class IntegrationUninstaller
{
    private static readonly IReadOnlyList<string> LeftOfHadoop =
    [
        "The libraries stay in hadoop-standalone-libs of the kit, where DSS no longer looks; what dssadmin deleted there " +
            "is in its archive alone.",
        "The connections hdfs_root and hdfs_managed, and what dssadmin wrote into DSS's settings, stay.",
    ];

    private static readonly IReadOnlyList<string> LeftOfSpark =
    [
        "The Spark configurations in DSS's settings stay, and so does the notebook kernel in jupyter-run/jupyter/kernels/toree.",
    ];

    /// <summary>Switches an integration off, or puts its file back.</summary>
    /// <exception cref="SparkAzureException">
    /// NotADataDirectory, DssFileUnreadable, DssAdminNotFound, DataDirectoryOwnedByRoot, NotTheOwner, IntegrationNotKept,
    /// HostCannotRunProcess, CannotRead, CannotWrite, DiskFull, NotAFile.
    /// </exception>
    public static async Task<RemovedDssIntegration> UninstallAsync(
        IntegrationRemovalOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var directory = DssDataDirectory.Open(options.DataDirectory);
        var admin = DssAdmin.Of(directory);
        var file = new IntegrationFile(directory, options.Kind);
        byte[]? wanted = null;
        if (options.RestorePoint is { } kept)
        {
            wanted = await file.ReadKeptAsync(kept, cancellationToken).ConfigureAwait(false);
        }

        var isAsWanted = wanted is null
            ? !File.Exists(file.Path)
            : await file.IsAsync(wanted, cancellationToken).ConfigureAwait(false);
        if (isAsWanted)
        {
            caller.Verbose($"'{file.Path}' is {(wanted is null ? "not there" : "as it was")} already.");
            return await DescribeAsync(file, directory, options, cancellationToken).ConfigureAwait(false);
        }

        if (await admin.IsDssRunningAsync(cancellationToken).ConfigureAwait(false))
        {
            caller.Warning(
                $"DSS at '{directory.Path}' is running: restart it afterwards, it reads which integrations it has " +
                $"when it starts.");
        }

        var restorePoint = file.RestorePoint(DateTimeOffset.UtcNow);
        var action = wanted is null
            ? $"Take DSS's {options.Kind} integration away"
            : $"Put DSS's {options.Kind} integration back from {options.RestorePoint}";
        if (!await caller.ShouldProcessAsync(file.Path, action, cancellationToken).ConfigureAwait(false))
        {
            var planned = await DescribeAsync(file, directory, options, cancellationToken).ConfigureAwait(false);
            return planned with { RestorePoint = restorePoint, Enabled = wanted is not null, Planned = true };
        }

        if (wanted is null)
        {
            file.MoveTo(restorePoint!);
        }
        else
        {
            await file.KeepAsync(restorePoint, cancellationToken).ConfigureAwait(false);
            await file.WriteAsync(wanted, cancellationToken).ConfigureAwait(false);
        }

        caller.Verbose($"'{file.Path}' {(wanted is null ? "is gone" : "is as it was")}.");
        var done = await DescribeAsync(file, directory, options, cancellationToken).ConfigureAwait(false);
        return done with { RestorePoint = restorePoint, Changed = true };
    }

    private static async Task<RemovedDssIntegration> DescribeAsync(
        IntegrationFile file,
        DssDataDirectory directory,
        IntegrationRemovalOptions options,
        CancellationToken cancellationToken)
    {
        var exports = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new RemovedDssIntegration
        {
            DataDirectory = directory.Path,
            Integration = options.Kind.ToString(),
            Path = file.Path,
            Enabled = file.IsOn(exports),
            SparkHome = exports.GetValueOrDefault("DKU_SPARK_HOME"),
            Notes = options.Kind == DssIntegrationKind.Hadoop ? LeftOfHadoop : LeftOfSpark,
        };
    }
}
