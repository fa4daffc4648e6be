using System.Collections.Concurrent;
using System.Diagnostics;
using System.Formats.Tar;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// The layers of an image on top of each other, whiteouts carried out (OCI image-spec, "Image Layer Filesystem
/// Changeset"), looked into folder by folder. Folders that no layer names are there with mode 0755, as runtimes make
/// them.
/// </summary>
/// <param name="layers">The layers, lowest first, with what they hold.</param>
internal sealed class LayerStack(IReadOnlyList<(ILayer Layer, LayerIndex Index)> layers)
{
    // Layers read at a time: more only share the same connection to the registry, and each costs memory.
    private const int AtATime = 3;

    public static LayerStack Empty { get; } = new([]);

    /// <summary>The root folder: the last layer that says something of it counts.</summary>
    public ImageFile Root =>
        layers.SelectMany(l => l.Index.Folder("")).LastOrDefault(e => e.File.Path.Length == 0).File ?? Implied("");

    /// <summary>A layer by its digest.</summary>
    public (ILayer Layer, LayerIndex Index) this[string digest] => layers.First(l => l.Layer.Digest == digest);

    /// <summary>
    /// Puts the layers of an image together; what <paramref name="cache"/> does not know of them is read.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public static async Task<LayerStack> ReadAsync(
        IReadOnlyList<ILayer> layers, LayerIndexCache cache, ICaller caller, CancellationToken cancellationToken)
    {
        var known = new ConcurrentDictionary<string, LayerIndex>(StringComparer.Ordinal);
        var missing = new List<ILayer>();
        foreach (var layer in layers.DistinctBy(l => l.Digest))
        {
            if (await cache.FindAsync(layer.Digest, cancellationToken).ConfigureAwait(false) is { } index)
            {
                known[layer.Digest] = index;
            }
            else
            {
                missing.Add(layer);
            }
        }

        if (missing.Count > 0)
        {
            var size = ByteProgress.Megabytes(missing.Sum(l => l.Size));
            caller.Verbose(
                $"Reading {missing.Count} of {layers.Count} layers of the image, {size}, to know what it holds.");
            await ReadAsync(missing, known, cache, caller, cancellationToken).ConfigureAwait(false);
        }

        return new LayerStack([.. layers.Select(l => (l, known[l.Digest]))]);
    }

    private static async Task ReadAsync(
        List<ILayer> missing, ConcurrentDictionary<string, LayerIndex> known, LayerIndexCache cache, ICaller caller, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var progress = new ByteProgress(caller, "Reading the image") { Total = missing.Sum(l => l.Size) };
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(missing, options, async (layer, stop) =>
        {
            var index = await LayerReader.ReadAsync(layer, progress.Add, check: null, stop).ConfigureAwait(false);
            await cache.KeepAsync(layer.Digest, index, stop).ConfigureAwait(false);
            known[layer.Digest] = index;
        }).ConfigureAwait(false);
        caller.Verbose($"Read in {clock.Elapsed.TotalSeconds:0.0} s.");
    }

    /// <summary>What is in a folder, by name.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="first">The layer in which it began: what is below was hidden or taken away.</param>
    /// <returns>Each file with the layer in which it began.</returns>
    public SortedList<string, (ImageFile File, int First)> Folder(string path, int first) =>
        Folder(path, first, layers.Count);

    private SortedList<string, (ImageFile File, int First)> Folder(string path, int first, int end)
    {
        var found = new SortedList<string, (ImageFile File, int First)>(StringComparer.Ordinal);
        for (var number = first; number < end; number++)
        {
            var entries = layers[number].Index.Folder(path);

            // Whiteouts are for the layers below, wherever they stand in this one.
            foreach (var (entry, _) in entries)
            {
                if (Whiteout.IsOpaque(entry.Name))
                {
                    found.Clear();
                }
                else if (Whiteout.Is(entry.Name))
                {
                    found.Remove(Whiteout.Hidden(entry.Name));
                }
            }

            foreach (var (entry, isImplied) in entries.Where(e => e.File.Path.Length > 0 && !Whiteout.Is(e.File.Name)))
            {
                var isFolderOnFolder = entry.IsFolder
                    && found.TryGetValue(entry.Name, out var standing)
                    && standing.File.IsFolder;
                if (!isFolderOnFolder)
                {
                    found[entry.Name] = (isImplied ? Implied(entry.Path) : Linked(entry, number), number);
                }
                else if (!isImplied)
                {
                    found[entry.Name] = (entry, found[entry.Name].First);
                }
            }
        }

        return found;
    }

    private static ImageFile Implied(string path) =>
        new() { Path = path, Type = TarEntryType.Directory, Mode = TarItem.Executable };

    // A hard link to a file of a layer below; one within a layer has become that file when the layer was read.
    private ImageFile Linked(ImageFile entry, int number)
    {
        if (entry.Type == TarEntryType.HardLink
            && Find(ImagePath.Of(entry.LinkTarget ?? ""), number) is { IsFile: true } original)
        {
            return original with { Path = entry.Path, ContentPath = original.ContentPath ?? original.Path };
        }

        return entry;
    }

    private ImageFile? Find(string path, int end)
    {
        (ImageFile File, int First) found = (Implied(""), 0);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (!Folder(string.Join('/', parts[..i]), found.First, end).TryGetValue(parts[i], out found))
            {
                return null;
            }
        }

        return found.File;
    }
}
