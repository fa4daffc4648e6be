using SparkAzure.Runs.Scenes;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>The real Sparks and libraries, unpacked once for all tests of a process; only where they can be had.</summary>
internal static class SparkScenes
{
    private static readonly Lazy<string> Place = new(MakeFolder);
    private static readonly Lazy<SparkStock> Unpacked = new(() => new SparkStock(Place.Value));

    /// <summary>The homes and sets.</summary>
    public static SparkStock Stock => Unpacked.Value;

    /// <summary>A folder for homes and runs, which goes with the process.</summary>
    public static string Folder => Place.Value;

    /// <summary>The folder that has the sets of libraries.</summary>
    public static string Libraries => Path.GetDirectoryName(Stock.Libraries("hadoop-2.8.5"))!;

    /// <summary>Lays a home.</summary>
    public static SparkScene Lay(string spark, string libraries) =>
        SparkScene.Lay(Stock, spark, libraries, Path.Combine(Folder, "homes", Guid.NewGuid().ToString("N")));

    private static string MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("sparkazure-real-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "homes"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
