using SparkAzure.Core.Releases;

namespace SparkAzure.ReleaseTables;

/// <summary>In which versions of an artifact something was seen, a package or a class.</summary>
internal sealed class PackageVersions
{
    private readonly Dictionary<string, SortedSet<ReleaseNumber>> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<(string What, string Artifact), SortedSet<ReleaseNumber>> _with = [];

    /// <summary>Takes note of a jar.</summary>
    public void Add(ReadJar jar)
    {
        if (ReleaseNumber.TryParse(jar.Name.Version) is not { } version)
        {
            return;
        }

        var artifact = jar.Name.ArtifactWithoutScala;
        Set(_all, artifact).Add(version);
        foreach (var name in jar.Classes)
        {
            var slash = name.LastIndexOf('/');
            Set(_with, (name[..slash], artifact)).Add(version);
            Set(_with, ($"{name[..slash]}/{ClassOwners.Outermost(name[(slash + 1)..])}", artifact)).Add(version);
        }
    }

    /// <summary>
    /// The artifact with the versions that have something. Where one has it and the one before had not, the bound is the
    /// line's beginning if that can be: patches bring no packages.
    /// </summary>
    public ClassOwner OwnerOf(string what, string artifact)
    {
        var with = _with[(what, artifact)];
        var without = _all[artifact].Where(v => !with.Contains(v)).ToList();
        var before = without.LastOrDefault(v => v < with.Min!);
        var after = without.FirstOrDefault(v => v > with.Max!);
        ReleaseNumber? from = null;
        ReleaseNumber? to = null;
        if (before is not null)
        {
            from = LineOf(with.Min!, later: before);
        }

        if (after is not null)
        {
            to = LineOf(after, later: with.Max!);
        }

        return new ClassOwner(artifact, from, to);
    }

    private static ReleaseNumber LineOf(ReleaseNumber version, ReleaseNumber later)
    {
        var line = ReleaseNumber.Parse($"{version.Major}.{version.Minor}");
        if (line > later)
        {
            return line;
        }

        return version;
    }

    private static SortedSet<ReleaseNumber> Set<TKey>(Dictionary<TKey, SortedSet<ReleaseNumber>> sets, TKey key)
        where TKey : notnull
    {
        if (!sets.TryGetValue(key, out var set))
        {
            sets[key] = set = [];
        }

        return set;
    }
}
