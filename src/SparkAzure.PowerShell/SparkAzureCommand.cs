using System.Management.Automation;
using SparkAzure.Core.Hosting;
using SparkAzure.Hosting;

namespace SparkAzure;

/// <summary>
/// The base of every cmdlet: asynchronous work on a pump, one cancellation token, one way to errors. A cmdlet overrides
/// <see cref="RunAsync"/>, calls one station of Core with <see cref="Caller"/>, and writes what it returns.
/// </summary>
public abstract class SparkAzureCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private PipelinePump? _pump;

    private protected SparkAzureCommand() => Caller = new TellingCaller(new PipelineCaller(this));

    /// <summary>What Core talks to.</summary>
    private protected ICaller Caller { get; }

    /// <summary>Does the work for the current pipeline object.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <inheritdoc />
    protected override void ProcessRecord() => Pump(RunAsync);

    /// <summary>Runs asynchronous work on a pump, to its end.</summary>
    private protected void Pump(Func<CancellationToken, Task> work)
    {
        using var pump = new PipelinePump();
        _pump = pump;
        try
        {
            pump.Run(work, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (exception is not (PipelineStoppedException or RuntimeException))
        {
            Report(exception);
        }
        finally
        {
            _pump = null;
        }
    }

    /// <inheritdoc />
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Writes one result object from asynchronous work.</summary>
    private protected Task WriteResultAsync(object result) => _pump!.PostAsync(() =>
    {
        WriteObject(result);
        return true;
    });

    /// <summary>
    /// Writes what was read, of a type that cmdlets that change things return, too: its table has no column that tells
    /// of changes, because nothing was asked to change.
    /// </summary>
    private protected Task WriteFoundAsync(object found)
    {
        var shown = PSObject.AsPSObject(found);
        shown.TypeNames.Insert(0, $"{found.GetType().FullName}#Found");
        return WriteResultAsync(shown);
    }

    /// <summary>True when the user or the pipeline gave a parameter.</summary>
    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Turns a path as the user typed it into an absolute one of the file system.</summary>
    private protected string FullPath(string path)
    {
        var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        if (!string.Equals(provider.Name, "FileSystem", StringComparison.Ordinal))
        {
            throw new SparkAzureException(
                "NotAFileSystemPath",
                ErrorKind.InvalidArgument,
                $"'{path}' is a path of PowerShell's {provider.Name} provider, not of the file system.",
                "Give a path of the file system.",
                path);
        }

        if (full.Length > 1)
        {
            return full.TrimEnd('/', '\\');
        }

        return full;
    }

    /// <summary>The folder from which relative paths count here: PowerShell's location, not the process's.</summary>
    private protected string CurrentFolder => SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>The kubeconfig that a user named, or else this account's own.</summary>
    private protected string KubeConfigOr(string? named) =>
        named is null ? Core.Aks.KubeConfig.OwnPath(CurrentFolder) : FullPath(named);

    // One input of many that fails must not take the others with it; a call that has only the one ends with it.
    private void Report(Exception exception)
    {
        var record = ErrorMapper.ToErrorRecord(exception, null);
        if (MyInvocation.ExpectingInput)
        {
            WriteError(record);
        }
        else
        {
            ThrowTerminatingError(record);
        }
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    private sealed class PipelineCaller(SparkAzureCommand command) : ICaller
    {
        public void Verbose(string message) => command._pump?.Post(() => command.WriteVerbose(message));

        public void Debug(string message) => command._pump?.Post(() => command.WriteDebug(message));

        public void Warning(string message) => command._pump?.Post(() => command.WriteWarning(message));

        public void Progress(StationProgress progress) => command._pump?.Post(() =>
        {
            // One fixed activity per cmdlet: a second call replaces the first one's bar instead of adding one.
            var id = command.MyInvocation.MyCommand.Name.Sum(c => c);
            command.WriteProgress(new ProgressRecord(id, progress.Activity, progress.Status)
            {
                PercentComplete = progress.Percent ?? -1,
                RecordType = progress.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
            });
        });

        public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken) =>
            command._pump!.PostAsync(() => command.ShouldProcess(target, action)).WaitAsync(cancellationToken);
    }
}
