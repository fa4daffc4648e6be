using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>
/// <c>bin/dss</c> of a data directory: starts and stops DSS, as the account that owns the directory, because it refuses
/// root. DSS counts
/// as running when its backend answers the address that <c>bin/dss start</c> itself waits for.
/// </summary>
public sealed class DssControl
{
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly DssDataDirectory _directory;
    private readonly DssInstallation _dss;
    private readonly DssAdmin _account;

    private DssControl(DssDataDirectory directory, DssInstallation dss, DssAdmin account) =>
        (_directory, _dss, _account) = (directory, dss, account);

    /// <summary>Starts DSS and waits until it answers; finds that it runs.</summary>
    /// <param name="dataDirectory">The data directory, absolute.</param>
    /// <param name="timeout">How long to wait altogether.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops the waiting, and bin/dss if it is still at work.</param>
    /// <exception cref="SparkAzureException">
    /// NotADataDirectory, DssProgramNotFound, DataDirectoryOwnedByRoot, NotTheOwner, DssStartFailed, DssNotReady.
    /// </exception>
    public static async Task<DssService> StartAsync(
        string dataDirectory, TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        var control = await OpenAsync(DssDataDirectory.Open(dataDirectory), cancellationToken).ConfigureAwait(false);
        var state = await control.StateAsync(cancellationToken).ConfigureAwait(false);
        switch (state)
        {
            case DssState.Running:
                caller.Verbose($"DSS at '{control._dss.DataDirectory}' runs already.");
                return control.Result(state);
            case DssState.Starting:
                await control.WaitUntilReadyAsync(timeout, caller, cancellationToken).ConfigureAwait(false);
                return control.Result(DssState.Running);
        }

        if (!await control.AskAsync("Start DSS", caller, cancellationToken).ConfigureAwait(false))
        {
            return control.Result(state) with { Planned = true };
        }

        await control.StartAsync(timeout, caller, cancellationToken).ConfigureAwait(false);
        return control.Result(DssState.Running) with { Changed = true };
    }

    /// <summary>Stops DSS and waits until its supervisor is gone; finds that it does not run.</summary>
    /// <param name="dataDirectory">The data directory, absolute.</param>
    /// <param name="timeout">How long to wait altogether.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Stops the waiting, and bin/dss if it is still at work.</param>
    /// <exception cref="SparkAzureException">
    /// NotADataDirectory, DssProgramNotFound, DataDirectoryOwnedByRoot, NotTheOwner, DssStopFailed.
    /// </exception>
    public static async Task<DssService> StopAsync(
        string dataDirectory, TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        var control = await OpenAsync(DssDataDirectory.Open(dataDirectory), cancellationToken).ConfigureAwait(false);
        var state = await control.StateAsync(cancellationToken).ConfigureAwait(false);
        if (state is DssState.Stopped)
        {
            caller.Verbose($"DSS at '{control._dss.DataDirectory}' does not run.");
            return control.Result(state);
        }

        if (!await control.AskAsync("Stop DSS", caller, cancellationToken).ConfigureAwait(false))
        {
            return control.Result(state) with { Planned = true };
        }

        await control.StopAsync(timeout, caller, cancellationToken).ConfigureAwait(false);
        return control.Result(DssState.Stopped) with { Changed = true };
    }

