using SparkAzure.Core.Azure.ContainerRegistry;
using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Images.AcrTask;

/// <summary>A run in Azure, followed to its end. Whoever stops waiting for it stops it.</summary>
internal sealed class TaskRun(AcrRegistry acr, string runId, ICaller caller)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>How often the log of a run that has ended is asked for its end.</summary>
    private const int LastLooks = 5;

    /// <summary>How long stopping may wait for the answer to its request.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until the run has ended.</summary>
    /// <returns>How it ended, and the last lines of its log.</returns>
    /// <exception cref="SparkAzureException">What Azure refuses.</exception>
    public async Task<(ContainerRegistryRunProperties Run, IReadOnlyList<string> LastLines)> WaitAsync(
        string activity, CancellationToken cancellationToken)
    {
        using var log = new RunLog(acr, runId, caller);
        var shown = false;
        try
        {
            while (true)
            {
                var (data, retryAfter) = await acr.Client.GetRunAsync(acr.Data, runId, cancellationToken)
                    .ConfigureAwait(false);
                var run = data.Properties ?? new ContainerRegistryRunProperties(runId, null, null, null);
                await log.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (run.HasEnded)
                {
                    for (var look = 0; look < LastLooks && !log.IsComplete; look++)
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
                        await log.ReadAsync(cancellationToken).ConfigureAwait(false);
                    }

                    return (run, log.LastLines);
                }

                caller.Progress(new StationProgress(
                    activity, log.LastLines is [.., var last] ? last : $"Run {runId}: {run.Status}"));
                shown = true;
                await Task.Delay(PauseFor(retryAfter), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (shown)
            {
                caller.Progress(new StationProgress(activity, "Done", 100, Completed: true));
            }
        }
    }

    private async Task CancelAsync()
    {
        using var limit = new CancellationTokenSource(StopTime);
        try
        {
            await acr.Client.CancelRunAsync(acr.Data, runId, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SparkAzureException or OperationCanceledException)
        {
            // The request is on its way; who stops is not kept waiting for what Azure makes of it.
            caller.Debug($"Azure has not confirmed that run {runId} is cancelled.");
        }
    }

    private static TimeSpan PauseFor(TimeSpan? asked)
    {
        var pause = asked ?? Pause;
        if (pause < LongestPause)
        {
            return pause;
        }

        return LongestPause;
    }
}
