using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>The files of a stage or an image as COPY --from sees them: from the root, links followed within it, everything with its owner.</summary>
/// <param name="files">The files.</param>
/// <param name="name">What they are of, in words.</param>
/// <param name="contents">Brings the contents that lie in layers.</param>
internal sealed class ImageFiles(ImageFileSystem files, string name, LayerContents contents) : ICopySource
{
    public bool HasOwners => true;

    public IReadOnlyList<string> Match(DockerfileDocument document, DockerfileInstruction instruction, string source)
    {
        IEnumerable<string> names = [""];
        foreach (var part in ImagePath.Of("", source).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            names = names.SelectMany(n => Children(n, part));
        }

        var found = names.Where(n => n.Length == 0 || files.Find(n) is not null).ToList();
        return found.Count > 0 || SparkHomeFiles.IsPattern(source) ? found : throw ImageErrors.StageFileMissing(document, instruction, source, name);
    }

    public bool IsFolder(string name) => name.Length == 0 || files.Find(name) is { IsFolder: true };

    public IReadOnlyList<TarItem> Tree(string name)
    {
        var real = files.Resolve(name)!;
        return
        [
            .. files.Find(real) is { } file && real.Length > 0 ? [ItemOf(file, name)] : Array.Empty<TarItem>(),
            .. files.Walk(real).Select(f => ItemOf(f, ImagePath.Join(name, real.Length == 0 ? f.Path : f.Path[(real.Length + 1)..]))),
        ];
    }

    private TarItem ItemOf(ImageFile file, string name) => Borrow(file, name, file.LayerDigest is null ? null : files.LayerOf(file), contents);

    /// <summary>A file, folder or link of an image as an entry of another.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name of the entry.</param>
    /// <param name="layer">The layer that it comes from; null for what is made here.</param>
    /// <param name="contents">Brings its content.</param>
    internal static TarItem Borrow(ImageFile file, string name, ImageLayer? layer, LayerContents contents)
    {
        var item = file.ToItem() with { Name = name };
        if (!file.IsFile)
        {
            return item;
        }

        // Names of one file of a layer are one file; who changed its mode through one of them has another.
        item = item with { Inode = (file.Item as object ?? (file.LayerDigest, file.ContentPath ?? file.Path), file.Mode, file.UserId, file.GroupId) };
        return layer is null || file.Size == 0
            ? item with { Content = item.Content ?? (file.Size == 0 ? [] : null), Sha256 = item.Sha256 ?? file.Sha256 }
            : item with { Borrowed = contents.Of(layer, file.ContentPath ?? file.Path, file.Size), Sha256 = file.Sha256 };
    }

    private List<string> Children(string folder, string part)
    {
        if (!SparkHomeFiles.IsPattern(part))
        {
            return [ImagePath.Join(folder, part)];
        }

        var pattern = SparkHomeFiles.PatternOf(part);
        return files.Resolve(folder) is { } real ? [.. files.Children(real).Where(f => pattern.IsMatch(f.Name)).Select(f => ImagePath.Join(folder, f.Name))] : [];
    }
}
