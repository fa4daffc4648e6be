using SparkAzure.Runs.Features;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;
using SparkAzure.Runs.StandIns;

namespace SparkAzure.Runs.Recording;

/// <summary>Runs the features of all homes, tells what came of each, and writes what those that worked loaded.</summary>
internal sealed class RunRecorder(RecordOptions options)
{
    private const string Command = "dotnet run --project tests/SparkRuns -- record";
    private const string Data = "src/SparkAzure.Core/Spark/Conflicts/Runs/spark-runs.txt.gz";

    private readonly List<RecordedRun> _runs = [];
    private readonly SortedSet<string> _javas = new(StringComparer.Ordinal);
    private SparkCluster? _cluster;
    private bool _missing;

    /// <summary>Runs, and writes the data.</summary>
    /// <returns>0; 3 where something could not be run at all, because this machine lacks it.</returns>
    public async Task<int> RecordAsync(CancellationToken cancellationToken)
    {
        var code = await RunAsync(cancellationToken);
        var target = options.Out ?? Path.Combine(Repository(), Data);
        Write(target);
        Console.WriteLine($"{_runs.Count} runs: {target}, {new FileInfo(target).Length / 1024} KB");
        return code;
    }

    private void Write(string target)
    {
        string[] comments =
        [
            $"Which classes real JVMs loaded, per feature. Made by: {Command}",
            $"Made on {DateTime.UtcNow:yyyy-MM-dd}; Java: {string.Join("; ", _javas)}",
        ];
        RunsFile.Write(target, comments, _runs);
    }

    /// <summary>Runs only.</summary>
    public Task<int> TryAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var folder = options.Folder ?? Directory.CreateTempSubdirectory("spark-runs-").FullName;
        Directory.CreateDirectory(folder);
        try
        {
            var stock = new SparkStock(folder);
            await using var storage = await StorageStandIn.StartAsync(folder, cancellationToken);
            _cluster = Asks("Kubernetes") ? await SparkCluster.UpAsync(folder, cancellationToken) : null;
            foreach (var home in PlannedHome.All.Where(IsAsked))
            {
                if (JavaTools.Machine(home.Java) is not { } machine)
                {
                    Console.WriteLine($"{Words(home)}: there is no JVM of Java {home.Java} here; left out");
                    _missing = true;
                    continue;
                }

                _javas.Add(machine.Version);
                var laid = Path.Combine(folder, "homes", $"{home.Spark}-{home.Libraries}-{home.Java}");
                if (Directory.Exists(laid))
                {
                    Directory.Delete(laid, recursive: true);
                }

                var scene = SparkScene.Lay(stock, home.Spark, home.Libraries, laid);
                await RunHomeAsync(home, scene, machine, new FeatureRun(scene, machine, folder, storage, _cluster), cancellationToken);

                // Who is stopped has what was done; the project's data changes only when all is there.
                Write(Path.Combine(folder, "runs-so-far.txt.gz"));
            }
        }
        finally
        {
            if (options.Folder is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return _missing ? 3 : 0;
    }

    private async Task RunHomeAsync(PlannedHome home, SparkScene scene, JavaMachine machine, FeatureRun run, CancellationToken cancellationToken)
    {
        var faults = await HomeFaults.ReadAsync(scene, machine, cancellationToken);
        foreach (var job in FeatureJob.All.Where(IsAsked))
        {
            foreach (var mode in job.Modes)
            {
                if (!await RunOneAsync(home, faults, run, job, mode, cancellationToken))
                {
                    break;
                }
            }
        }
    }

    private async Task<bool> RunOneAsync(
        PlannedHome home, HomeFaults faults, FeatureRun run, FeatureJob job, RunMode mode, CancellationToken cancellationToken)
    {
        if (mode == RunMode.Cluster && _cluster is null)
        {
            Console.WriteLine($"{Words(home)} | {job.Feature} | there is no ../shared/cluster beside the project; left out");
            _missing = true;
            return false;
        }

        var outcome = await run.RunAsync(job, mode, cancellationToken);
        if (mode != RunMode.OwnExecutor)
        {
            Keep(home, faults, job, "driver", outcome.DriverClasses, outcome);
        }

        if (mode != RunMode.Local)
        {
            Keep(home, faults, job, "executor", outcome.ExecutorClasses, outcome);
        }

        foreach (var thrown in outcome.Throwables.Where(t => outcome.Worked && t.StartsWith("java.lang.", StringComparison.Ordinal)).Distinct())
        {
            Console.WriteLine($"    survived: {thrown}");
        }

        return outcome.Worked;
    }

    private void Keep(
        PlannedHome home, HomeFaults faults, FeatureJob job, string role, IReadOnlySet<string> classes, FeatureOutcome outcome)
    {
        var survived = faults.Of(classes);
        Console.WriteLine(
            $"{Words(home)} | {job.Feature} | {role} | {outcome.Decides ?? "worked"} | {classes.Count} classes, {survived.Count} faults survived | {outcome.Took.TotalSeconds:F0} s");
        if (outcome.Worked)
        {
            _runs.Add(new RecordedRun(home, role, job.Feature, classes, survived));
        }
    }

    private bool IsAsked(PlannedHome home) =>
        (options.Spark is null || options.Spark == home.Spark)
        && (options.Libraries is null || options.Libraries == home.Libraries)
        && (options.Java is null || options.Java == home.Java);

    private bool IsAsked(FeatureJob job) => Asks(job.Feature);

    private bool Asks(string feature) => options.Features is null || options.Features.Contains(feature);

    private static string Words(PlannedHome home) => $"{home.Spark} | {home.Libraries} | Java {home.Java}";

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SparkAzure.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("this program does not stand in its repository; say --out FILE.");
    }
}
