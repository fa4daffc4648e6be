using System.Text.RegularExpressions;

namespace SparkAzure.Core.Spark;

/// <summary>A binary Spark distribution on disk: where its parts are, and of which release it is.</summary>
internal sealed partial class SparkHome
{
    private SparkHome(string path, string? version)
    {
        Path = path;
        SparkVersion = version;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The Spark version from RELEASE, else from the spark-core jar; null when neither tells.</summary>
    public string? SparkVersion { get; }

    public string Jars => System.IO.Path.Combine(Path, "jars");

    public string Release => System.IO.Path.Combine(Path, "RELEASE");

    /// <summary>The module's own folder: restore points, the lock, the journal. Never part of an image.</summary>
    public string State => System.IO.Path.Combine(Path, StateFolderName);

    internal const string StateFolderName = ".sparkazure";

    /// <summary>The Dockerfile of the image <c>spark</c> in a distribution.</summary>
    public string Dockerfile => System.IO.Path.Combine(Path, "kubernetes", "dockerfiles", "spark", "Dockerfile");

    /// <summary>Takes a path for a Spark home after looking at it.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, SparkReleaseMismatch.</exception>
    public static SparkHome Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw SparkErrors.NotASparkHome(path, File.Exists(path) ? "it is a file" : "it does not exist");
        }

        var full = System.IO.Path.GetFullPath(path);
        var home = new SparkHome(full, null);
        if (!Directory.Exists(home.Jars))
        {
            throw SparkErrors.NotASparkHome(path, "it has no jars folder");
        }

        var cores = Directory.EnumerateFiles(home.Jars, "spark-core_*.jar")
            .Select(f => JarName.Parse(System.IO.Path.GetFileName(f)))
            .ToList();
        if (cores.Count == 0)
        {
            throw SparkErrors.NotASparkHome(path, "its jars folder has no spark-core jar");
        }

        var release = ReleaseVersion(home.Release);
        var other = cores.FirstOrDefault(c => release is not null && c.Version != release) ?? (cores.Count > 1 ? cores[1] : null);
        if (other is not null)
        {
            throw SparkErrors.SparkReleaseMismatch(path, release ?? cores[0].Version, other.Version);
        }

        return new SparkHome(full, release ?? cores[0].Version);
    }

    // "Spark 2.4.0 built for Hadoop 2.7.3", with "(git revision …)" after the version in official builds.
    private static string? ReleaseVersion(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var match = ReleaseLine().Match(File.ReadLines(path).FirstOrDefault() ?? "");
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"^Spark (\d+\.\d+\.\d+\S*)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReleaseLine();
}
