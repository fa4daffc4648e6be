using SparkAzure.Core.Oci.Layers;


namespace SparkAzure.Core.Oci.Files;

/// <summary>
/// A file or folder in the tree of an <see cref="ImageFileSystem"/>. Nodes of one owner are shared by copies, and then
/// never changed.
/// </summary>
/// <param name="file">What it is.</param>
/// <param name="owner">Whose it is.</param>
/// <param name="layers">The layers that know what is in the folder.</param>
/// <param name="first">The layer in which the folder began.</param>
internal sealed class ImageNode(ImageFile file, object owner, LayerStack layers, int first)
{
    private SortedList<string, ImageNode>? _children = file.IsFolder ? null : [];

    public ImageFile File { get; set; } = file;

    public object Owner { get; } = owner;

    /// <summary>What is in the folder; looked up when it is asked for the first time.</summary>
    public SortedList<string, ImageNode> Children => _children ??= Load();

    /// <summary>Something that is made here: no layer knows what is in it.</summary>
    public static ImageNode Made(ImageFile file, object owner) => new(file, owner, LayerStack.Empty, 0);

    /// <summary>This node, or one like it for another owner; the nodes in it are shared.</summary>
    public ImageNode OwnedBy(object owner)
    {
        if (ReferenceEquals(Owner, owner))
        {
            return this;
        }

        var children = new SortedList<string, ImageNode>(Children, StringComparer.Ordinal);
        return new ImageNode(File, owner, layers, first) { _children = children };
    }

    public IEnumerable<ImageFile> Walk()
    {
        // A stack of its own: nested iterators cost their depth for every item.
        var left = new Stack<ImageNode>(Children.Values.Reverse());
        while (left.TryPop(out var node))
        {
            yield return node.File;
            for (var i = node.Children.Count - 1; i >= 0; i--)
            {
                left.Push(node.Children.GetValueAtIndex(i));
            }
        }
    }

    private SortedList<string, ImageNode> Load()
    {
        var found = layers.Folder(File.Path, first);
        var children = new SortedList<string, ImageNode>(found.Count, StringComparer.Ordinal);
        foreach (var (name, (child, began)) in found)
        {
            children.Add(name, new ImageNode(child, Owner, layers, began));
        }

        return children;
    }
}
