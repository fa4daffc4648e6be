namespace SparkAzure.Runs.StandIns;

/// <summary>A file or folder of a storage account.</summary>
/// <param name="Content">Its bytes; null for a folder.</param>
/// <param name="Modified">When it was changed last.</param>
/// <param name="Tag">What it has in the place of an ETag: another one after every change.</param>
internal sealed record StoredFile(byte[]? Content, DateTimeOffset Modified, string Tag)
{
    /// <summary>Metadata of a blob.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public bool IsFolder => Content is null;

    public long Length => Content?.Length ?? 0;
}

/// <summary>The files of all storage accounts, by their path: <c>account/filesystem/folder/name</c>.</summary>
internal sealed class StoredFiles
{
    private readonly object _changing = new();
    private readonly SortedDictionary<string, StoredFile> _files = new(StringComparer.Ordinal);
    private long _tags;

    public StoredFile? Find(string path)
    {
        lock (_changing)
        {
            return _files.GetValueOrDefault(path);
        }
    }

    public StoredFile Put(string path, byte[]? content, IReadOnlyDictionary<string, string>? metadata = null)
    {
        lock (_changing)
        {
            var file = new StoredFile(content, DateTimeOffset.UtcNow, $"\"0x{++_tags:X16}\"");
            if (metadata is not null)
            {
                file = file with { Metadata = metadata };
            }

            _files[path] = file;
            return file;
        }
    }

    /// <summary>Makes a folder and those that it is in, down from the file system.</summary>
    public void PutFolders(string path)
    {
        var parts = path.Split('/');
        for (var count = 3; count <= parts.Length; count++)
        {
            var folder = string.Join('/', parts[..count]);
            if (Find(folder) is null)
            {
                Put(folder, null);
            }
        }
    }

    /// <summary>A path and all that is below it.</summary>
    public IReadOnlyList<(string Path, StoredFile File)> Tree(string path)
    {
        lock (_changing)
        {
            return [.. _files.Where(f => f.Key == path || IsBelow(f.Key, path)).Select(f => (f.Key, f.Value))];
        }
    }

    /// <summary>What is below a path, directly or at any depth.</summary>
    public IReadOnlyList<(string Path, StoredFile File)> Below(string path, bool recursive) =>
        [.. Tree(path).Where(f => f.Path != path && (recursive || f.Path.LastIndexOf('/') == path.Length))];

    public bool Delete(string path)
    {
        lock (_changing)
        {
            var gone = Tree(path);
            foreach (var (name, _) in gone)
            {
                _files.Remove(name);
            }

            return gone.Count > 0;
        }
    }

    public bool Rename(string from, string to)
    {
        lock (_changing)
        {
            var moved = Tree(from);
            Delete(to);
            foreach (var (name, file) in moved)
            {
                _files.Remove(name);
                _files[to + name[from.Length..]] = file;
            }

            return moved.Count > 0;
        }
    }

    private static bool IsBelow(string path, string folder) =>
        path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);
}
