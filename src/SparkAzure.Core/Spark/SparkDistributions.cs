using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Spark;

/// <summary>
/// The station "Spark distribution": says what a Spark home is, from its jars and files, and what it lacks.
/// </summary>
public static class SparkDistributions
{
    // Where each image's Dockerfile is. Source: bin/docker-image-tool.sh; Dockerfile.java17 is in 3.3 only.
    private static readonly (string Image, string Path)[] Dockerfiles =
    [
        ("spark", "kubernetes/dockerfiles/spark/Dockerfile"),
        ("spark", "kubernetes/dockerfiles/spark/Dockerfile.java17"),
        ("spark-py", "kubernetes/dockerfiles/spark/bindings/python/Dockerfile"),
        ("spark-r", "kubernetes/dockerfiles/spark/bindings/R/Dockerfile"),
    ];

    /// <summary>
    /// Reads a distribution, and says which features of Spark would work with its jars: their classes are read for that.
    /// </summary>
    /// <exception cref="SparkAzureException">NotASparkHome, CannotRead.</exception>
    public static async Task<SparkDistribution> ReadAsync(
        SparkDistributionOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Read(options.SparkHome);
        var distribution = await ReadAsync(home, caller, cancellationToken).ConfigureAwait(false);
        if (options.SkipFeature)
        {
            return distribution;
        }

        var request = new JarLinkageRequest(
            [.. FilesOf(home).Select(f => f.FullName)], home.SparkVersion)
        {
            IndexFolder = options.IndexFolder ?? UserCache.Folder("classes"),
        };
        var states = await SparkFeatureStates.ReadAsync(request, caller, cancellationToken).ConfigureAwait(false);
        return distribution with { Features = states };
    }

    /// <summary>
    /// Reads a distribution by its files' names. One that contradicts itself is read as well; its notes say how.
    /// </summary>
    /// <exception cref="SparkAzureException">NotASparkHome, CannotRead.</exception>
    public static Task<SparkDistribution> ReadAsync(
        string sparkHome, ICaller caller, CancellationToken cancellationToken) =>
        ReadAsync(SparkHome.Read(sparkHome), caller, cancellationToken);

