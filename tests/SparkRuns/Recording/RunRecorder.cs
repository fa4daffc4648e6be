using SparkAzure.Runs.Features;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;
using SparkAzure.Runs.StandIns;

namespace SparkAzure.Runs.Recording;

/// <summary>Runs the features of all homes, tells what came of each, and writes what those that worked did.</summary>
internal sealed class RunRecorder(RecordOptions options)
{
    private const string Command = "dotnet run --project tests/SparkRuns -- record";
    private const string Data = "src/SparkAzure.Core/Spark/Conflicts/Runs/spark-runs.txt.br";

    private SparkCluster? _cluster;
    private bool _missing;

    /// <summary>Runs, and writes the data: what is asked for now, and what the folder has of an earlier recording.</summary>
    /// <returns>0; 3 where something could not be run at all, because this machine lacks it.</returns>
    public async Task<int> RecordAsync(CancellationToken cancellationToken)
    {
        JvmWatch[] both = [JvmWatch.LookUps, JvmWatch.Methods];
        var watches = both.Where(w => options.Watch is null || options.Watch == w).ToList();
        return await RunAsync(watches, Write, cancellationToken);
    }

    /// <summary>Runs only.</summary>
    public Task<int> TryAsync(CancellationToken cancellationToken) =>
        RunAsync([options.Watch ?? JvmWatch.Nothing], written: null, cancellationToken);

    private void Write(RunStore store)
    {
        var target = options.Out ?? Path.Combine(Repository(), Data);
        var runs = store.All().Where(r => r.Decides is null).ToList();
        var methods = new EnteredMethods();
        foreach (var entered in runs.Select(store.FindMethods))
        {
            methods.Add(entered ?? new EnteredMethods());
        }

        var javas = runs.Select(r => r.Java).Distinct().Order().Select(JavaTools.Machine).Select(m => m?.Version);
        string[] comments =
        [
            $"What real JVMs did when features of real Sparks ran in them and worked. Made by: {Command}",
            $"Made on {DateTime.UtcNow:yyyy-MM-dd}; Java: {string.Join("; ", javas)}",
        ];
        RunsFile.Write(target, comments, runs, methods);
        Console.WriteLine($"{runs.Count} runs: {target}, {new FileInfo(target).Length / 1024} KB");
    }

    private async Task<int> RunAsync(
        IReadOnlyList<JvmWatch> watches, Action<RunStore>? written, CancellationToken cancellationToken)
    {
        var folder = options.Folder ?? Directory.CreateTempSubdirectory("spark-runs-").FullName;
        Directory.CreateDirectory(folder);
        try
        {
            await using var storage = await StorageStandIn.StartAsync(folder, cancellationToken);
            _cluster = Asks(SparkFeature.Kubernetes) ? await SparkCluster.UpAsync(folder, cancellationToken) : null;
            var kept = new RunStore(StoreFolder(folder, written is not null));
            foreach (var watch in watches)
            {
                foreach (var home in PlannedHome.All.Where(h => IsAsked(h, watch)))
                {
                    await RunHomeAsync(home, watch, kept, folder, storage, cancellationToken);
                }
            }

            written?.Invoke(kept);
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

    // What is tried out is tried again each time.
    private static string StoreFolder(string folder, bool stays)
    {
        var store = Path.Combine(folder, stays ? "recorded" : "tried");
        if (!stays && Directory.Exists(store))
        {
            Directory.Delete(store, recursive: true);
        }

        return store;
    }

    private async Task RunHomeAsync(
        PlannedHome home,
        JvmWatch watch,
        RunStore store,
        string folder,
        StorageStandIn storage,
        CancellationToken cancellationToken)
    {
        if (JavaTools.Machine(home.Java) is not { } machine)
        {
            Console.WriteLine($"{home.Words}: there is no JVM of Java {home.Java} here; left out");
            _missing = true;
            return;
        }

        var laid = Path.Combine(folder, "homes", $"{home.Spark}-{home.Libraries}-{home.Java}");
        if (Directory.Exists(laid))
        {
            Directory.Delete(laid, recursive: true);
        }

        var scene = SparkScene.Lay(new SparkStock(folder), home.Spark, home.Libraries, laid);
        var classes = await HomeClasses.ReadAsync(scene, machine, cancellationToken);
        var run = new FeatureRun(scene, machine, folder, storage, _cluster);
        var recorder = new HomeRecorder(home, classes, run, store, options.AtOnce);
        var jobs = FeatureJob.All.Where(j => home.Features?.Contains(j.Feature) != false && Asks(j.Feature)).ToList();
        await recorder.RecordAsync(jobs, ModesHere(jobs), watch, cancellationToken);
    }

    private RunMode[] ModesHere(IReadOnlyList<FeatureJob> jobs)
    {
        if (_cluster is null && jobs.Any(j => j.Modes.Contains(RunMode.Cluster)))
        {
            Console.WriteLine("there is no ../shared/cluster beside the project; Kubernetes is left out");
            _missing = true;
        }

        return [.. Enum.GetValues<RunMode>().Where(m => m != RunMode.Cluster || _cluster is not null)];
    }

    private bool IsAsked(PlannedHome home, JvmWatch watch) =>
        (options.Spark is null || options.Spark == home.Spark)
        && (options.Libraries is null || options.Libraries == home.Libraries)
        && (options.Java is null || options.Java == home.Java)
        && (watch != JvmWatch.Methods || home.HasMethods);

    private bool Asks(SparkFeature feature) => options.Features is null || options.Features.Contains(feature);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SparkAzure.psd1")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException("this program does not stand in its repository; say --out FILE.");
    }
}
