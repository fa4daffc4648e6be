using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;

namespace SparkAzure.Core.Images.Registry;

/// <summary>What a layer must hold to bring the jars of a published image up to date.</summary>
/// <param name="Items">The jars that are new or have other bytes, and whiteouts.</param>
/// <param name="Added">How many are new.</param>
/// <param name="Changed">How many have other bytes.</param>
/// <param name="Removed">How many are gone.</param>
/// <param name="AreThoseOfHome">Whether the image then has the jars of the Spark home and no others.</param>
internal sealed record PatchedJars(
    List<TarItem> Items, int Added, int Changed, int Removed, bool AreThoseOfHome)
{
    /// <summary>Works it out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="folder">Its folder of jars.</param>
    /// <param name="wanted">The jars that it is to have, by file name.</param>
    /// <param name="home">The jars of the Spark home.</param>
    /// <param name="mayHoldOthers">
    /// Whether a command may have brought jars: then one of an artifact of which none is wanted stays.
    /// </param>
    /// <param name="kept">Is told of those that stay so.</param>
    public static PatchedJars Of(
        ImageDraft image,
        string folder,
        IReadOnlyDictionary<string, TarItem> wanted,
        JarSet home,
        bool mayHoldOthers,
        Action<IReadOnlyList<string>> kept)
    {
        var items = new List<TarItem>();
        var (added, changed) = (0, 0);
        foreach (var (name, item) in wanted)
        {
            var path = ImagePath.Join(folder, name);
            var standing = image.Files.Find(path, followLast: false);
            if (standing is null)
            {
                added++;
            }
            else if (IsSame(image, standing, item))
            {
                continue;
            }
            else
            {
                changed++;
            }

            items.Add(Placed(item, path, standing));
        }

        var gone = Unwanted(image, folder, wanted);
        var stay = mayHoldOthers ? OfOtherArtifacts(gone, wanted) : [];
        if (stay.Count > 0)
        {
            kept(stay);
            gone = [.. gone.Except(stay)];
        }

        items.AddRange(gone.Select(n => TarItem.Whiteout(ImagePath.Join(folder, n))));
        var areThoseOfHome = stay.Count == 0 && wanted.All(w => home.Jars.GetValueOrDefault(w.Key) == w.Value.Sha256);
        return new PatchedJars(items, added, changed, gone.Count, areThoseOfHome);
    }

    /// <summary>The jars of the Spark home, and those that COPY brings beside them, by file name.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<SortedDictionary<string, TarItem>> WantedAsync(
        SparkHomeFiles files,
        JarSet home,
        string folder,
        IReadOnlyDictionary<string, TarItem> copied,
        CancellationToken cancellationToken)
    {
        var wanted = new SortedDictionary<string, TarItem>(StringComparer.Ordinal);
        foreach (var item in files
            .Tree("jars")
            .Where(i => i.Type != TarEntryType.Directory && ImagePath.Parent(i.Name) == "jars" && JarSet.IsJar(i.Name)))
        {
            var name = ImagePath.Name(item.Name);
            wanted[name] = item with { Sha256 = home.Jars.GetValueOrDefault(name) };
        }

        foreach (var item in copied.Values.Where(i => IsJarIn(i, folder)))
        {
            var hash = await CopiedContent.HashAsync(item, cancellationToken).ConfigureAwait(false);
            wanted[ImagePath.Name(item.Name)] = item with { Sha256 = hash };
        }

        return wanted;
    }

    /// <summary>Whether a command of a Dockerfile is about a folder of jars, and so may have brought some.</summary>
    public static bool AreMentioned(DockerfileDocument document, string folder) => document.Instructions.Any(i =>
        i.Keyword == "RUN"
            && (i.Arguments + string.Concat(i.Heredocs.Select(h => h.Body)))
                .Contains("/" + ImagePath.Name(folder), StringComparison.Ordinal));

    /// <summary>
    /// An entry at its place in the image. A file that is replaced keeps its mode and owner: RUN may have set them.
    /// </summary>
    public static TarItem Placed(TarItem item, string path, ImageFile? standing)
    {
        var placed = item with { Name = path, Modified = DateTimeOffset.UnixEpoch };
        if (standing?.Type != item.Type)
        {
            return placed;
        }

        return placed with { Mode = standing.Mode, UserId = standing.UserId, GroupId = standing.GroupId };
    }

    private static bool IsJarIn(TarItem item, string folder) =>
        item.Type == TarEntryType.RegularFile && ImagePath.Parent(item.Name) == folder && JarSet.IsJar(item.Name);

    private static bool IsSame(ImageDraft image, ImageFile standing, TarItem item) =>
        image.Files.Find(standing.Path)?.Sha256 == item.Sha256
            || (standing.IsLink && standing.LinkTarget == item.LinkTarget);

    private static List<string> Unwanted(
        ImageDraft image, string folder, IReadOnlyDictionary<string, TarItem> wanted) =>
        [.. image.Files.Children(folder)
            .Where(f => !f.IsFolder && JarSet.IsJar(f.Name) && !wanted.ContainsKey(f.Name))
            .Select(f => f.Name)];

    // Of an artifact that is wanted in another version, this one has left.
    private static List<string> OfOtherArtifacts(List<string> jars, IReadOnlyDictionary<string, TarItem> wanted)
    {
        var artifacts = wanted.Keys.Select(n => JarName.Parse(n).Artifact).ToHashSet(StringComparer.Ordinal);
        return [.. jars.Where(n => !artifacts.Contains(JarName.Parse(n).Artifact))];
    }
}