    /// <summary>The same of a Spark home that is opened already.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    internal static async Task<SparkDistribution> ReadAsync(
        SparkHome home, ICaller caller, CancellationToken cancellationToken)
    {
        caller.Debug(
            $"RELEASE states {home.StatedVersion ?? "nothing"}; most of Spark's own jars are of {home.SparkVersion}.");
        var files = FilesOf(home);
        var jars = files.Select(f => JarName.Parse(f.Name)).ToList();
        var release = SparkReleases.Find(home.SparkVersion);
        var notes = new List<string>(NotesOn(home, release));
        var split = Versions(jars, "hadoop-common");
        var shaded = Versions(jars, "hadoop-client-api") ?? Versions(jars, "hadoop-client-runtime");
        var hadoop = ReleaseNumber.TryParse(split ?? shaded);
        var distribution = new SparkDistribution
        {
            SparkHome = home.Path,
            SparkVersion = home.SparkVersion,
            ScalaVersion = Versions(jars, "scala-library")
                ?? home.Modules.Select(m => m.ScalaVersion).OfType<string>().FirstOrDefault(),
            HadoopLine = hadoop?.Major,
            HadoopRelease = split ?? shaded,
            JarLayout = (split, shaded) switch
            {
                (null, null) => SparkJarLayout.None,
                (_, null) => SparkJarLayout.Split,
                (null, _) => SparkJarLayout.Shaded,
                _ => SparkJarLayout.Both,
            },
            KubernetesClientVersion = Versions(jars, "kubernetes-client"),
            SnappyVersion = Versions(jars, "snappy-java"),
            GuavaVersion = Versions(jars, "guava"),
            Dockerfiles = await DockerfilesAsync(home, notes, cancellationToken).ConfigureAwait(false),
            JarCount = files.Count,
            JarBytes = files.Sum(f => f.Length),
        };
        return distribution with
        {
            Missing = [.. MissingParts.Of(distribution, jars, release)],
            Notes = [.. notes, .. NotesOnHadoop(distribution, release)],
        };
    }

    private static IReadOnlyList<FileInfo> FilesOf(SparkHome home)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(home.Jars).EnumerateFiles("*.jar").OrderBy(f => f.Name, StringComparer.Ordinal)
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }

    private static IEnumerable<string> NotesOn(SparkHome home, SparkRelease? release)
    {
        if (home.StatedVersion is null)
        {
            yield return File.Exists(home.Release)
                ? "RELEASE does not state a Spark version; it was taken from the jars."
                : "There is no RELEASE file; the Spark version was taken from the jars.";
        }
        else if (home.StatedVersion != home.SparkVersion)
        {
            yield return $"RELEASE states Spark {home.StatedVersion}, but the jars are of {home.SparkVersion}.";
        }

        var others = home.Modules.Where(m => m.Version != home.SparkVersion).ToList();
        if (others.Count > 0)
        {
            var names = string.Join(", ", others.Select(m => m.FileName));
            yield return $"Spark's own jars are of several releases: {names} beside those of {home.SparkVersion}.";
        }

        if (SparkClientMode.Lack(ReleaseNumber.TryParse(home.SparkVersion)) is { } lack)
        {
            yield return $"Spark {home.SparkVersion} {lack}.";
        }

        if (release?.Knowledge != SparkReleaseKnowledge.Itself)
        {
            var (first, last) = (SparkReleases.Known[0], SparkReleases.Known[^1]);
            yield return $"Spark {home.SparkVersion} is not in this module's table of releases ({first} to {last}); " +
                $"{HeldAgainst(release)}.";
        }
    }

    private static string HeldAgainst(SparkRelease? release) => release?.Knowledge switch
    {
        SparkReleaseKnowledge.Nearest => $"it was held against {release.Nearest}, the nearest one",
        SparkReleaseKnowledge.Line => "it was held against what all of them ship",
        _ => "what it should ship is not known",
    };

    private static IEnumerable<string> NotesOnHadoop(SparkDistribution distribution, SparkRelease? release)
    {
        if (distribution.JarLayout == SparkJarLayout.Both)
        {
            yield return "Hadoop is there twice, as separate jars and shaded. Find-SparkJarConflict says what that " +
                "does.";
        }

        if (distribution.HadoopRelease is { } hadoop
            && release is { Hadoops.Count: > 0 }
            && !release.Hadoops.Contains(hadoop))
        {
            var official = string.Join(" or ", release.Hadoops);
            yield return $"The Hadoop jars are of {hadoop}; the official archives of {release.Nearest} have {official}: " +
                "they were exchanged, or Spark was built by somebody else.";
        }
    }

    private static async Task<IReadOnlyList<SparkDistributionDockerfile>> DockerfilesAsync(
        SparkHome home, List<string> notes, CancellationToken cancellationToken)
    {
        var found = new List<SparkDistributionDockerfile>();
        foreach (var (image, relative) in Dockerfiles)
        {
            var path = Path.Combine(home.Path, relative);
            if (!File.Exists(path))
            {
                continue;
            }

            try
            {
                var document = await DockerfileDocument.ReadAsync(path, cancellationToken).ConfigureAwait(false);
                var stages = document.Stages(new Dictionary<string, string>());
                found.Add(new SparkDistributionDockerfile(image, path, stages.Count > 0 ? stages[^1].BaseImage : ""));
            }
            catch (SparkAzureException exception)
            {
                notes.Add(exception.Message);
                found.Add(new SparkDistributionDockerfile(image, path, ""));
            }
        }

        return found;
    }

    private static string? Versions(IReadOnlyList<JarName> jars, string artifact)
    {
        var versions = jars.Where(j => j.Artifact == artifact).Select(j => j.Version).Distinct().ToList();
        if (versions.Count > 0)
        {
            return string.Join(", ", versions);
        }

        return null;
    }
}
