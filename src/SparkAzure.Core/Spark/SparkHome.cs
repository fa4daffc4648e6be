using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Spark;

/// <summary>A binary Spark distribution on disk: where its parts are, and of which release it is.</summary>
internal sealed partial class SparkHome
{
    private SparkHome(string path, string version, (string? Version, string? Revision) stated, IReadOnlyList<JarName> modules)
    {
        Path = path;
        SparkVersion = version;
        StatedVersion = stated.Version;
        Revision = stated.Revision;
        Modules = modules;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>The Spark version: what RELEASE says and all of Spark's own jars are of; from the jars alone where RELEASE is absent.</summary>
    public string SparkVersion { get; }

    /// <summary>The Spark version that RELEASE states; null where the file is absent or states none.</summary>
    public string? StatedVersion { get; }

    /// <summary>The revision of Spark's sources that RELEASE states; null where it states none.</summary>
    public string? Revision { get; }

    /// <summary>Spark's own jars.</summary>
    public IReadOnlyList<JarName> Modules { get; }

    public string Jars => System.IO.Path.Combine(Path, "jars");

    public string Release => System.IO.Path.Combine(Path, "RELEASE");

    /// <summary>The module's own folder: restore points, the lock, the journal. Never part of an image.</summary>
    public string State => System.IO.Path.Combine(Path, StateFolderName);

    internal const string StateFolderName = ".sparkazure";

    // Spark's own modules; a jar such as spark-avro or spark-xml may be of another project with versions of its own.
    // Source: the modules of Spark's parent pom, 2.3 to 4.0.
    private static readonly HashSet<string> ModuleNames = new(StringComparer.Ordinal)
    {
        "spark-catalyst", "spark-common-utils", "spark-core", "spark-graphx", "spark-hive", "spark-hive-thriftserver", "spark-kubernetes",
        "spark-kvstore", "spark-launcher", "spark-mesos", "spark-mllib", "spark-mllib-local", "spark-network-common",
        "spark-network-shuffle", "spark-repl", "spark-sketch", "spark-sql", "spark-sql-api", "spark-streaming", "spark-tags",
        "spark-unsafe", "spark-variant", "spark-yarn",
    };

    /// <summary>The Dockerfile of the image <c>spark</c> in a distribution.</summary>
    public string Dockerfile => System.IO.Path.Combine(Path, "kubernetes", "dockerfiles", "spark", "Dockerfile");

    /// <summary>The Dockerfiles of the images that stand on it; a release before 2.4.0 has none.</summary>
    public IReadOnlyList<(SparkDockerfileKind Kind, string Path)> BindingDockerfiles =>
    [
        (SparkDockerfileKind.Python, System.IO.Path.Combine(Path, "kubernetes", "dockerfiles", "spark", "bindings", "python", "Dockerfile")),
        (SparkDockerfileKind.R, System.IO.Path.Combine(Path, "kubernetes", "dockerfiles", "spark", "bindings", "R", "Dockerfile")),
    ];

    /// <summary>Takes a path for a Spark home that may be worked on: RELEASE and the jars agree.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, SparkReleaseMismatch, CannotRead.</exception>
    public static SparkHome Open(string path)
    {
        var home = Read(path);
        var version = home.StatedVersion ?? home.Modules[0].Version;
        return home.Modules.FirstOrDefault(m => m.Version != version) is { } other
            ? throw SparkErrors.SparkReleaseMismatch(path, version, other.FileName, other.Version)
            : home;
    }

    /// <summary>Takes a path for a Spark home, contradictions and all. The version is that of most of Spark's own jars.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, CannotRead.</exception>
    public static SparkHome Read(string path)
    {
        if (!Directory.Exists(path))
        {
            throw SparkErrors.NotASparkHome(path, File.Exists(path) ? "it is a file" : "it does not exist");
        }

        var full = System.IO.Path.GetFullPath(path);
        var home = new SparkHome(full, "", default, []);
        if (!Directory.Exists(home.Jars))
        {
            throw SparkErrors.NotASparkHome(path, "it has no jars folder");
        }

        try
        {
            var modules = Directory.EnumerateFiles(home.Jars, "spark-*.jar")
                .Select(f => JarName.Parse(System.IO.Path.GetFileName(f)))
                .Where(n => ModuleNames.Contains(n.Artifact.Split('_')[0]))
                .OrderBy(n => n.FileName, StringComparer.Ordinal)
                .ToList();
            return modules.Count > 0
                ? new SparkHome(full, modules.GroupBy(m => m.Version).MaxBy(v => v.Count())!.Key, Stated(home.Release), modules)
                : throw SparkErrors.NotASparkHome(path, "its jars folder has no jar of Spark itself (spark-core and its like)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    // "Spark 2.4.0 built for Hadoop 2.7.3", with "(git revision …)" after the version in official builds.
    private static (string? Version, string? Revision) Stated(string path)
    {
        if (!File.Exists(path))
        {
            return default;
        }

        var match = ReleaseLine().Match(File.ReadLines(path).FirstOrDefault() ?? "");
        return match.Success ? (match.Groups[1].Value, match.Groups[2].Success ? match.Groups[2].Value : null) : default;
    }

    [GeneratedRegex(@"^Spark (\d+\.\d+\.\d+\S*)(?: \(git revision ([0-9a-f]+)\))?", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReleaseLine();
}
