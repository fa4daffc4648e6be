using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// What counts where only runs of neighbouring releases tell of a distribution. Those met other references than this
/// one has; a new one counts as much as a recorded one where it cannot be of the release as it is shipped, since that
/// runs its own features: what it misses a jar of the release has, or it leads to a jar of another version. For one
/// thread.
/// </summary>
/// <param name="context">What the jars are of.</param>
/// <param name="path">The class path.</param>
internal sealed class NeighbourLinks(LibraryContext context, JavaClassPath path)
{
    // Hadoop's client carries its libraries under these names; the pom of hadoop-client-runtime 3.3.4 and of
    // hadoop-shaded-guava 1.1.1, and the jars.
    private static readonly IReadOnlyList<string> Shades =
        ["org/apache/hadoop/shaded/", "org/apache/hadoop/thirdparty/"];

    private readonly LibraryVersions _versions = new(context);
    private readonly HashSet<string> _present = [.. context.Present.Select(j => j.FileName)];
    private readonly Dictionary<string, bool> _lacking = new(StringComparer.Ordinal);

    /// <summary>The names that a class has where Hadoop's client carries it, or where it does not.</summary>
    /// <param name="name">The name, with slashes.</param>
    public static IEnumerable<string> OtherNamesOf(string name)
    {
        foreach (var shade in Shades)
        {
            if (name.StartsWith(shade, StringComparison.Ordinal))
            {
                return [name[shade.Length..]];
            }
        }

        return Shades.Select(s => s + name);
    }

    /// <summary>A class's name without its package; a nested one's with its <c>$</c>.</summary>
    public static string SimpleName(string name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>Whether a reference comes to nothing by a change, and not in the release as it is shipped.</summary>
    /// <param name="outcome">What it comes to.</param>
    /// <param name="missing">The class that is missing, with slashes; null where none is.</param>
    public bool IsOfChange(LinkOutcome outcome, string? missing)
    {
        if (missing is not null)
        {
            return IsLacking(missing);
        }

        return outcome.Definition >= 0 && IsOfOtherVersion(path.JarOf(outcome.Definition));
    }

    /// <summary>Whether a class is missing with a jar that the release, or its Hadoop, has.</summary>
    /// <param name="name">The class, with slashes, which is in no jar here.</param>
    public bool IsLacking(string name)
    {
        if (!_lacking.TryGetValue(name, out var lacking))
        {
            var jar = ClassOwners.Of(name).SelectMany(JarsOf).FirstOrDefault();
            lacking = jar is not null && !_present.Contains(jar.FileName);
            _lacking.Add(name, lacking);
        }

        return lacking;
    }

    private IEnumerable<LibrarySuggestion> JarsOf(ClassOwner owner) =>
        _versions.Of(owner.Artifact).Concat(_versions.OfSparkWithThisHadoop(owner.Artifact))
            .Where(j => owner.IsIn(j.Version));

    private bool IsOfOtherVersion(JarOnPath jar)
    {
        var name = JarName.Parse(jar.FileName);
        return _versions.Of(name.ArtifactWithoutScala) is [var first, ..] && first.Version != name.Version;
    }
}
