using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Aks.Pods;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Failures;
using SparkAzure.Core.Spark.Proof;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>
/// One driver from its start to its end. Whatever is seen (its lines, pods, their logs, events) comes from many threads into
/// one queue; here, in their order, the lines are kept, the stages advance, and the reader of evidence says whether the
/// cause is known. Then the driver is stopped, because Spark would go on for minutes or for ever.
/// </summary>
internal sealed class SmokeTestRun
{
    private const string DriverLog = "driver";
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    // Spark's own cleaning takes up to a second; driver.sh kills after five.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(8);

    // What a pod or an executor's log still tells comes within a moment of the driver's end.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1.5);

    private readonly SmokeTestPlan _plan;
    private readonly ApiServerClient _client;
    private readonly SmokeTestLogs _logs;
    private readonly ICaller _caller;
    private readonly SparkDriverMode _mode;
    private readonly string _name;
    private readonly Channel<Action> _seen = Channel.CreateUnbounded<Action>(new() { SingleReader = true });
    private readonly SparkFailureReader _reader = new();
    private readonly Stopwatch _clock = new();
    private readonly SmokeTestStages _stages;
    private readonly SmokeTestExecutors _executors;
    private bool _isDecided;
    private readonly HashSet<string> _notSeen = new(StringComparer.Ordinal);

    public SmokeTestRun(
        SmokeTestPlan plan, ApiServerClient client, SmokeTestLogs logs, string name, SparkDriverMode mode, ICaller caller)
    {
        (_plan, _client, _logs, _name, _mode, _caller) = (plan, client, logs, name, mode, caller);
        _stages = new SmokeTestStages(mode, plan.ParquetRoot is not null);
        _executors = new SmokeTestExecutors(logs);
    }

    /// <summary>Whether the API server does not answer this host, so nothing can be asked of it either.</summary>
    public bool IsServerSilent { get; private set; }

