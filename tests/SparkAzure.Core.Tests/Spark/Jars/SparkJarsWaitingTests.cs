using System.Diagnostics;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>Swaps of one Spark home wait for each other.</summary>
public sealed class SparkJarsWaitingTests : IDisposable
{
    private readonly JarScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Ten_processes_at_once_make_one_swap()
    {
        var arguments = new[] { "update", _scene.Spark.Home, _scene.Libraries(3), _scene.Host.CompanionPath };

        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RunAsync(arguments)));

        Assert.All(runs, run => Assert.True(run.Code == 0, run.Said));
        Assert.Single(await SparkJars.RestorePointsAsync(_scene.Spark.Home, CancellationToken.None));
        Assert.False((await _scene.UpdateAsync(3)).Changed);
    }

    [Fact]
    public async Task Who_waits_is_told_for_whom_and_goes_on_when_the_other_has_ended()
    {
        var caller = new RecordingCaller();
        var held = JarLock.TryTake(SparkHome.Open(_scene.Spark.Home))!;
        var waiting = SparkJars.UpdateAsync(_scene.Options(3) with { SkipConflictScan = true }, caller, CancellationToken.None);
        while (caller.Warnings.IsEmpty)
        {
            await Task.Delay(20);
        }

        Assert.False(waiting.IsCompleted);
        held.Dispose();

        Assert.True((await waiting).Changed);
        var warning = Assert.Single(caller.Warnings);
        Assert.Contains($"process {Environment.ProcessId} of {Environment.UserName}, since 20", warning, StringComparison.Ordinal);
        Assert.Contains("s at most", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_ends_with_its_time_and_when_it_is_stopped()
    {
        using var held = JarLock.TryTake(SparkHome.Open(_scene.Spark.Home));
        var options = _scene.Options(3) with { SkipConflictScan = true, Patience = TimeSpan.FromSeconds(0.5) };

        await Refusal.IsAsync(
            "SparkHomeBusy",
            ErrorKind.Busy,
            $"process {Environment.ProcessId}",
            "-TimeoutSeconds",
            () => SparkJars.UpdateAsync(options, new RecordingCaller(), CancellationToken.None));

        var caller = new RecordingCaller();
        using var stop = new CancellationTokenSource();
        var waiting = SparkJars.UpdateAsync(options with { Patience = TimeSpan.FromMinutes(5) }, caller, stop.Token);
        while (caller.Warnings.IsEmpty)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private static async Task<(int Code, string Said)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] all = [typeof(SparkJarsWaitingTests).Assembly.Location, .. arguments];
        Array.ForEach(all, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }
}
