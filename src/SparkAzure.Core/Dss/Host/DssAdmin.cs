using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>
/// dssadmin and bin/dss of a data directory, run as the account that owns the directory: both refuse root, and what
/// they write must belong to that account. Never pass a secret: dssadmin writes its whole command line to
/// run/install.log.
/// </summary>
internal sealed class DssAdmin
{
    private readonly DssDataDirectory _directory;
    private readonly FileOwner? _runAs;

    private DssAdmin(DssDataDirectory directory, FileOwner? owner)
    {
        _directory = directory;
        _runAs = FileOwner.IsRoot ? owner : null;
        Account = owner?.UserName ?? Environment.UserName;
    }

    /// <summary>The account that dssadmin runs as.</summary>
    internal string Account { get; }

    /// <summary>Takes the dssadmin of a data directory after making sure that it can be run from here at all.</summary>
    /// <exception cref="SparkAzureException">DssAdminNotFound, DataDirectoryOwnedByRoot, NotTheOwner.</exception>
    internal static DssAdmin Of(DssDataDirectory directory)
    {
        if (!File.Exists(directory.DssAdmin))
        {
            throw DssErrors.DssAdminNotFound(directory.DssAdmin);
        }

        return new DssAdmin(directory, OwnerOf(directory));
    }

    /// <summary>The account that DSS runs as, after making sure that something can be run as it from here.</summary>
    /// <exception cref="SparkAzureException">DataDirectoryOwnedByRoot, NotTheOwner.</exception>
    internal static FileOwner? OwnerOf(DssDataDirectory directory)
    {
        var owner = FileOwner.Of(directory.Path);
        if (owner?.UserId == 0)
        {
            throw DssErrors.DataDirectoryOwnedByRoot(directory.Path);
        }

        if (owner is not null && !FileOwner.IsRoot && owner.UserId != FileOwner.CurrentUserId)
        {
            throw DssErrors.NotTheOwner(directory.Path, owner.UserName, Environment.UserName);
        }

        return owner;
    }

    /// <summary>Whether the account may read a file, every folder on the way included.</summary>
    internal Task<bool> MayReadAsync(string path, CancellationToken cancellationToken) =>
        TestAsync("-r", path, cancellationToken);

    /// <summary>Whether the account may write into a folder.</summary>
    internal Task<bool> MayWriteAsync(string path, CancellationToken cancellationToken) =>
        TestAsync("-w", path, cancellationToken);

    /// <summary>Whether the account may run a program.</summary>
    internal Task<bool> MayRunAsync(string path, CancellationToken cancellationToken) =>
        TestAsync("-x", path, cancellationToken);

    /// <summary>Whether DSS runs; false where its own start script is missing.</summary>
    internal async Task<bool> IsDssRunningAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_directory.Dss))
        {
            return false;
        }

        var result = await ChildProcess.RunAsync(
            _directory.Dss,
            ["status"],
            _runAs,
            _directory.Path,
            _ => { },
            cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0;
    }

    /// <summary>Runs <c>bin/dss</c>; each of its lines goes to the verbose stream.</summary>
    internal async Task<ChildProcessResult> RunDssAsync(
        string action, ICaller caller, CancellationToken cancellationToken)
    {
        caller.Verbose($"Running {_directory.Dss} {action} as {Account}.");
        var watch = Stopwatch.StartNew();
        var result = await ChildProcess.RunAsync(
            _directory.Dss, [action], _runAs, _directory.Path, line =>
                caller.Verbose($"dss: {line}"), cancellationToken).ConfigureAwait(false);
        caller.Verbose(string.Create(
            CultureInfo.InvariantCulture,
            $"dss {action} ended with code {result.ExitCode} after {watch.Elapsed.TotalSeconds:0.0} s."));
        return result;
    }

    /// <summary>Runs an action of dssadmin; each of its lines goes to the verbose stream.</summary>
    internal async Task<ChildProcessResult> RunAsync(
        string action, IEnumerable<string> arguments, ICaller caller, CancellationToken cancellationToken)
    {
        caller.Verbose($"Running {_directory.DssAdmin} {action} as {Account}.");
        var watch = Stopwatch.StartNew();
        var result = await ChildProcess.RunAsync(
            _directory.DssAdmin, [action, .. arguments], _runAs, _directory.Path, line =>
                caller.Verbose($"dssadmin: {line}"), cancellationToken).ConfigureAwait(false);
        caller.Verbose(string.Create(
            CultureInfo.InvariantCulture, $"dssadmin {action} ended with code {result.ExitCode} after " +
                $"{watch.Elapsed.TotalSeconds:0.0} s."));
        return result;
    }

    // test(1) as that account knows groups, ACLs and mounts; modes read from here would not.
    private async Task<bool> TestAsync(string what, string path, CancellationToken cancellationToken)
    {
        var result = await ChildProcess.RunAsync("test", [what, path], _runAs, "/", _ => { }, cancellationToken)
            .ConfigureAwait(false);
        return result.ExitCode == 0;
    }
}
