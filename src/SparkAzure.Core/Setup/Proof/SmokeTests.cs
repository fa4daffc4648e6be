using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Aks.Pods;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Proof;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>The station that proves the whole: a real job, started as DSS would start it, and the one cause when it fails.</summary>
public static class SmokeTests
{
    // After a time limit or Ctrl+C, too: what the driver made must go.
    private static readonly TimeSpan CleaningPatience = TimeSpan.FromSeconds(15);

    // A driver has made nothing on a server that does not answer, and the caller waits for the cause.
    private static readonly TimeSpan SilentPatience = TimeSpan.FromSeconds(2);

    /// <summary>Runs a smoke test.</summary>
    /// <exception cref="SparkAzureException">
    /// An id of SmokeTestErrors; what reading DSS and a kubeconfig throws. A job that fails is a result, no error.
    /// </exception>
    public static async Task<SparkSmokeTest> RunAsync(
        SmokeTestOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var loading = ApiServerClient.LoadLibraryAsync();
        var plan = await SmokeTestPlan.MakeAsync(options, caller, cancellationToken).ConfigureAwait(false);
        var result = Described(plan);
        var target = $"namespace '{plan.Namespace}' of {plan.Master}";
        var action = $"Run a job of Spark with the configuration '{options.Configuration}'";
        if (!await caller.ShouldProcessAsync(target, action, cancellationToken).ConfigureAwait(false))
        {
            return result with { Planned = true };
        }

        var config = await KubeConfig.OpenAsync(plan.KubeConfig, cancellationToken).ConfigureAwait(false);
        var access = await config.OpenAccessAsync(plan.Context, cancellationToken).ConfigureAwait(false);
        await loading.ConfigureAwait(false);
        using var client = new ApiServerClient(access, caller);
        using var logs = SmokeTestLogs.In(options.LogPath);
        var modes = ModesOf(options);
        var clock = Stopwatch.StartNew();
        var outcomes = new List<SmokeTestOutcome>();
        var cleaning = new SmokeTestCleaning(client, plan.Namespace, caller);
        foreach (var mode in modes)
        {
            var left = options.Limit - clock.Elapsed;
            if (left <= TimeSpan.Zero || outcomes.Exists(o => o.State != SparkSmokeTestState.Passed))
            {
                break;
            }

            outcomes.Add(await RunOnceAsync(plan, client, logs, mode, left, cleaning, caller, cancellationToken)
                .ConfigureAwait(false));
        }

        var after = result with
        {
            LogPath = logs.Keep(),
            Duration = clock.Elapsed,
            LeftBehind = cleaning.LeftBehind,
            ApplicationId = cleaning.LastName,
        };
        return Told(Summed(after, outcomes, modes.Count, cleaning.Stage), caller);
    }

    private static IReadOnlyList<SparkDriverMode> ModesOf(SmokeTestOptions options)
    {
        if (options.Application is not null)
        {
            return [SparkDriverMode.Application];
        }

        return options.Notebook ? [SparkDriverMode.Submit, SparkDriverMode.Shell] : [SparkDriverMode.Submit];
    }

    private static async Task<SmokeTestOutcome> RunOnceAsync(
        SmokeTestPlan plan,
        ApiServerClient client,
        SmokeTestLogs logs,
        SparkDriverMode mode,
        TimeSpan limit,
        SmokeTestCleaning cleaning,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var name = RunName.Of(RunName.Smoke, DateTimeOffset.UtcNow + limit + CleaningPatience);
        caller.Verbose(string.Create(
            CultureInfo.InvariantCulture,
            $"Starting a driver as {plan.Account?.Name ?? Environment.UserName} ({mode}), application {name}, at most {limit.TotalSeconds:0} s."));
        var run = new SmokeTestRun(plan, client, logs, name, mode, caller);
        try
        {
            return await run.RunAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            using var patience = new CancellationTokenSource(run.IsServerSilent ? SilentPatience : CleaningPatience);
            await cleaning.RemoveAsync(name, patience.Token).ConfigureAwait(false);
            caller.Progress(new StationProgress("Smoke test of Spark", "done", 100, Completed: true));
        }
    }

    private static SparkSmokeTest Described(SmokeTestPlan plan) => new()
    {
        DataDirectory = plan.Dss.DataDirectory,
        Configuration = plan.Options.Configuration,
        Connection = plan.Options.Connection,
        State = SparkSmokeTestState.NotRun,
        SparkVersion = plan.Dss.SparkVersion ?? "",
        SparkMaster = plan.Master,
        Namespace = plan.Namespace,
        Image = plan.Image,
        ApplicationId = "",
        Notes = plan.Notes,
    };

    private static SparkSmokeTest Summed(
        SparkSmokeTest result, List<SmokeTestOutcome> outcomes, int wanted, SparkSmokeTestStage cleaning)
    {
        var worst = outcomes.Find(o => o.State != SparkSmokeTestState.Passed);
        var state = worst?.State ?? SparkSmokeTestState.Passed;
        if (outcomes.Count < wanted && worst is null)
        {
            state = SparkSmokeTestState.Stopped;
        }

        return result with
        {
            State = state,
            Cause = worst?.Cause,
            CauseAfter = worst?.CauseAfter,
            OtherCauses = worst?.OtherCauses ?? [],
            Stages = [.. outcomes.SelectMany(o => o.Stages), cleaning],
            Executors = [.. outcomes.SelectMany(o => o.Executors)],
            NotSeen = [.. outcomes.SelectMany(o => o.NotSeen).Distinct()],
        };
    }

    private static SparkSmokeTest Told(SparkSmokeTest result, ICaller caller)
    {
        if (result.NotSeen.Count > 0)
        {
            caller.Warning(
                $"The credential may not look at {string.Join(" and ", result.NotSeen)} in namespace '{result.Namespace}', " +
                $"so a cause that stands only there is not told: Initialize-SparkNamespace {result.Namespace} -ForProof " +
                $"grants it.");
        }

        if (result.LeftBehind.Count > 0)
        {
            caller.Warning(
                $"What the driver made could not be removed from namespace '{result.Namespace}': " +
                string.Join(", ", result.LeftBehind));
        }

        if (result.State != SparkSmokeTestState.Passed)
        {
            caller.Warning(Sentence(result));
        }

        return result;
    }

    private static string Sentence(SparkSmokeTest result)
    {
        if (result.Cause is { } cause)
        {
            return $"{cause.Cause} {cause.Remedy}";
        }

        if (result.State == SparkSmokeTestState.Stopped)
        {
            return $"The job was not done within its time limit, and nothing that was seen says why. Logs: {result.LogPath}";
        }

        return $"The job failed, and nothing that was seen says why. Logs: {result.LogPath}";
    }
}
