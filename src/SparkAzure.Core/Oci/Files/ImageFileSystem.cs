using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Oci.Files;

/// <summary>
/// What a container of an image would find: the layers put on top of each other (<see cref="LayerStack"/>), and what is
/// changed here. A folder is looked into when it is asked for.
/// </summary>
internal sealed class ImageFileSystem
{
    // As Linux does it (path_resolution(7)).
    private const int MostLinks = 40;

    private readonly LayerStack _layers;
    private ImageNode _root;

    // Nodes of another owner are shared with a copy and never changed.
    private object _owner = new();

    private ImageFileSystem(LayerStack layers, ImageNode? root = null)
    {
        _layers = layers;
        _root = root ?? new ImageNode(layers.Root, _owner, layers, 0);
    }

    /// <summary>Reads the layers of an image, those from <paramref name="cache"/> that it knows.</summary>
    /// <param name="layers">The layers, lowest first.</param>
    /// <param name="cache">What is known of layers.</param>
    /// <param name="caller">Is told what is read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public static async Task<ImageFileSystem> ReadAsync(
        IReadOnlyList<ILayer> layers, LayerIndexCache cache, ICaller caller, CancellationToken cancellationToken)
    {
        return new ImageFileSystem(
            await LayerStack.ReadAsync(layers, cache, caller, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A file system of its own that begins as this one stands now. Both share what neither changes.</summary>
    public ImageFileSystem Copy()
    {
        _owner = new object();
        return new ImageFileSystem(_layers, _root);
    }

    /// <summary>Everything in a folder, itself left out: parents before children, in ordinal order.</summary>
    public IEnumerable<ImageFile> Walk(string folder = "") => NodeAt(folder)?.Walk() ?? [];

    /// <summary>What a folder holds, in ordinal order.</summary>
    public IEnumerable<ImageFile> Children(string folder) => NodeAt(folder)?.Children.Values.Select(n => n.File) ?? [];

    /// <summary>What is at a path, links in its folders followed; null when nothing is.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLast">Whether to follow the last part too, if it is a link.</param>
    public ImageFile? Find(string path, bool followLast = true)
    {
        if (Resolve(path, followLast) is { } real)
        {
            return NodeAt(real)?.File;
        }

        return null;
    }

    /// <summary>
    /// The path without links: what of it is not there is taken as it stands. Null when the links go in circles.
    /// </summary>
    public string? Resolve(string path, bool followLast = true)
    {
        var left = new Stack<string>(
            Enumerable.Reverse(ImagePath.Of(path).Split('/', StringSplitOptions.RemoveEmptyEntries)));
        var real = "";
        for (var links = 0; left.TryPop(out var part);)
        {
            if (part == "..")
            {
                real = ImagePath.Parent(real);
                continue;
            }

            var next = ImagePath.Join(real, part);
            if (NodeAt(next)?.File is not { IsLink: true, LinkTarget: { } target } || (left.Count == 0 && !followLast))
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            if (target.StartsWith('/'))
            {
                real = "";
            }

            foreach (var piece in target.Split('/').Where(p => p is not ("" or ".")).Reverse())
            {
                left.Push(piece);
            }
        }

        return real;
    }

    /// <summary>Puts a layer made here on top.</summary>
    public void Apply(IReadOnlyCollection<TarItem> items)
    {
        foreach (var gone in items.Where(IsWhiteout))
        {
            Remove(ImagePath.Join(ImagePath.Parent(gone.Name), Whiteout.Hidden(ImagePath.Name(gone.Name))));
        }

        // What stands in one folder comes together: it is looked up once.
        (string Path, ImageNode Node)? last = null;
        foreach (var item in items.Where(i => !IsWhiteout(i)))
        {
            Put(ImageFile.Of(item), ref last);
        }

        static bool IsWhiteout(TarItem item) => Whiteout.Is(ImagePath.Name(item.Name));
    }

    /// <summary>Puts a file, folder or link where its path says, or changes what stands there.</summary>
    public void Set(ImageFile file) => Put(file);

    /// <summary>Takes away what is at a path, and what is in it; the path is one without links.</summary>
    public void Remove(string path) => Owned(ImagePath.Parent(path))?.Children.Remove(ImagePath.Name(path));

    /// <summary>
    /// What a layer on top of an earlier state must hold to give this one: parents before children, whiteouts for what
    /// is gone.
    /// </summary>
    public IReadOnlyList<ImageFile> ChangesSince(ImageFileSystem earlier)
    {
        var changes = new List<ImageFile>();
        Collect(_root, earlier._root, changes);
        return changes;
    }

    /// <summary>
    /// The entries of a layer with the folders that lead to them, which keep owner and mode: who unpacks a layer alone
    /// would make up others.
    /// </summary>
    /// <param name="items">The entries, as they stand in this file system or are whiteouts in it.</param>
    public IReadOnlyList<TarItem> WithFolders(IReadOnlyCollection<TarItem> items)
    {
        var all = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            all[item.Name] = item;
            for (var folder = ImagePath.Parent(item.Name); folder.Length > 0; folder = ImagePath.Parent(folder))
            {
                if (NodeAt(folder)?.File is { IsFolder: true } file)
                {
                    all.TryAdd(folder, file.ToItem());
                }
            }
        }

        return [.. all.Values];
    }

    /// <summary>The layer that a file comes from.</summary>
    public ILayer LayerOf(ImageFile file) => _layers[file.LayerDigest!].Layer;

    /// <summary>The content of some files of this file system, by path; at most one reading of each layer.</summary>
    /// <exception cref="SparkAzureException">
    /// ImageContentCorrupt, CannotRead, and what the registry refuses.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(
        IReadOnlyCollection<ImageFile> files, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            contents[file.Path] = [];
        }

        foreach (var (path, item) in files.Where(f => f.LayerDigest is null).Select(f => (f.Path, f.Item)))
        {
            if (item is not null)
            {
                contents[path] = await TarStream.ContentOfAsync(item, cancellationToken).ConfigureAwait(false);
            }
        }

        var borrowed = files.Where(f => f.LayerDigest is not null && f.Size > 0);
        foreach (var group in borrowed.GroupBy(f => f.LayerDigest!))
        {
            var (layer, index) = _layers[group.Key];
            var wanted = group
                .Select(f => f.ContentPath ?? f.Path)
                .Where(p => index.Content(p) is null)
                .ToHashSet(StringComparer.Ordinal);
            var read = new Dictionary<string, byte[]>();
            if (wanted.Count > 0)
            {
                read = await LayerReader.ReadContentsAsync(layer, wanted, cancellationToken).ConfigureAwait(false);
            }

            foreach (var file in group)
            {
                var path = file.ContentPath ?? file.Path;
                contents[file.Path] = index.Content(path) ?? read[path];
            }
        }

        return contents;
    }

    private static void Collect(ImageNode node, ImageNode earlier, List<ImageFile> changes)
    {
        foreach (var (name, gone) in earlier.Children)
        {
            if (!node.Children.ContainsKey(name))
            {
                changes.Add(ImageFile.Of(TarItem.Whiteout(gone.File.Path)));
            }
        }

        foreach (var (name, child) in node.Children)
        {
            var was = earlier.Children.GetValueOrDefault(name);
            if (ReferenceEquals(was, child))
            {
                continue;
            }

            if (was is null || (!ReferenceEquals(was.File, child.File) && was.File != child.File))
            {
                changes.Add(child.File);
            }

            if (child.File.IsFolder && was?.File.IsFolder == true)
            {
                Collect(child, was, changes);
            }
            else
            {
                changes.AddRange(child.Walk());
            }
        }
    }

    private void Put(ImageFile file)
    {
        (string, ImageNode)? none = null;
        Put(file, ref none);
    }

    private void Put(ImageFile file, ref (string Path, ImageNode Node)? last)
    {
        if (file.Path.Length == 0)
        {
            Owned("")!.File = file;
            return;
        }

        var parent = ImagePath.Parent(file.Path);
        var folder = last is { } known && known.Path == parent ? known.Node : FolderAt(parent);
        last = (parent, folder);
        if (!folder.Children.TryGetValue(file.Name, out var standing))
        {
            folder.Children.Add(file.Name, ImageNode.Made(file, _owner));
        }
        else if (file.IsFolder && standing.File.IsFolder)
        {
            Owned(folder, file.Name)!.File = file;
        }
        else
        {
            folder.Children[file.Name] = ImageNode.Made(file, _owner);
        }
    }

    private ImageNode? NodeAt(string path)
    {
        var node = _root;
        for (var start = 0; start < path.Length;)
        {
            var slash = path.IndexOf('/', start);
            var end = slash < 0 ? path.Length : slash;
            if (!node.Children.TryGetValue(path[start..end], out var child))
            {
                return null;
            }

            node = child;
            start = end + 1;
        }

        return node;
    }

    // A folder to be changed, made where it is missing.
    private ImageNode FolderAt(string path)
    {
        if (path.Length == 0)
        {
            return Owned("")!;
        }

        var parent = FolderAt(ImagePath.Parent(path));
        var name = ImagePath.Name(path);
        if (Owned(parent, name) is not { File.IsFolder: true } node)
        {
            parent.Children[name] = node = ImageNode.Made(
                new ImageFile { Path = path, Type = TarEntryType.Directory, Mode = TarItem.Executable }, _owner);
        }

        return node;
    }

    // What is at a path, to be changed: it and the folders above it are then this file system's own.
    private ImageNode? Owned(string path)
    {
        if (path.Length > 0)
        {
            if (Owned(ImagePath.Parent(path)) is { } parent)
            {
                return Owned(parent, ImagePath.Name(path));
            }

            return null;
        }

        return _root = _root.OwnedBy(_owner);
    }

    private ImageNode? Owned(ImageNode parent, string name)
    {
        if (parent.Children.TryGetValue(name, out var node))
        {
            if (ReferenceEquals(node.Owner, _owner))
            {
                return node;
            }

            return parent.Children[name] = node.OwnedBy(_owner);
        }

        return null;
    }
}
