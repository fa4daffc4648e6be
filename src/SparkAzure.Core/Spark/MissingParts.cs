using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark;

/// <summary>
/// What a distribution lacks of what its release ships: files, Spark's own jars, and those of
/// <see cref="DecidingJars"/>.
/// </summary>
internal static class MissingParts
{
    /// <summary>The parts, files by path first, then jars as artifact and, where it is known, version.</summary>
    /// <param name="distribution">The distribution, but for what is missing.</param>
    /// <param name="jars">Its jars.</param>
    /// <param name="release">What its release ships; null where nothing is known of it.</param>
    public static IEnumerable<string> Of(
        SparkDistribution distribution, IReadOnlyList<JarName> jars, SparkRelease? release)
    {
        var there = jars.Select(j => j.ArtifactWithoutScala).ToHashSet(StringComparer.Ordinal);
        if (release is not null)
        {
            var files = release.Files.Where(f => !File.Exists(Path.Combine(distribution.SparkHome, f)));
            var names = release.Jars.Select(j => j.Name).Distinct().Where(n => !there.Contains(n));
            foreach (var file in files)
            {
                yield return file;
            }

            foreach (var name in names.Where(n => IsWanted(n, distribution, release)))
            {
                yield return Named(name, distribution, release);
            }
        }

        if (distribution.JarLayout == SparkJarLayout.None && release is not null)
        {
            yield return "hadoop-common or hadoop-client-api";
        }
        else if (there.Contains("hadoop-client-api") && !there.Contains("hadoop-client-runtime"))
        {
            yield return $"hadoop-client-runtime {distribution.HadoopRelease}";
        }
    }

    private static bool IsWanted(string name, SparkDistribution distribution, SparkRelease release) =>
        DecidingJars.Find(name)?.Scope switch
        {
            null => SparkReleases.Modules.Contains(name),
            DecidingJarScope.UnlessProvided => distribution.JarLayout != SparkJarLayout.None,
            DecidingJarScope.OneHadoop => name != "hadoop-client-runtime" && HasHadoopOf(release, distribution),
            _ => true,
        };

    // Another Hadoop wants other jars in their place, and so does the same one in another layout.
    private static bool HasHadoopOf(SparkRelease release, SparkDistribution distribution) =>
        release.Hadoop is not null
            && distribution.HadoopRelease == release.Hadoop
            && distribution.JarLayout == (release.IsShaded ? SparkJarLayout.Shaded : SparkJarLayout.Split);

    private static string Named(string name, SparkDistribution distribution, SparkRelease release)
    {
        var version = release.ListedVersionOf(name);
        if (version is null || (IsOfScala(name) && !IsOneScala(distribution, release)))
        {
            return name;
        }

        if (release.Knowledge == SparkReleaseKnowledge.Itself || SparkReleases.Modules.Contains(name))
        {
            return $"{name} {version}";
        }

        return $"{name} ({version} in {release.Nearest})";
    }

    private static bool IsOfScala(string name) => name.StartsWith("scala-", StringComparison.Ordinal);

    // The same release is there for several Scalas.
    private static bool IsOneScala(SparkDistribution distribution, SparkRelease release)
    {
        var (here, listed) = (ReleaseNumber.TryParse(distribution.ScalaVersion), ReleaseNumber.TryParse(release.Scala));
        return here is not null && listed is not null && (here.Major, here.Minor) == (listed.Major, listed.Minor);
    }
}