    /// <summary>Stops DSS where it runs, and starts it.</summary>
    /// <param name="dataDirectory">The data directory, absolute.</param>
    /// <param name="timeout">How long to wait for each of the two.</param>
    /// <param name="caller">Is told and asked.</param>
    /// <param name="cancellationToken">Ends it with DSS as it was found: one that ran is started again first.</param>
    /// <exception cref="SparkAzureException">Those of starting and stopping.</exception>
    public static async Task<DssService> RestartAsync(
        string dataDirectory, TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        var control = await OpenAsync(DssDataDirectory.Open(dataDirectory), cancellationToken).ConfigureAwait(false);
        var state = await control.StateAsync(cancellationToken).ConfigureAwait(false);
        if (!await control
            .AskAsync(state is DssState.Stopped ? "Start DSS" : "Restart DSS", caller, cancellationToken)
            .ConfigureAwait(false))
        {
            return control.Result(state) with { Planned = true };
        }

        if (state is DssState.Stopped)
        {
            await control.StartAsync(timeout, caller, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await control.WhileDownAsync(() => Task.CompletedTask, timeout, caller, cancellationToken)
                .ConfigureAwait(false);
        }

        return control.Result(DssState.Running) with { Changed = true };
    }

    /// <summary>
    /// Takes the DSS of a data directory after making sure that it can be controlled from here at all.
    /// </summary>
    internal static async Task<DssControl> OpenAsync(DssDataDirectory directory, CancellationToken cancellationToken)
    {
        if (!File.Exists(directory.Dss))
        {
            throw DssErrors.DssProgramNotFound(directory.Dss);
        }

        // Before the files are read: some are open to their owner only, and who that is says more than that they
        // cannot be read.
        var account = DssAdmin.Of(directory);
        var dss = await directory.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new DssControl(directory, dss, account);
    }

    /// <summary>
    /// Whether the backend of an installation answers; false on nodes without one. Starts no process.
    /// </summary>
    internal static async Task<bool> AnswersAsync(DssInstallation dss, CancellationToken cancellationToken)
    {
        if (PingOf(dss) is not { } ping)
        {
            return false;
        }

        using var http =
            new HttpClient(
                new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = PingTimeout };
        try
        {
            using var response = await http.GetAsync(ping, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>
    /// Does something while DSS does not run: stops it before, where it runs, and starts it afterwards, whatever became
    /// of it.
    /// </summary>
    internal async Task WhileStoppedAsync(
        Func<Task> work, TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        if (await StateAsync(cancellationToken).ConfigureAwait(false) is DssState.Stopped)
        {
            await work().ConfigureAwait(false);
            return;
        }

        await WhileDownAsync(work, timeout, caller, cancellationToken).ConfigureAwait(false);
    }

    // Nobody who ends this command wants to find DSS down. So neither the stop, which has begun and goes to its end, nor
    // the start is ended with it; between the two the work is not begun any more.
    private async Task WhileDownAsync(
        Func<Task> work, TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await StopAsync(timeout, caller, CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            await work().ConfigureAwait(false);
        }
        catch
        {
            await TryStartAgainAsync(timeout, caller).ConfigureAwait(false);
            throw;
        }

        await StartAsync(timeout, caller, CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    // Why it came to this says more than why the start failed too, which is told beside it.
    private async Task TryStartAgainAsync(TimeSpan timeout, ICaller caller)
    {
        try
        {
            if (await StateAsync(CancellationToken.None).ConfigureAwait(false) is DssState.Stopped)
            {
                await StartAsync(timeout, caller, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (SparkAzureException exception)
        {
            caller.Warning($"DSS at '{_dss.DataDirectory}' may not run now: {exception.Message} {exception.Remedy}");
        }
    }

    private static Uri? PingOf(DssInstallation dss)
    {
        if (dss.BackendPort is { } port)
        {
            return new Uri(FormattableString.Invariant($"http://localhost:{port}/dip/api/ping"));
        }

        return null;
    }

    private async Task<DssState> StateAsync(CancellationToken cancellationToken)
    {
        var answers = await AnswersAsync(_dss, cancellationToken).ConfigureAwait(false);
        if (answers)
        {
            return DssState.Running;
        }

        if (!await _account.IsDssRunningAsync(cancellationToken).ConfigureAwait(false))
        {
            return DssState.Stopped;
        }

        if (_dss.BackendPort is null)
        {
            return DssState.Running;
        }

        return DssState.Starting;
    }

    private Task<bool> AskAsync(string action, ICaller caller, CancellationToken cancellationToken) =>
        caller.ShouldProcessAsync($"DSS {_dss.Version} at {_dss.DataDirectory}", action, cancellationToken);

    private async Task StartAsync(TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var run = await RunAsync("start", timeout, caller, cancellationToken).ConfigureAwait(false);
        if (run is { ExitCode: not 0 })
        {
            throw DssErrors.DssStartFailed(_dss.DataDirectory, run);
        }

        await WaitUntilReadyAsync(timeout - watch.Elapsed, caller, cancellationToken).ConfigureAwait(false);
    }

    private async Task StopAsync(TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var run = await RunAsync("stop", timeout, caller, cancellationToken).ConfigureAwait(false);
        while (await StateAsync(cancellationToken).ConfigureAwait(false) is not DssState.Stopped)
        {
            if (run is null or { ExitCode: not 0 } || watch.Elapsed > timeout)
            {
                throw DssErrors.DssStopFailed(_dss.DataDirectory, timeout, run);
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitUntilReadyAsync(TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        var activity = $"Waiting for DSS at {_dss.DataDirectory}";
        var watch = Stopwatch.StartNew();
        while (await StateAsync(cancellationToken).ConfigureAwait(false) is not DssState.Running)
        {
            if (watch.Elapsed > timeout)
            {
                throw DssErrors.DssNotReady(_dss.DataDirectory, PingOf(_dss));
            }

            caller.Progress(new StationProgress(
                activity,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{PingOf(_dss)} does not answer yet, {watch.Elapsed.TotalSeconds:0} s")));
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        caller.Verbose($"DSS at '{_dss.DataDirectory}' answers.");
        caller.Progress(new StationProgress(activity, "DSS answers", Completed: true));
    }

    // Null when the time was over before the program had ended; it is gone then.
    private async Task<ChildProcessResult?> RunAsync(
        string action, TimeSpan timeout, ICaller caller, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(timeout);
        try
        {
            return await _account.RunDssAsync(action, caller, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private DssService Result(DssState state) => new()
    {
        DataDirectory = _dss.DataDirectory,
        Version = _dss.Version,
        State = state,
        Uri = new Uri(FormattableString.Invariant($"http://localhost:{_dss.Port}")),
        PingUri = PingOf(_dss),
        Owner = _account.Account,
    };
}
