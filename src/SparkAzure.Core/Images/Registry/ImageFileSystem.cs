using System.Diagnostics;
using System.Formats.Tar;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// What a container of an image would find: the layers put on top of each other (<see cref="LayerStack"/>), and what is changed here. A folder is looked into when it is asked for.
/// </summary>
internal sealed class ImageFileSystem
{
    internal const string WhiteoutMark = ".wh.";
    internal const string OpaqueMark = ".wh..wh..opq";

    // As Linux does it (path_resolution(7)).
    private const int MostLinks = 40;

    // Layers read at a time: more only share the same connection to the registry, and each costs memory.
    private const int AtATime = 3;

    private readonly LayerStack _layers;
    private Node _root;

    // Nodes of another owner are shared with a copy and never changed.
    private object _owner = new();

    private ImageFileSystem(LayerStack layers, Node? root = null)
    {
        _layers = layers;
        _root = root ?? new Node(layers.Root, _owner, layers, 0);
    }

    /// <summary>Reads the layers of an image, those from <paramref name="cache"/> that it knows.</summary>
    /// <param name="layers">The layers, lowest first.</param>
    /// <param name="cache">What is known of layers.</param>
    /// <param name="operator">Is told what is read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.</exception>
    public static async Task<ImageFileSystem> ReadAsync(IReadOnlyList<ImageLayer> layers, LayerIndexCache cache, IOperator @operator, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, (ImageLayer Layer, LayerIndex Index)>(StringComparer.Ordinal);
        var missing = new List<ImageLayer>();
        foreach (var layer in layers.DistinctBy(l => l.Digest))
        {
            if (await cache.FindAsync(layer.Digest, cancellationToken).ConfigureAwait(false) is { } index)
            {
                known[layer.Digest] = (layer, index);
            }
            else
            {
                missing.Add(layer);
            }
        }

        if (missing.Count > 0)
        {
            var clock = Stopwatch.StartNew();
            var size = missing.Sum(l => l.Size);
            @operator.Verbose($"Reading {missing.Count} of {layers.Count} layers of the image, {ByteProgress.Megabytes(size)}, to know what it holds.");
            using var progress = new ByteProgress(@operator, "Reading the image") { Total = size };
            await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken }, async (layer, stop) =>
            {
                var index = await LayerReader.ReadAsync(layer, Count, check: null, stop).ConfigureAwait(false);
                await cache.KeepAsync(layer.Digest, index, stop).ConfigureAwait(false);
                lock (known)
                {
                    known[layer.Digest] = (layer, index);
                }
            }).ConfigureAwait(false);
            @operator.Verbose($"Read in {clock.Elapsed.TotalSeconds:0.0} s.");

