using SparkAzure.Core.Releases;

namespace SparkAzure.ReleaseTables;

/// <summary>Artifacts in an order: the first one that belongs to a set of jars has the class.</summary>
internal sealed record OwnerOrder(IReadOnlyList<ClassOwner> Owners)
{
    /// <summary>As it stands in the table.</summary>
    public string Text { get; } = string.Join(' ', Owners);

    /// <summary>Whether it says the truth of every set that has the class.</summary>
    public bool IsTrue(IReadOnlyDictionary<SetVersions, HashSet<string>> truth) =>
        truth.All(t => Owners.FirstOrDefault(t.Key.Brings) is { } first && t.Value.Contains(first.Artifact));

    /// <summary>
    /// Finds the order of a class: next comes whoever has it in all sets left that he belongs to; where nobody is left
    /// who does, the one who has it from some version on in most of them.
    /// </summary>
    /// <param name="truth">Who has the class in which set.</param>
    /// <param name="ofPackage">An artifact with the versions that have the package.</param>
    public static OwnerOrder Find(
        IReadOnlyDictionary<SetVersions, HashSet<string>> truth, Func<string, ClassOwner> ofPackage)
    {
        var found = new List<ClassOwner>();
        var left = truth.ToDictionary();
        var candidates = truth.Values.SelectMany(t => t).Distinct().Order(StringComparer.Ordinal).Select(ofPackage).ToList();
        while (left.Count > 0)
        {
            var next = candidates
                .Where(c => left.All(t => !t.Key.Brings(c) || t.Value.Contains(c.Artifact)))
                .Select(c => (Owner: c, Count: left.Count(t => t.Key.Brings(c))))
                .Where(c => c.Count > 0)
                .OrderByDescending(c => c.Count)
                .Select(c => c.Owner)
                .FirstOrDefault() ?? FromSomeVersionOn(candidates, left);
            if (next is null)
            {
                // Whoever is left belongs to none of the sets: said, since it is all that is known.
                found.AddRange(candidates.Where(c => !found.Exists(f => f.Artifact == c.Artifact)));
                break;
            }

            found.Add(next);
            left = left.Where(t => !t.Key.Brings(next)).ToDictionary();
        }

        return new OwnerOrder(found);
    }

    private static ClassOwner? FromSomeVersionOn(
        List<ClassOwner> candidates, Dictionary<SetVersions, HashSet<string>> left)
    {
        var bounded =
            from candidate in candidates
            from set in left
            where set.Value.Contains(candidate.Artifact) && set.Key.Brings(candidate)
            let version = set.Key.VersionOf(candidate)
            from bound in new[] { ReleaseNumber.Parse($"{version.Major}.{version.Minor}"), version }
            let owner = candidate with { From = bound }
            where left.All(t => !t.Key.Brings(owner) || t.Value.Contains(owner.Artifact))
            let count = left.Count(t => t.Key.Brings(owner))
            where count > 0
            orderby count descending, bound.Text.Length
            select owner;
        return bounded.FirstOrDefault();
    }
}

/// <summary>Which version of an artifact a set of jars would bring.</summary>
internal sealed class SetVersions(LibraryContext context)
{
    private readonly LibraryVersions _versions = new(context);

    /// <summary>Whether the set would bring an artifact in a version that has the class.</summary>
    public bool Brings(ClassOwner owner) => _versions.Of(owner.Artifact).Any(j => owner.IsIn(j.Version));

    /// <summary>That version.</summary>
    public ReleaseNumber VersionOf(ClassOwner owner) =>
        ReleaseNumber.Parse(_versions.Of(owner.Artifact).First(j => owner.IsIn(j.Version)).Version);
}
