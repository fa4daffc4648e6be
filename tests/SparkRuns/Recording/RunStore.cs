using System.IO.Compression;
using System.Text.Json;
using SparkAzure.Runs.Features;

namespace SparkAzure.Runs.Recording;

/// <summary>
/// What was recorded, a file for each JVM in a folder: a recording that was stopped goes on where it was, and one with
/// another feature adds to it.
/// </summary>
internal sealed class RunStore(string folder)
{
    /// <summary>Keeps a run.</summary>
    public void Keep(RecordedRun run) => Write(RunFile(run), run);

    /// <summary>Keeps the methods that a run entered.</summary>
    public void Keep(RecordedRun run, EnteredMethods methods) => Write(MethodsFile(run), methods);

    /// <summary>A run that was kept; null where it was not.</summary>
    public RecordedRun? Find(RecordedRun run) => Read<RecordedRun>(RunFile(run));

    /// <summary>The methods that a run entered; null where that was not recorded.</summary>
    public EnteredMethods? FindMethods(RecordedRun run) => Read<EnteredMethods>(MethodsFile(run));

    /// <summary>All runs that were kept, failed ones too, in the order of the plan.</summary>
    public IReadOnlyList<RecordedRun> All() =>
    [
        .. PlannedHome.All
            .SelectMany(h => FeatureJob.All.Select(j => j.Feature).SelectMany(f => Of(h, f)))
            .Select(Find)
            .Where(r => r is not null)
            .Select(r => r!),
    ];

    private static IEnumerable<RecordedRun> Of(PlannedHome home, SparkFeature feature) =>
    [
        new RecordedRun(home.Spark, home.Libraries, home.Java, "driver", feature),
        new RecordedRun(home.Spark, home.Libraries, home.Java, "executor", feature),
    ];

    private string RunFile(RecordedRun run) =>
        Path.Combine(folder, $"{run.Spark}-{run.Libraries}-{run.Java}-{run.Role}-{run.Feature}.json.gz");

    private string MethodsFile(RecordedRun run) =>
        Path.Combine(folder, $"{run.Spark}-{run.Libraries}-{run.Java}-{run.Role}-{run.Feature}.methods.json.gz");

    private static void Write<T>(string file, T content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using (var zip = new GZipStream(File.Create(file + ".part"), CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(zip, content);
        }

        File.Move(file + ".part", file, overwrite: true);
    }

    private static T? Read<T>(string file)
        where T : class
    {
        if (!File.Exists(file))
        {
            return null;
        }

        using var zip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<T>(zip);
    }
}
