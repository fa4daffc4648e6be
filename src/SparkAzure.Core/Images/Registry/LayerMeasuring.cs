using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Measures the layers that are made for images, and compresses what the target does not have in that form already.
/// </summary>
/// <param name="plan">What is published.</param>
/// <param name="target">The registry that it is published to.</param>
/// <param name="caller">Is told what it took.</param>
internal sealed class LayerMeasuring(PublishPlan plan, RegistryClient target, ICaller caller)
{
    /// <summary>Measures and packs all layers of some images.</summary>
    /// <returns>What the tags of the wanted images name now; null where there is none yet.</returns>
    /// <exception cref="SparkAzureException">BuildSourceChanged, CannotRead, and what the registry refuses.</exception>
    public async Task<Dictionary<ImageJob, PublishedImage?>> MeasureAsync(
        List<MadeImage> images, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var layers = images
            .SelectMany(i => i.Draft.Layers)
            .OfType<BuiltLayer>()
            .Distinct()
            .OrderByDescending(l => l.ContentLength)
            .ToList();

        // The files are read while the registry tells what its tags name now.
        var wanted = images.Where(i => i.Job.IsWanted).Select(i => i.Job).ToList();
        var looking = Task.WhenAll(wanted.Select(job => FindAsync(job, cancellationToken)));
        long read;
        try
        {
            read = await MeasureAsync(layers, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ((Task)looking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var found = wanted.Zip(await looking.ConfigureAwait(false)).ToDictionary(p => p.First, p => p.Second);
        var known = await KnownAsync(layers, found, cancellationToken).ConfigureAwait(false);
        await OnAllCoresAsync(layers, (l, stop) => l.PackAsync(known, stop), cancellationToken).ConfigureAwait(false);
        caller.Verbose(
            $"Measured {layers.Count} layers, {ByteProgress.Megabytes(read)}, in {clock.Elapsed.TotalSeconds:0.00} s.");
        return found;
    }

    private Task<PublishedImage?> FindAsync(ImageJob job, CancellationToken cancellationToken) =>
        PublishedImage.FindAsync(target, job.Repository, plan.Options.Tag, cancellationToken);

    // How many bytes had to be read.
    private async Task<long> MeasureAsync(List<BuiltLayer> layers, CancellationToken cancellationToken)
    {
        var digests = new LayerDigests(plan.Options.CacheFolder ?? LayerIndexCache.DefaultFolder);
        var read = 0L;
        await OnAllCoresAsync(
            layers,
            async (layer, stop) => Interlocked.Add(
                ref read, await layer.MeasureAsync(digests, stop).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        digests.Save();
        return read;
    }

    // Layers of the standing images that serve the new ones as they are, by diff id.
    private async Task<Dictionary<string, Descriptor>> KnownAsync(
        List<BuiltLayer> layers, Dictionary<ImageJob, PublishedImage?> found, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, Descriptor>(StringComparer.Ordinal);
        foreach (var (job, image) in found)
        {
            foreach (var layer in layers)
            {
                if (image is null
                    || known.ContainsKey(layer.DiffId)
                    || !image.Layers.TryGetValue(layer.DiffId, out var descriptor))
                {
                    continue;
                }

                if (await target.HasBlobAsync(
                    job.Repository, descriptor.Digest, cancellationToken).ConfigureAwait(false))
                {
                    known[layer.DiffId] = descriptor;
                }
            }
        }

        return known;
    }

    private static Task OnAllCoresAsync(
        List<BuiltLayer> layers, Func<BuiltLayer, CancellationToken, Task> action, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            layers, cancellationToken, async (layer, stop) => await action(layer, stop).ConfigureAwait(false));
}
