using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Images.Registry;

/// <summary>The jars that Spark finds in an image, and how that is known.</summary>
/// <param name="Jars">The jars.</param>
/// <param name="Folder">Where they are: an absolute path in the image.</param>
/// <param name="Source">Whether a label tells, or the layers were read.</param>
internal sealed record ImageJars(JarSet Jars, string Folder, SparkJarSource Source)
{
    private const string DefaultSparkHome = "/opt/spark";

    /// <summary>
    /// The folder that the executors take jars from, absolute: below the image's SPARK_HOME, or /opt/spark where it
    /// says nothing.
    /// </summary>
    public static string FolderOf(ImageDraft image)
    {
        var home = image.Variable("SPARK_HOME");
        return $"/{ImagePath.Of(home ?? DefaultSparkHome)}/jars";
    }

    /// <summary>Reads the jars of an image.</summary>
    /// <returns>The jars; null when the image has no folder for them.</returns>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public static async Task<ImageJars?> ReadAsync(
        ImageDraft image, LayerIndexCache cache, ICaller caller, CancellationToken cancellationToken)
    {
        var folder = FolderOf(image);
        if (ListIn(image, folder) is { } list)
        {
            if (!await AreTouchedAsync(
                image.Layers.Skip(list.LayersBelow),
                folder,
                cache,
                cancellationToken).ConfigureAwait(false))
            {
                caller.Debug(
                    $"The image's label lists {list.Jars.Jars.Count} jars, and no layer above it touches them.");
                return new ImageJars(list.Jars, folder, SparkJarSource.Label);
            }

            caller.Verbose("Layers above the label that lists the jars touch them; all layers are read.");
        }

        await image.ReadFilesAsync(cache, caller, cancellationToken).ConfigureAwait(false);
        var files = image.Files;
        if (files.Resolve(folder) is { } real && files.Find(real)?.IsFolder == true)
        {
            return new ImageJars(JarsIn(files, real), folder, SparkJarSource.Layers);
        }

        return null;
    }

    // A label is inherited by every image made from the one that it was written for. What it says holds for the layers
    // below the entry of the history that wrote it, and is believed when such an entry is there.
    private static (JarSet Jars, int LayersBelow)? ListIn(ImageDraft image, string folder)
    {
        var labels = (image.Config["Labels"] as JsonObject ?? [])
            .Where(l => l.Value is JsonValue)
            .ToDictionary(l => l.Key, l => l.Value!.ToString(), StringComparer.Ordinal);
        if (labels.GetValueOrDefault(ImageLabels.JarFolder) != folder
            || ImageLabels.JarsIn(labels) is not { } jars
            || image.History is not { } history)
        {
            return null;
        }

        for (var i = history.Count - 1; i >= 0; i--)
        {
            if (history[i].CreatedBy.Contains(ImageLabels.JarDigest, StringComparison.Ordinal)
                && history[i].CreatedBy.Contains(jars.Digest, StringComparison.Ordinal))
            {
                return (jars, history.Take(i + 1).Count(e => !e.IsEmpty));
            }
        }

        return null;
    }

    private static async Task<bool> AreTouchedAsync(
        IEnumerable<ILayer> layers, string folder, LayerIndexCache cache, CancellationToken cancellationToken)
    {
        var path = ImagePath.Of(folder);
        foreach (var layer in layers)
        {
            var index = await cache.FindAsync(layer.Digest, cancellationToken).ConfigureAwait(false);
            if (index is null)
            {
                index = await LayerReader.ReadAsync(
                    layer,
                    _ => { },
                    check: null,
                    cancellationToken).ConfigureAwait(false);
                await cache.KeepAsync(layer.Digest, index, cancellationToken).ConfigureAwait(false);
            }

            if (index.Entries.Any(e => Touches(e, path)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Touches(ImageFile entry, string folder)
    {
        // In the folder itself; or in one that may be the same by way of a link.
        var parent = ImagePath.Parent(entry.Path);
        if (parent == folder || ImagePath.Name(parent) == ImagePath.Name(folder))
        {
            return true;
        }

        // A folder above it that goes, is emptied, or becomes something else. Naming a folder anew changes nothing in
        // it.
        return HiddenBy(entry, parent) is { } hidden
            && (hidden == folder || folder.StartsWith(hidden + "/", StringComparison.Ordinal));
    }

    private static string? HiddenBy(ImageFile entry, string parent)
    {
        if (Whiteout.IsOpaque(entry.Name))
        {
            return parent;
        }

        if (Whiteout.Is(entry.Name))
        {
            return ImagePath.Join(parent, Whiteout.Hidden(entry.Name));
        }

        if (entry.IsFolder)
        {
            return null;
        }

        return entry.Path;
    }

    internal static JarSet JarsIn(ImageFileSystem files, string folder)
    {
        var found = files.Children(folder).Where(f => JarSet.IsJar(f.Name))
            .Select(f => (f.Name, File: files.Find(f.Path))).Where(f => f.File?.IsFile == true)
            .Select(f => (f.Name, File: f.File!)).ToList();

        return new JarSet(found.Select(f => KeyValuePair.Create(f.Name, f.File.Sha256!)));
    }
}
