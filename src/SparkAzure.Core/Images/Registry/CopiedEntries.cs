using System.Formats.Tar;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// What one COPY or ADD puts into an image, entry by entry, with the folders that have to be made for it.
/// </summary>
/// <param name="files">What the image holds already.</param>
/// <param name="destination">Where it goes, links followed.</param>
/// <param name="owner">Whose it becomes; null for whose it is where it comes from.</param>
/// <param name="mode">The mode of all files; null for that of each.</param>
/// <param name="refuse">Makes the error for what cannot be carried out.</param>
internal sealed class CopiedEntries(
    ImageFileSystem files, string destination, (int UserId, int GroupId)? owner, UnixFileMode? mode, Func<string, SparkAzureException> refuse)
{
    private readonly SortedDictionary<string, TarItem> _items = new(StringComparer.Ordinal);
    private readonly (int UserId, int GroupId) _given = owner ?? (0, 0);

    /// <summary>
    /// Whether the destination is a folder whatever is there: several sources, or a slash at its end.
    /// </summary>
    public bool IsIntoFolder { get; init; }

    /// <summary>The entries by name; what is another name of one before it is a hard link.</summary>
    public IReadOnlyList<TarItem> All()
    {
        var first = new Dictionary<object, string>();
        var all = new List<TarItem>();
        foreach (var item in _items.Values)
        {
            var isOther = item.Inode is not null && !first.TryAdd(item.Inode, item.Name);
            all.Add(isOther ? TarItem.HardLink(item, first[item.Inode!]) : item);
        }

        return all;
    }

    /// <summary>Puts what a folder holds into the destination, not the folder.</summary>
    /// <param name="tree">The folder and all in it.</param>
    /// <param name="name">The folder's name, with which the others begin.</param>
    public void AddFolder(IReadOnlyList<TarItem> tree, string name)
    {
        MakeFolders(destination, (0, 0));
        if (_items.TryGetValue(destination, out var made))
        {
            _items[destination] = made with { UserId = _given.UserId, GroupId = _given.GroupId };
        }

        var start = name.Length == 0 ? 0 : name.Length + 1;
        foreach (var item in tree.Where(i => i.Name != name))
        {
            Put(OfSource(item, name), ImagePath.Join(destination, item.Name[start..]));
        }
    }

    /// <summary>Puts a file to the destination, or into it where that is a folder.</summary>
    public void AddFile(TarItem item, string fileName)
    {
        var isInto = IsIntoFolder || files.Find(destination) is { IsFolder: true };
        var name = isInto ? ImagePath.Join(destination, fileName) : destination;

        // The builder gives the folders above a file to the file's owner, and those above a folder to root.
        MakeFolders(ImagePath.Parent(name), _given);
        Put(item, name);
    }

    /// <summary>
    /// Puts what an archive holds into the destination. Owners and modes are those of the archive, and the folder
    /// itself is not changed.
    /// </summary>
    public void Unpack(IReadOnlyList<TarItem> entries, string archive)
    {
        MakeFolders(destination, (0, 0));
        foreach (var entry in entries)
        {
            var name = ImagePath.Join(destination, entry.Name);
            MakeFolders(ImagePath.Parent(name), (0, 0));
            CheckType(entry);
            _items[name] = OfSource(entry, archive) with { Name = name, Modified = DateTimeOffset.UnixEpoch };
        }

        foreach (var entry in entries)
        {
            CheckFolders(entry, archive);
        }
    }

    // What is one file under several names stays one, within one source.
    private static TarItem OfSource(TarItem item, string source)
    {
        if (item.Inode is null)
        {
            return item;
        }

        return item with { Inode = (source, item.Inode) };
    }

    // Linux takes these marks away when a file is given to somebody, also when root does it (chown(2)).
    private static UnixFileMode WithoutMarks(UnixFileMode mode)
    {
        var kept = mode & ~UnixFileMode.SetUser;
        if (mode.HasFlag(UnixFileMode.GroupExecute))
        {
            return kept & ~UnixFileMode.SetGroup;
        }

        return kept;
    }

    private void CheckFolders(TarItem entry, string archive)
    {
        var name = ImagePath.Join(destination, entry.Name);
        for (var folder = ImagePath.Parent(name); folder.Length > 0; folder = ImagePath.Parent(folder))
        {
            var isFolder = _items.TryGetValue(folder, out var item)
                ? item.Type == TarEntryType.Directory
                : files.Find(folder, followLast: false) is { IsFolder: true };
            if (!isFolder)
            {
                throw refuse($"the entry '{entry.Name}' of '{archive}' goes through /{folder}, which is no folder");
            }
        }
    }

    private void CheckType(TarItem item)
    {
        if (item.Type is not (TarEntryType.RegularFile or TarEntryType.Directory or TarEntryType.SymbolicLink))
        {
            throw refuse($"/{item.Name} is a device or another special file");
        }
    }

    private void MakeFolders(string folder, (int UserId, int GroupId) whose)
    {
        for (; folder.Length > 0 && files.Find(folder) is null; folder = ImagePath.Parent(folder))
        {
            var made = TarItem.Folder(folder, TarItem.Executable, DateTime.UnixEpoch);
            _items.TryAdd(folder, made with { UserId = whose.UserId, GroupId = whose.GroupId });
        }
    }

    // Fixed time: the same files give the same layer on every machine.
    private void Put(TarItem item, string name)
    {
        CheckType(item);
        _items[name] = item with
        {
            Name = name,
            Mode = ModeOf(item),
            Modified = DateTimeOffset.UnixEpoch,
            UserId = owner?.UserId ?? item.UserId,
            GroupId = owner?.GroupId ?? item.GroupId,
        };
    }

    private UnixFileMode ModeOf(TarItem item)
    {
        if (item.Type != TarEntryType.RegularFile)
        {
            return item.Mode;
        }

        return mode ?? (owner is null ? item.Mode : WithoutMarks(item.Mode));
    }
}
