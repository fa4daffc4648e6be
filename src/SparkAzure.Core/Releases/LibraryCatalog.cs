namespace SparkAzure.Core.Releases;

/// <summary>Says which jar, in which version, would bring a class that is missing.</summary>
/// <param name="context">Where it is missing.</param>
internal sealed class LibraryCatalog(LibraryContext context)
{
    private readonly LibraryVersions _versions = new(context);
    private readonly HashSet<string> _present = [.. context.Present.Select(j => j.FileName)];
    private readonly Dictionary<string, IReadOnlyList<LibrarySuggestion>> _bringing = new(StringComparer.Ordinal);

    /// <summary>
    /// The jars that would bring a class, the likeliest first. None where nothing tells: a class that was never seen in
    /// a released jar, one of a jar that has no version for this Spark and Hadoop, or one that the jar which should
    /// have it has not, though it is there in the version that belongs there.
    /// </summary>
    /// <param name="className">The class's name with slashes; a nested one's with its <c>$</c>.</param>
    public IReadOnlyList<LibrarySuggestion> Bringing(string className)
    {
        if (!_bringing.TryGetValue(className, out var known))
        {
            _bringing[className] = known = Find(className);
        }

        return known;
    }

    private IReadOnlyList<LibrarySuggestion> Find(string className)
    {
        var owners = ClassOwners.Of(className);
        var belonging = JarsOf(owners, _versions.Of);
        if (belonging.Count == 0)
        {
            belonging = JarsOf(owners, _versions.OfSparkWithThisHadoop);
        }

        // A neighbour's jar has no place beside an older or newer one, or beside what has its classes here.
        var isForeign = owners.All(o => _versions.Of(o.Artifact).Count == 0);
        if (belonging.Count == 0 && isForeign)
        {
            belonging = JarsOf(owners, _versions.OfNeighbours);
        }

        // The likeliest one is there and has not brought the class: the others are no likelier than nothing.
        if (belonging.Count == 0 || IsPresent(belonging[0]))
        {
            return [];
        }

        return [.. belonging.Where(j => !IsPresent(j))];
    }

    // The jar of each owner, in the version that has the class.
    private static List<LibrarySuggestion> JarsOf(
        IReadOnlyList<ClassOwner> owners, Func<string, IEnumerable<LibrarySuggestion>> find) =>
        [.. owners.SelectMany(owner => find(owner.Artifact).Where(j => owner.IsIn(j.Version)).Take(1))];

    private bool IsPresent(LibrarySuggestion jar) => _present.Contains(jar.FileName);
}
