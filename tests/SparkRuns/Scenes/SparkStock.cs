using SparkAzure.Runs.Java;

namespace SparkAzure.Runs.Scenes;

/// <summary>The real Sparks and sets of libraries, each unpacked once into a folder that scenes link to.</summary>
internal sealed class SparkStock(string folder)
{
    private readonly object _unpacking = new();

    /// <summary>Where they are.</summary>
    public string Folder => folder;

    /// <summary>The program that unpacks them.</summary>
    /// <exception cref="InvalidOperationException">There is none on this machine.</exception>
    private static string Program => Path.Combine(
        JavaTools.SparkFolder ?? throw new InvalidOperationException(
            "there is no ../shared/spark beside the project, and SPARKAZURE_TEST_SPARK names none."),
        "spark");

    /// <summary>A Spark home as it was released, not to be changed.</summary>
    public string Home(string version) => Unpacked($"spark-{version}", "home", version);

    /// <summary>A set of libraries, not to be changed.</summary>
    public string Libraries(string name) => Path.Combine(Unpacked("libs", "libs"), name);

    private string Unpacked(string name, params string[] command)
    {
        var target = Path.Combine(folder, name);
        lock (_unpacking)
        {
            if (!Directory.Exists(target))
            {
                // Renamed when it is whole: a run that was stopped leaves no half of one.
                var part = target + ".part";
                JavaTools.Run([Program, .. command, part]);
                Directory.Move(part, target);
            }
        }

        return target;
    }
}
