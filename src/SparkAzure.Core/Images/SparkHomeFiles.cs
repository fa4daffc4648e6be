using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;


namespace SparkAzure.Core.Images;

/// <summary>
/// The files of a Spark home as COPY sees them: by pattern, in a fixed order, without the module's own state folder.
/// </summary>
/// <param name="root">The Spark home.</param>
/// <param name="jars">Its jars, hashed; null where nobody needs the hashes.</param>
internal sealed class SparkHomeFiles(string root, JarSet? jars = null) : ICopySource
{
    public string Root { get; } = root;

    public string Name => $"'{Root}'";

    public bool HasOwners => false;

    /// <summary>
    /// What one source of a COPY names: relative names in order; empty only for a pattern that matches nothing.
    /// </summary>
    /// <exception cref="SparkAzureException">BuildSourceMissing, DockerfileUnreadable, CannotRead.</exception>
    public IReadOnlyList<string> Match(DockerfileDocument document, DockerfileInstruction instruction, string source)
    {
        if (source.Split('/').Contains(".."))
        {
            throw DockerfileErrors.DockerfileUnreadable(
                document.Path, instruction.FirstLine + 1, $"'{source}' leads out of the build context");
        }

        var found = Match(source);
        if (found.Count > 0 || PathPattern.Is(source))
        {
            return found;
        }

        throw ImageErrors.BuildSourceMissing(document, instruction, source, Root);
    }

    /// <summary>What a name or pattern stands for in the Spark home, in order; empty when nothing is there.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public IReadOnlyList<string> Match(string source)
    {
        var parts = source.Split('/').Where(p => p.Length > 0 && p != ".").ToList();
        if (parts.Contains(".."))
        {
            return [];
        }

        try
        {
            IEnumerable<string> names = [""];
            foreach (var part in parts)
            {
                names = names.SelectMany(name => Children(name, part));
            }

            return [.. names.Where(n => n != SparkHome.StateFolderName && Exists(n))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(Root, exception);
        }
    }

    public bool IsFolder(string path) => Directory.Exists(Full(path));

    /// <summary>
    /// A source and, if it is a folder, all in it: names relative to the Spark home, parents before children, sorted.
    /// </summary>
    /// <exception cref="SparkAzureException">BuildSourceUnusable, CannotRead.</exception>
    public IReadOnlyList<TarItem> Tree(string path)
    {
        var items = new List<TarItem>();
        try
        {
            if (path.Length == 0)
            {
                AddChildren("", Full(""), items);
            }
            else
            {
                // A source that is itself a link stands for what it points to.
                Add(path, Resolve(Full(path)), sourceFolder: null, items);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(Full(path), exception);
        }

        return items;
    }

    private static string Resolve(string path) =>
        new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;

    private void Add(string name, string path, string? sourceFolder, List<TarItem> items)
    {
        var info = new FileInfo(path);
        if (info.LinkTarget is { } target)
        {
            var final = Resolve(path);
            var staysInside = !Path.IsPathRooted(target)
                && Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, target)).StartsWith(sourceFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
            if (staysInside || !Path.Exists(final))
            {
                items.Add(TarItem.Link(name, target.Replace('\\', '/')));
                return;
            }

            // A link that leads out of what is copied would dangle in the image: its content goes in instead.
            path = File.Exists(final)
                ? final
                : throw OciErrors.BuildSourceUnusable(
                    path, $"it is a link to the folder '{final}', outside of what is copied");
            info = new FileInfo(path);
        }

        if (info.Attributes.HasFlag(FileAttributes.Directory))
        {
            items.Add(TarItem.Folder(name, ModeOf(info), info.LastWriteTimeUtc));
            AddChildren(name, path, items, sourceFolder ?? path);
        }
        else
        {
            items.Add(TarItem.File(
                name,
                path,
                info.Length,
                ModeOf(info),
                info.LastWriteTimeUtc) with { Sha256 = HashOf(path) });
        }
    }

    private string? HashOf(string path)
    {
        var isJar = Path.GetDirectoryName(path) == Path.Combine(Root, "jars");
        if (isJar)
        {
            return jars?.Jars.GetValueOrDefault(Path.GetFileName(path));
        }

        return null;
    }

    private void AddChildren(string name, string folder, List<TarItem> items, string? sourceFolder = null)
    {
        foreach (var child in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var childName = Join(name, Path.GetFileName(child));
            if (childName != SparkHome.StateFolderName)
            {
                Add(childName, child, sourceFolder ?? folder, items);
            }
        }
    }

    private IEnumerable<string> Children(string name, string part)
    {
        if (!PathPattern.Is(part))
        {
            return [Join(name, part)];
        }

        if (!Directory.Exists(Full(name)))
        {
            return [];
        }

        var pattern = PathPattern.OfDocker(part);
        return Directory.EnumerateFileSystemEntries(Full(name)).Select(p => Path.GetFileName(p)!)
            .Where(n => pattern.IsMatch(n)).Order(StringComparer.Ordinal).Select(n => Join(name, n));
    }

    private bool Exists(string name) => Path.Exists(Full(name));

    private string Full(string name)
    {
        if (name.Length == 0)
        {
            return Root;
        }

        return Path.Combine(Root, name.Replace('/', Path.DirectorySeparatorChar));
    }

    private static string Join(string folder, string name)
    {
        if (folder.Length == 0)
        {
            return name;
        }

        return $"{folder}/{name}";
    }

    // Windows has no modes; like the docker program, everything is then executable.
    private static UnixFileMode ModeOf(FileInfo file)
    {
        if (OperatingSystem.IsWindows())
        {
            return TarItem.Executable;
        }

        return file.UnixFileMode;
    }
}
