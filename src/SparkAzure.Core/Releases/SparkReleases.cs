using System.Collections.Concurrent;

namespace SparkAzure.Core.Releases;

/// <summary>
/// What each Spark release on Kubernetes ships. Not typed here: it is read from lists of the releases' jars
/// (<see cref="SparkJarTable"/>). A release that nobody has read is answered for by its neighbours, and says so.
/// </summary>
internal static class SparkReleases
{
    private static readonly Lazy<IReadOnlySet<string>> InAll = new(NamesInAll);

    // A search asks for the same few releases for every class that it misses.
    private static readonly ConcurrentDictionary<string, SparkRelease?> Found = new(StringComparer.Ordinal);

    /// <summary>The releases that were read, oldest first.</summary>
    internal static IReadOnlyList<string> Known => SparkJarTable.Releases;

    /// <summary>The names of Spark's own artifacts, without Scala's version.</summary>
    internal static IReadOnlySet<string> Modules => SparkJarTable.Modules;

    /// <summary>
    /// What a release ships; null for what is no release number, or is older than Spark on Kubernetes.
    /// </summary>
    /// <param name="version">The release, as <c>3.5.9</c>.</param>
    internal static SparkRelease? Find(string version) => Found.GetOrAdd(version, Read);

    /// <summary>
    /// The releases beside one, the nearest first: those of its line, of the line before and of the one after.
    /// </summary>
    /// <param name="release">The release.</param>
    internal static IEnumerable<SparkRelease> NeighboursOf(SparkRelease release)
    {
        var known = Known.ToList();
        var lines = known.Select(LineOf).Distinct().ToList();
        var here = lines.IndexOf(LineOf(release.Nearest));
        return known
            .Where(r => Math.Abs(lines.IndexOf(LineOf(r)) - here) <= 1)
            .OrderBy(r => Math.Abs(known.IndexOf(r) - known.IndexOf(release.Nearest)))
            .Select(r => Find(r)!);
    }

    private static SparkRelease? Read(string version)
    {
        var number = ReleaseNumber.TryParse(version);
        if (number is null || number < ReleaseNumber.Parse(Known[0]))
        {
            return null;
        }

        if (Known.Contains(version))
        {
            return new SparkRelease(version, version, SparkReleaseKnowledge.Itself, SparkJarTable.JarsOf(version));
        }

        var line = Known.Where(r => LineOf(r) == LineOf(version)).ToList();
        if (line.Count > 0)
        {
            var nearest = line.LastOrDefault(r => ReleaseNumber.Parse(r) <= number) ?? line[0];
            return new SparkRelease(version, nearest, SparkReleaseKnowledge.Nearest, LikeThoseOf(nearest, version));
        }

        // Artifacts come and go from line to line; those that never did will hardly go in this one.
        var last = Known.Last(r => ReleaseNumber.Parse(r) < number);
        return new SparkRelease(version, last, SparkReleaseKnowledge.Line, OfAllLike(last, version));
    }

    private static (int Major, int Minor) LineOf(string release)
    {
        var number = ReleaseNumber.Parse(release);
        return (number.Major, number.Minor);
    }

    private static ShippedJar[] LikeThoseOf(string nearest, string version) =>
        [.. SparkJarTable.JarsOf(nearest).Select(j => Modules.Contains(j.Name) ? j with { Version = version } : j)];

    private static ShippedJar[] OfAllLike(string last, string version) =>
    [
        .. LikeThoseOf(last, version)
            .Where(j => InAll.Value.Contains(j.Name))
            .Select(j => Modules.Contains(j.Name) ? j : j with { Version = "" }),
    ];

    private static HashSet<string> NamesInAll()
    {
        var names = Known.Select(r => SparkJarTable.JarsOf(r).Select(j => j.Name));
        return names.Aggregate((some, others) => some.Intersect(others)).ToHashSet(StringComparer.Ordinal);
    }
}
