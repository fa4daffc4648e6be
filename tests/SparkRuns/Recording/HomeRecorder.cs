using SparkAzure.Runs.Features;

namespace SparkAzure.Runs.Recording;

/// <summary>Runs the features of a home, tells what came of each, and keeps what the JVMs said.</summary>
/// <param name="home">The home.</param>
/// <param name="classes">The classes of its jars.</param>
/// <param name="run">Runs them.</param>
/// <param name="store">Where it is kept; what is there already is not run again.</param>
/// <param name="atOnce">How many features run at the same time.</param>
internal sealed class HomeRecorder(PlannedHome home, HomeClasses classes, FeatureRun run, RunStore store, int atOnce)
{
    /// <summary>Runs features.</summary>
    /// <param name="jobs">The features.</param>
    /// <param name="modes">Where their executors are.</param>
    /// <param name="watch">What their JVMs are watched for.</param>
    /// <param name="cancellationToken">Ends the JVMs.</param>
    public async Task RecordAsync(
        IReadOnlyList<FeatureJob> jobs,
        IReadOnlyList<RunMode> modes,
        JvmWatch watch,
        CancellationToken cancellationToken)
    {
        foreach (var mode in modes.Where(m => m == RunMode.Local || home.HasExecutors))
        {
            // Where an executor has a JVM of its own, there are two already.
            var parallel = new ParallelOptions
            {
                MaxDegreeOfParallelism = mode == RunMode.Local ? atOnce : 1,
                CancellationToken = cancellationToken,
            };
            var due = jobs.Where(j => j.Modes.Contains(mode) && IsDue(j, mode, watch)).ToList();
            await Parallel.ForEachAsync(due, parallel, async (job, token) => await RunAsync(job, mode, watch, token));
        }
    }

    private bool IsDue(FeatureJob job, RunMode mode, JvmWatch watch)
    {
        var runs = RolesOf(mode).Select(role => Of(job, role)).ToList();
        switch (watch)
        {
            case JvmWatch.LookUps:
                return runs.Any(r => store.Find(r) is null) && (mode == RunMode.Local || WorkedLocally(job));
            case JvmWatch.Methods:
                return home.HasMethods && runs.Any(LacksMethods);
            default:
                return true;
        }
    }

    private bool LacksMethods(RecordedRun of) => store.Find(of) is { Decides: null } && store.FindMethods(of) is null;

    private bool WorkedLocally(FeatureJob job) =>
        !job.Modes.Contains(RunMode.Local) || store.Find(Of(job, "driver")) is { Decides: null };

    private async Task RunAsync(FeatureJob job, RunMode mode, JvmWatch watch, CancellationToken cancellationToken)
    {
        var outcome = await run.RunAsync(job, mode, watch, cancellationToken);
        var worked = outcome.Decides ?? "worked";
        foreach (var role in RolesOf(mode))
        {
            var logs = role == "driver" ? outcome.DriverLogs : outcome.ExecutorLogs;
            var kept = Keep(Of(job, role) with { Decides = outcome.Decides }, logs, watch);
            var seconds = $"{outcome.Took.TotalSeconds:F0} s";
            Console.WriteLine($"{home.Words} | {job.Feature} | {role} | {worked} | {kept} | {seconds}");
            foreach (var log in logs)
            {
                File.Delete(log);
            }
        }

        var survived = outcome.Throwables.Where(t => t.StartsWith("java.lang.", StringComparison.Ordinal));
        foreach (var thrown in survived.Where(_ => outcome.Worked).Distinct())
        {
            Console.WriteLine($"    survived: {thrown}");
        }
    }

    private string Keep(RecordedRun made, IReadOnlyList<string> logs, JvmWatch watch)
    {
        switch (watch)
        {
            case JvmWatch.LookUps:
                var traced = made.With(JvmTrace.Read(logs, classes.Has), classes);
                store.Keep(traced);
                return $"{traced.Classes.Count} classes, {traced.LookUps.Sum(l => l.Value.Count)} look-ups";
            case JvmWatch.Methods:
                // Where this run fails and the other one did not, what it entered was entered all the same.
                var methods = EnteredMethods.Read(logs, classes.Has);
                store.Keep(made, methods);
                return $"{methods.OfClasses.Sum(m => m.Value.Count)} methods";
            default:
                return "not watched";
        }
    }

    private RecordedRun Of(FeatureJob job, string role) =>
        new(home.Spark, home.Libraries, home.Java, role, job.Feature);

    private static string[] RolesOf(RunMode mode) => mode switch
    {
        RunMode.Local => ["driver"],
        RunMode.OwnExecutor => ["executor"],
        _ => ["driver", "executor"],
    };
}
