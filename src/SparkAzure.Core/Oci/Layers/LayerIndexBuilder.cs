using System.Formats.Tar;
using System.Text;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// Makes the index of a layer while its tar goes by. Of several entries with one path the last one counts, as for who
/// unpacks it.
/// </summary>
/// <param name="digest">The layer's digest.</param>
internal sealed class LayerIndexBuilder(string digest) : IDisposable
{
    // Where each entry stands in what was written so far, by folder and name.
    private readonly Dictionary<string, SortedDictionary<string, Range>> _folders = new(StringComparer.Ordinal);
    private readonly MemoryStream _entries = new();

    /// <summary>How many paths there are so far.</summary>
    public int Count { get; private set; }

    /// <summary>Contents that are kept, by path.</summary>
    public Dictionary<string, byte[]> Contents { get; } = new(StringComparer.Ordinal);

    public void Add(ImageFile entry) => Add(entry, isImplied: false);

    /// <summary>An entry that went by; null when there was none of that path.</summary>
    public ImageFile? Find(string path)
    {
        var folder = ImagePath.Parent(path);
        if (!_folders.TryGetValue(folder, out var entries) || !entries.TryGetValue(ImagePath.Name(path), out var range))
        {
            return null;
        }

        using var reader = new BinaryReader(
            new MemoryStream(_entries.GetBuffer(), range.Start.Value, range.End.Value - range.Start.Value),
            Encoding.UTF8);
        return LayerIndex.Read(reader, folder, digest).File;
    }

    public void Dispose() => _entries.Dispose();

    public LayerIndex Build()
    {
        // What is in a folder makes it one, whether or not it has an entry. A folder with nothing but whiteouts in it
        // makes none.
        var named = _folders.Where(f => f.Value.Keys.Any(name => !Whiteout.Is(name))).Select(f => f.Key).ToList();
        foreach (var path in named)
        {
            for (var folder = path; folder.Length > 0
                && Find(folder) is not { IsFolder: true }; folder = ImagePath.Parent(folder))
            {
                Add(
                    new ImageFile { Path = folder, Type = TarEntryType.Directory, Mode = TarItem.Executable },
                    isImplied: true);
            }
        }

        var folders = _folders
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => (f.Key, EntriesOf(f.Value.Values)));
        return LayerIndex.Of(folders, Contents, digest);
    }

    private IReadOnlyCollection<ReadOnlyMemory<byte>> EntriesOf(IEnumerable<Range> ranges) =>
        [.. ranges.Select(range => _entries.GetBuffer().AsMemory(range))];

    private void Add(ImageFile entry, bool isImplied)
    {
        var folder = ImagePath.Parent(entry.Path);
        if (!_folders.TryGetValue(folder, out var entries))
        {
            _folders[folder] = entries = new SortedDictionary<string, Range>(StringComparer.Ordinal);
        }

        if (!entry.IsFolder && _folders.ContainsKey(entry.Path))
        {
            // It stands where a folder was.
            foreach (var below in _folders.Keys.Where(f => IsAtOrBelow(f, entry.Path)).ToList())
            {
                _folders.Remove(below);
            }
        }

        var start = (int)_entries.Length;
        using (var writer = new BinaryWriter(_entries, Encoding.UTF8, leaveOpen: true))
        {
            LayerIndex.Write(writer, entry, isImplied);
        }

        if (!entries.ContainsKey(entry.Name))
        {
            Count++;
        }

        entries[entry.Name] = start..(int)_entries.Length;
    }

    private static bool IsAtOrBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
