using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Layers;


namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// Brings blobs into the repositories of one registry, several at a time and each only once: asked for first, then
/// mounted from a repository that has it, and only then uploaded.
/// </summary>
/// <param name="target">The registry.</param>
/// <param name="progress">Is told of every byte.</param>
/// <param name="caller">Is told of every upload.</param>
internal sealed class BlobUploads(RegistryClient target, ByteProgress progress, ICaller caller) : IDisposable
{
    // More do not help: one upload fills most links, and a registry counts its writers.
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly Dictionary<string, (string Repository, Task Arrival)> _first = new(StringComparer.Ordinal);

    /// <summary>Makes sure that a repository has a layer's blob.</summary>
    /// <returns>How many bytes were sent.</returns>
    public async Task<long> EnsureAsync(string repository, IImageLayer layer, CancellationToken cancellationToken)
    {
        // Who comes second waits for who came first, and then takes the blob over from there.
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (string Repository, Task Arrival) first;
        bool isFirst;
        lock (_first)
        {
            isFirst = _first.TryAdd(layer.Digest, (repository, arrival.Task));
            first = _first[layer.Digest];
        }

        if (!isFirst)
        {
            await first.Arrival.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (first.Repository == repository)
            {
                return 0;
            }

            return await BringAsync(repository, layer, first.Repository, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await BringAsync(
                repository,
                layer,
                layer.Origin?.Host == target.Registry.Host ? layer.Origin.Repository : null,
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Whoever waits finds out alone how it went.
            arrival.SetResult();
        }
    }

    public void Dispose() => _slots.Dispose();

    private static string NameOf(IImageLayer layer)
    {
        if (layer is BuiltLayer)
        {
            return layer.Name;
        }

        return "a layer of the base image";
    }

    private async Task<long> BringAsync(
        string repository, IImageLayer layer, string? from, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await target.HasBlobAsync(repository, layer.Digest, cancellationToken).ConfigureAwait(false))
            {
                caller.Debug($"{repository} has {layer.Digest} already.");
                progress.Add(layer.Size);
                return 0;
            }

            if (from is not null
                && from != repository
                && await target.MountAsync(repository, from, layer.Digest, cancellationToken).ConfigureAwait(false))
            {
                caller.Debug($"{repository} took {layer.Digest} over from {from}.");
                progress.Add(layer.Size);
                return 0;
            }

            caller.Verbose(
                $"Uploading {ByteProgress.Megabytes(layer.Size)} to {repository}: "
                + $"{NameOf(layer)}.");
            await target.UploadBlobAsync(
                repository,
                layer.Digest,
                layer.Size,
                layer.OpenAsync,
                progress.Add,
                cancellationToken).ConfigureAwait(false);
            return layer.Size;
        }
        catch (SparkAzureException exception) when (exception.Id == nameof(OciErrors.ImageContentCorrupt)
            && layer is BuiltLayer made && !made.IsStillTheSame(cancellationToken))
        {
            throw OciErrors.BuildSourceChanged(layer.Name);
        }
        finally
        {
            _slots.Release();
        }
    }
}
