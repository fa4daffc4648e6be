using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Tests.Spark;

/// <summary>A Spark home of nothing but names: every file is empty but RELEASE.</summary>
internal static class SparkHomeOfNames
{
    /// <summary>Lays the jars.</summary>
    public static void Lay(string home, IEnumerable<string> jars)
    {
        Directory.CreateDirectory(Path.Combine(home, "jars"));
        foreach (var jar in jars)
        {
            File.WriteAllBytes(Path.Combine(home, "jars", jar), []);
        }
    }

    /// <summary>Lays what the official archives have beside the jars, and the lists of PyPI's have not.</summary>
    public static void LayFiles(string home, string version)
    {
        foreach (var file in SparkArchives.Of(SparkArchives.Files, ReleaseNumber.Parse(version)))
        {
            var path = Path.Combine(home, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file.EndsWith("Dockerfile", StringComparison.Ordinal) ? "FROM scratch\n" : "");
        }

        File.WriteAllText(Path.Combine(home, "RELEASE"), $"Spark {version} built for Hadoop\n");
    }
}