    /// <summary>Runs it.</summary>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">The caller wants no more: the driver is stopped.</param>
    /// <returns>What came of it; nothing is removed from the cluster here.</returns>
    public async Task<SmokeTestOutcome> RunAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _clock.Start();
        Task[] watches = [PodsAsync(watching.Token), EventsAsync(watching.Token), RouteAsync(watching.Token)];
        var options = _plan.Driver(_name, _mode, limit + StopPatience);
        var driver = await SparkDriver.StartAsync(options, OnStage, OnLine, cancellationToken).ConfigureAwait(false);
        await using (driver.ConfigureAwait(false))
        {
            if (_mode == SparkDriverMode.Application)
            {
                OnStage(new SparkJobLine("Application", "started", ""));
            }

            var cause = await FollowOrStopAsync(driver, limit, cancellationToken).ConfigureAwait(false);
            var after = _clock.Elapsed;
            _isDecided = true;
            var exit = await driver.StopAsync(StopPatience).ConfigureAwait(false);
            await watching.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return Outcome(cause, after, exit, limit);
        }
    }

    // A driver that is killed leaves its temporary files, that of its properties with secrets among them.
    private async Task<SparkFailureCause?> FollowOrStopAsync(
        RunningProgram driver, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await FollowAsync(driver, limit, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await driver.StopAsync(StopPatience).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SparkFailureCause?> FollowAsync(
        RunningProgram driver, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (!driver.Ended.IsCompleted && _clock.Elapsed < limit)
        {
            if (Look() is { } cause)
            {
                return cause;
            }

            await WaitAsync(driver.Ended, cancellationToken).ConfigureAwait(false);
        }

        if (driver.Ended.IsCompletedSuccessfully && _mode == SparkDriverMode.Application)
        {
            var state = driver.Ended.Result == 0 ? "passed" : "failed";
            OnStage(new SparkJobLine("Application", state, $"ended with {driver.Ended.Result}"));
        }

        Drain();
        if (_stages.HavePassed)
        {
            return null;
        }

        // What good runs have as well counts now. The driver's end is often heard before its pods' last words.
        _reader.Fail();
        for (var until = _clock.Elapsed + LastWords; _clock.Elapsed < until;)
        {
            if (Look() is { } cause)
            {
                return cause;
            }

            await Task.Delay(100, cancellationToken).ConfigureAwait(false);
        }

        Drain();
        return _reader.Decided ?? (_reader.Causes is [var first, ..] ? first : null);
    }

    private async Task WaitAsync(Task ended, CancellationToken cancellationToken)
    {
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        tick.CancelAfter(Tick);
        var more = _seen.Reader.WaitToReadAsync(tick.Token).AsTask();
        await Task.WhenAny(more, ended).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private SparkFailureCause? Look()
    {
        Drain();
        _reader.Elapse(DateTimeOffset.UtcNow);
        return _stages.HavePassed ? null : _reader.Decided;
    }

    private void Drain()
    {
        while (_seen.Reader.TryRead(out var take))
        {
            take();
        }
    }

    private SmokeTestOutcome Outcome(SparkFailureCause? cause, TimeSpan after, int exit, TimeSpan limit)
    {
        Drain();
        _stages.End(_clock.Elapsed);
        var state = (_stages.HavePassed, cause, after >= limit) switch
        {
            (true, _, _) => SparkSmokeTestState.Passed,
            (false, null, true) => SparkSmokeTestState.Stopped,
            _ => SparkSmokeTestState.Failed,
        };
        return new SmokeTestOutcome
        {
            State = state,
            Cause = cause,
            CauseAfter = cause is null ? null : after,
            OtherCauses = [.. _reader.Causes.Where(c => c.Id != cause?.Id)],
            Stages = _stages.Stages,
            Executors = _executors.All,
            NotSeen = [.. _notSeen],
            ExitCode = exit,
        };
    }

    private void OnStage(SparkJobLine line) => _seen.Writer.TryWrite(() =>
    {
        _logs.Write(DriverLog, $"{line.Stage} {line.State} {line.Text}".TrimEnd());
        if (_stages.Take(line, _clock.Elapsed) is { } words)
        {
            _caller.Progress(new StationProgress("Smoke test of Spark", words, _stages.Percent));
        }
    });

    private void OnLine(string line) => _seen.Writer.TryWrite(() =>
    {
        _logs.Write(DriverLog, line);
        Read(SparkFailureEvidenceKind.DriverLog, DriverLog, line);
    });

    // How a driver ends that is stopped says nothing of why it was.
    private void Read(SparkFailureEvidenceKind kind, string name, string line)
    {
        if (!_isDecided)
        {
            _reader.Read(new FailureEvidence(kind, line) { Name = name, At = DateTimeOffset.UtcNow });
        }
    }

    private async Task PodsAsync(CancellationToken stop)
    {
        var logs = new ConcurrentQueue<Task>();
        var watch = new NamespaceWatch(_client, _plan.Namespace);
        await SeeAsync(
            "pods",
            () => watch.PodsAsync($"{ApplicationObjects.Label}={_name}", pod => _seen.Writer.TryWrite(() => Take(pod)), stop),
            stop).ConfigureAwait(false);
        await Task.WhenAll(logs).ConfigureAwait(false);

        void Take(ExecutorPod pod)
        {
            if (_executors.Take(pod) is { } line)
            {
                _logs.Write("pods", _clock.Elapsed, $"{pod.Name} {line}");
                Read(SparkFailureEvidenceKind.PodStatus, pod.Name, line);
            }

            if (_executors.BeginsLog(pod))
            {
                logs.Enqueue(LogAsync(watch, pod.Name, stop));
            }
        }
    }

    private Task LogAsync(NamespaceWatch watch, string pod, CancellationToken stop) => SeeAsync(
        "the executors' logs (pods/log)",
        () => watch.LogAsync(
            pod,
            line => _seen.Writer.TryWrite(() =>
            {
                _logs.Write(pod, line);
                Read(SparkFailureEvidenceKind.ExecutorLog, pod, line);
            }),
            stop),
        stop);

    private async Task EventsAsync(CancellationToken stop)
    {
        var watch = new NamespaceWatch(_client, _plan.Namespace);
        await SeeAsync("events", () => watch.EventsAsync(told => _seen.Writer.TryWrite(() => Take(told)), stop), stop)
            .ConfigureAwait(false);

        // Events name their pod, not the application; those of others in the namespace are no business of this run.
        void Take(k8s.Models.Corev1Event told)
        {
            var pod = told.InvolvedObject?.Name ?? "";
            if (_executors.Knows(pod))
            {
                var line = ForeignText.Line($"{told.Type} {told.Reason} {told.Message}");
                _logs.Write("events", _clock.Elapsed, $"{pod} {line}");
                Read(SparkFailureEvidenceKind.Event, pod, line);
            }
        }
    }

    // Spark 2.4 waits 13 s for such a server and 3.5 waits 43 s before they say so. A pod is a driver's that has reached it.
    private async Task RouteAsync(CancellationToken stop)
    {
        if (_plan.Server is not { } server || _client.HasProxy)
        {
            return;
        }

        var reach = await ServerReach.TryAsync(server, ServerReach.Certainty, stop).ConfigureAwait(false);
        if (reach.LineOf(server) is { } line)
        {
            _seen.Writer.TryWrite(() =>
            {
                if (_executors.All.Count == 0)
                {
                    IsServerSilent = true;
                    Read(SparkFailureEvidenceKind.ApiAnswer, "api server", ForeignText.Line(line));
                }
            });
        }
    }

    private async Task SeeAsync(string what, Func<Task> look, CancellationToken stop)
    {
        try
        {
            await look().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (SparkAzureException exception)
        {
            _seen.Writer.TryWrite(() => Refused(what, exception));
        }
    }

    // A container that is not there any more, or not yet, is no fault; that somebody may not look is told.
    private void Refused(string what, SparkAzureException exception)
    {
        var status = ApiServerClient.StatusCode(exception);
        _caller.Verbose($"{what}: {exception.Message}");
        if (status is 400 or 404 && what != "pods")
        {
            return;
        }

        _notSeen.Add(what);
        if (what == "pods")
        {
            var words = exception.InnerException?.Message ?? exception.Message;
            Read(SparkFailureEvidenceKind.ApiAnswer, "api server", ForeignText.Line($"{status} {words}".TrimStart()));
        }
    }
}
