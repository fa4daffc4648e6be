using SparkAzure.Core.Oci.Layers;


namespace SparkAzure.Core.Oci.Files;

/// <summary>
/// The files of an image as another one copies them: from the root, links followed within it, everything with its
/// owner.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="name">What they are of, in words.</param>
/// <param name="contents">Brings the contents that lie in layers.</param>
internal sealed class ImageFiles(ImageFileSystem files, string name, LayerContents contents) : ICopySource
{
    public string Name => name;

    public bool HasOwners => true;

    public IReadOnlyList<string> Match(string source)
    {
        IEnumerable<string> names = [""];
        foreach (var part in ImagePath.Of("", source).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            names = names.SelectMany(n => Children(n, part));
        }

        return [.. names.Where(n => n.Length == 0 || files.Find(n) is not null)];
    }

    public bool IsFolder(string path) => path.Length == 0 || files.Find(path) is { IsFolder: true };

    public IReadOnlyList<TarItem> Tree(string path)
    {
        var real = files.Resolve(path)!;
        var items = new List<TarItem>();
        if (real.Length > 0 && files.Find(real) is { } file)
        {
            items.Add(ItemOf(file, path));
        }

        var start = real.Length == 0 ? 0 : real.Length + 1;
        items.AddRange(files.Walk(real).Select(f => ItemOf(f, ImagePath.Join(path, f.Path[start..]))));
        return items;
    }

    private TarItem ItemOf(ImageFile file, string entry)
    {
        var layer = file.LayerDigest is null ? null : files.LayerOf(file);
        return contents.Borrow(file, entry, layer);
    }

    private IEnumerable<string> Children(string folder, string part)
    {
        if (!PathPattern.Is(part))
        {
            return [ImagePath.Join(folder, part)];
        }

        if (files.Resolve(folder) is not { } real)
        {
            return [];
        }

        var pattern = PathPattern.OfDocker(part);
        return files.Children(real).Where(f => pattern.IsMatch(f.Name)).Select(f => ImagePath.Join(folder, f.Name));
    }
}