            void Count(long bytes)
            {
                lock (progress)
                {
                    progress.Add(bytes);
                }
            }
        }

        return new ImageFileSystem(new LayerStack([.. layers.Select(l => known[l.Digest])]));
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
    public ImageFile? Find(string path, bool followLast = true) => Resolve(path, followLast) is { } real ? NodeAt(real)?.File : null;

    /// <summary>The path without links: what of it is not there is taken as it stands. Null when the links go in circles.</summary>
    public string? Resolve(string path, bool followLast = true)
    {
        var left = new Stack<string>(Enumerable.Reverse(ImagePath.Of(path).Split('/', StringSplitOptions.RemoveEmptyEntries)));
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

            real = target.StartsWith('/') ? "" : real;
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
            Remove(ImagePath.Join(ImagePath.Parent(gone.Name), ImagePath.Name(gone.Name)[WhiteoutMark.Length..]));
        }

        // What stands in one folder comes together: it is looked up once.
        (string Path, Node Node)? last = null;
        foreach (var item in items.Where(i => !IsWhiteout(i)))
        {
            Put(ImageFile.Of(item), ref last);
        }

        static bool IsWhiteout(TarItem item) => ImagePath.Name(item.Name).StartsWith(WhiteoutMark, StringComparison.Ordinal);
    }

    /// <summary>Puts a file, folder or link where its path says, or changes what stands there.</summary>
    public void Set(ImageFile file) => Put(file);

    /// <summary>Takes away what is at a path, and what is in it; the path is one without links.</summary>
    public void Remove(string path) => Owned(ImagePath.Parent(path))?.Children.Remove(ImagePath.Name(path));

    /// <summary>What a layer on top of an earlier state must hold to give this one: parents before children, whiteouts for what is gone.</summary>
    public IReadOnlyList<ImageFile> ChangesSince(ImageFileSystem earlier)
    {
        var changes = new List<ImageFile>();
        Collect(_root, earlier._root, changes);
        return changes;
    }

    /// <summary>The entries of a layer with the folders that lead to them, which keep owner and mode: who unpacks a layer alone would make up others.</summary>
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
    public ImageLayer LayerOf(ImageFile file) => _layers[file.LayerDigest!].Layer;

    /// <summary>The content of some files of this file system, by path; at most one reading of each layer.</summary>
    /// <exception cref="SparkAzureException">ImageContentCorrupt, CannotRead, and what the registry refuses.</exception>
    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(IReadOnlyCollection<ImageFile> files, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var file in files.Where(f => f.LayerDigest is null))
        {
            contents[file.Path] = file.Item is null ? [] : await file.Item.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var group in files.Where(f => f.LayerDigest is not null).GroupBy(f => f.LayerDigest!))
        {
            var (layer, index) = _layers[group.Key];
            var wanted = group.Where(f => f.Size > 0).Select(f => f.ContentPath ?? f.Path).Where(p => index.Content(p) is null).ToHashSet(StringComparer.Ordinal);
            var read = wanted.Count == 0 ? [] : await LayerReader.ReadContentsAsync(layer, wanted, cancellationToken).ConfigureAwait(false);
            foreach (var file in group)
            {
                var path = file.ContentPath ?? file.Path;
                contents[file.Path] = file.Size == 0 ? [] : index.Content(path) ?? read[path];
            }
        }

        return contents;
    }

    private static void Collect(Node node, Node earlier, List<ImageFile> changes)
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
        (string, Node)? none = null;
        Put(file, ref none);
    }

    private void Put(ImageFile file, ref (string Path, Node Node)? last)
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
            folder.Children.Add(file.Name, Node.Made(file, _owner));
        }
        else if (file.IsFolder && standing.File.IsFolder)
        {
            Owned(folder, file.Name)!.File = file;
        }
        else
        {
            folder.Children[file.Name] = Node.Made(file, _owner);
        }
    }

    private Node? NodeAt(string path)
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
    private Node FolderAt(string path)
    {
        if (path.Length == 0)
        {
            return Owned("")!;
        }

        var parent = FolderAt(ImagePath.Parent(path));
        var name = ImagePath.Name(path);
        if (Owned(parent, name) is not { File.IsFolder: true } node)
        {
            parent.Children[name] = node = Node.Made(new ImageFile { Path = path, Type = TarEntryType.Directory, Mode = TarItem.Executable }, _owner);
        }

        return node;
    }

    // What is at a path, to be changed: it and the folders above it are then this file system's own.
    private Node? Owned(string path)
    {
        if (path.Length > 0)
        {
            return Owned(ImagePath.Parent(path)) is { } parent ? Owned(parent, ImagePath.Name(path)) : null;
        }

        return _root = _root.OwnedBy(_owner);
    }

    private Node? Owned(Node parent, string name) =>
        parent.Children.TryGetValue(name, out var node) ? ReferenceEquals(node.Owner, _owner) ? node : parent.Children[name] = node.OwnedBy(_owner) : null;

    private sealed class Node(ImageFile file, object owner, LayerStack layers, int first)
    {
        private SortedList<string, Node>? _children = file.IsFolder ? null : [];

        public ImageFile File { get; set; } = file;

        public object Owner { get; } = owner;

        /// <summary>What is in the folder; looked up when it is asked for the first time.</summary>
        public SortedList<string, Node> Children => _children ??= Load();

        /// <summary>Something that is made here: no layer knows what is in it.</summary>
        public static Node Made(ImageFile file, object owner) => new(file, owner, LayerStack.Empty, 0);

        /// <summary>This node, or one like it for another owner; the nodes in it are shared.</summary>
        public Node OwnedBy(object owner) => ReferenceEquals(Owner, owner)
            ? this
            : new Node(File, owner, layers, first) { _children = new SortedList<string, Node>(Children, StringComparer.Ordinal) };

        public IEnumerable<ImageFile> Walk()
        {
            // A stack of its own: nested iterators cost their depth for every item.
            var left = new Stack<Node>(Children.Values.Reverse());
            while (left.TryPop(out var node))
            {
                yield return node.File;
                for (var i = node.Children.Count - 1; i >= 0; i--)
                {
                    left.Push(node.Children.GetValueAtIndex(i));
                }
            }
        }

        private SortedList<string, Node> Load()
        {
            var found = layers.Folder(File.Path, first);
            var children = new SortedList<string, Node>(found.Count, StringComparer.Ordinal);
            foreach (var (name, (child, began)) in found)
            {
                children.Add(name, new Node(child, Owner, layers, began));
            }

            return children;
        }
    }
}
