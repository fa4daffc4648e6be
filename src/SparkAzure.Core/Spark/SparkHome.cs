using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Spark;

/// <summary>A binary Spark distribution on disk: where its parts are, and of which release it is.</summary>
internal sealed class SparkHome
{
    private SparkHome(
        string path, TreeActor owner, string version, SparkReleaseFile stated, IReadOnlyList<JarName> modules)
    {
        Path = path;
        Owner = owner;
        SparkVersion = version;
        StatedVersion = stated.Version;
        Revision = stated.Revision;
        Modules = modules;
    }

    /// <summary>The absolute path.</summary>
    public string Path { get; }

    /// <summary>As whom its files are read, made and replaced: never as root where another account owns it.</summary>
    public TreeActor Owner { get; }

    /// <summary>
    /// The Spark version: what RELEASE says and all of Spark's own jars are of; from the jars alone where RELEASE is
    /// absent.
    /// </summary>
    public string SparkVersion { get; }

    /// <summary>The Spark version that RELEASE states; null where the file is absent or states none.</summary>
    public string? StatedVersion { get; }

    /// <summary>The revision of Spark's sources that RELEASE states; null where it states none.</summary>
    public string? Revision { get; }

    /// <summary>Spark's own jars.</summary>
    public IReadOnlyList<JarName> Modules { get; }

    public string Jars => JarsIn(Path);

    public string Release => SparkReleaseFile.PathIn(Path);

    /// <summary>The module's own folder: restore points, the lock, the journal. Never part of an image.</summary>
    public string State => StateIn(Path);

    internal const string StateFolderName = ".sparkazure";

    /// <summary>The Dockerfile of the image <c>spark</c> in a distribution.</summary>
    public string Dockerfile => System.IO.Path.Combine(Path, "kubernetes", "dockerfiles", "spark", "Dockerfile");

    /// <summary>The Dockerfiles of the images that stand on it; a release before 2.4.0 has none.</summary>
    public IReadOnlyList<(SparkDockerfileKind Kind, string Path)> BindingDockerfiles =>
    [
        (SparkDockerfileKind.Python, System.IO.Path.Combine(
            Path,
            "kubernetes",
            "dockerfiles",
            "spark",
            "bindings",
            "python",
            "Dockerfile")),
        (SparkDockerfileKind.R, System.IO.Path.Combine(
            Path,
            "kubernetes",
            "dockerfiles",
            "spark",
            "bindings",
            "R",
            "Dockerfile")),
    ];

    /// <summary>Takes a path for a Spark home that may be worked on: RELEASE and the jars agree.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, SparkReleaseMismatch, CannotRead.</exception>
    public static SparkHome Open(string path)
    {
        var home = Read(path);
        var version = home.StatedVersion ?? home.Modules[0].Version;
        var other = home.Modules.FirstOrDefault(m => m.Version != version);
        if (other is not null)
        {
            throw SparkErrors.SparkReleaseMismatch(path, version, other.FileName, other.Version);
        }

        return home;
    }

    /// <summary>
    /// Takes a path for a Spark home, contradictions and all. The version is that of most of Spark's own jars.
    /// </summary>
    /// <exception cref="SparkAzureException">NotASparkHome, CannotRead.</exception>
    public static SparkHome Read(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var owner = TreeActor.Of(full, JarsIn(full), StateIn(full));
        return owner.Act(() => Read(path, full, owner));
    }

    private static SparkHome Read(string path, string full, TreeActor owner)
    {
        if (!Directory.Exists(path))
        {
            throw SparkErrors.NotASparkHome(path, File.Exists(path) ? "it is a file" : "it does not exist");
        }

        var jars = JarsIn(full);
        if (!Directory.Exists(jars))
        {
            throw SparkErrors.NotASparkHome(path, "it has no jars folder");
        }

        try
        {
            var modules = ModulesIn(jars);
            if (modules.Count == 0)
            {
                throw SparkErrors.NotASparkHome(
                    path, "its jars folder has no jar of Spark itself (spark-core and its like)");
            }

            return new SparkHome(full, owner, CommonVersion(modules), SparkReleaseFile.Read(full), modules);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(path, exception);
        }
    }

    private static string JarsIn(string home) => System.IO.Path.Combine(home, "jars");

    private static string StateIn(string home) => System.IO.Path.Combine(home, StateFolderName);

    // What the tables know for a module, and what has the very version of spark-core: modules come with new releases. A
    // jar such as spark-avro or spark-xml may be of another project with versions of its own.
    private static List<JarName> ModulesIn(string jars)
    {
        var candidates = Directory.EnumerateFiles(jars, "spark-*.jar")
            .Select(f => JarName.Parse(System.IO.Path.GetFileName(f)))
            .Where(n => n.ScalaVersion is not null)
            .OrderBy(n => n.FileName, StringComparer.Ordinal)
            .ToList();
        var core = candidates
            .Where(n => n.ArtifactWithoutScala == "spark-core")
            .Select(n => n.Version)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. candidates.Where(n => SparkReleases.Modules.Contains(n.ArtifactWithoutScala) || core.Contains(n.Version)),
        ];
    }

    private static string CommonVersion(IEnumerable<JarName> modules) =>
        modules.GroupBy(m => m.Version).MaxBy(v => v.Count())!.Key;
}
