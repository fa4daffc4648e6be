namespace SparkAzure.Sandbox.Lake;

/// <summary>The files and folders of one file system with a hierarchical namespace, in memory.</summary>
internal sealed class LakeFiles
{
    private readonly SortedDictionary<string, LakeEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>The paths that there are, without a slash at their ends.</summary>
    public IReadOnlyList<string> Paths => [.. _entries.Keys];

    /// <summary>Finds an entry; the root is a folder that is always there.</summary>
    public LakeEntry? Find(string path)
    {
        if (path.Length == 0)
        {
            return new LakeEntry(isFolder: true);
        }

        return _entries.GetValueOrDefault(path);
    }

    /// <summary>Makes an entry in the place of what is there, and the folders that lead to it.</summary>
    public LakeEntry Make(string path, bool isFolder)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            _entries.TryAdd(path[..slash], new LakeEntry(isFolder: true));
        }

        return _entries[path] = new LakeEntry(isFolder);
    }

    /// <summary>Moves an entry with all below it.</summary>
    public void Move(string from, string to)
    {
        foreach (var path in Below(from).ToList())
        {
            var entry = _entries[path];
            _entries.Remove(path);
            Make(to + path[from.Length..], entry.IsFolder);
            _entries[to + path[from.Length..]] = entry;
        }
    }

    /// <summary>Removes an entry with all below it.</summary>
    public void Remove(string path)
    {
        foreach (var gone in Below(path).ToList())
        {
            _entries.Remove(gone);
        }
    }

    /// <summary>What is in a folder: its own entries, or those of all below it, too.</summary>
    public IEnumerable<(string Path, LakeEntry Entry)> In(string folder, bool recursive)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        return _entries
            .Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Where(e => recursive || !e.Key[prefix.Length..].Contains('/'))
            .Select(e => (e.Key, e.Value));
    }

    private IEnumerable<string> Below(string path) =>
        _entries.Keys.Where(p => p == path || p.StartsWith(path + "/", StringComparison.Ordinal));
}
