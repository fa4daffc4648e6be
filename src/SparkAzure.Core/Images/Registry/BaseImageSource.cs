using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// Brings base images in: each is opened in the registry where it lies, with a login of its own where that is not the
/// target, and its layers say where they can be taken from. This is the one way by which a base image enters. A
/// registry of Azure imports it from elsewhere, where it can, and has it itself then.
/// </summary>
/// <param name="plan">What is published.</param>
/// <param name="target">The registry that it is published to.</param>
/// <param name="caller">Is told what is read.</param>
internal sealed class BaseImageSource(PublishPlan plan, RegistryClient target, ICaller caller) : IDisposable
{
    private readonly Dictionary<string, RegistryClient> _others = new(StringComparer.Ordinal);
    private readonly BaseImageImport _import = new(plan, target, caller);
    private readonly LayerIndexCache _cache = new(plan.Options.CacheFolder ?? LayerIndexCache.DefaultFolder);

    /// <summary>Opens a base image and learns what it holds.</summary>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotFound, BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public Task<ImageDraft> OpenAsync(ImageReference reference, CancellationToken cancellationToken) =>
        OpenAsync(reference, plan.Options.Platform, cancellationToken);

    /// <summary>Opens an image of a platform of its own.</summary>
    /// <param name="reference">The image.</param>
    /// <param name="platform">The platform; null for that of the publication.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// PlatformInvalid, BaseImageNotFound, BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public async Task<ImageDraft> OpenAsync(
        ImageReference reference, string? platform, CancellationToken cancellationToken)
    {
        caller.Verbose($"Reading the image {reference}.");
        var client = await ClientAsync(reference.Registry, cancellationToken).ConfigureAwait(false);
        if (await _import.TryAsync(reference, client, cancellationToken).ConfigureAwait(false) is { } imported)
        {
            (client, reference) = (target, imported);
        }

        var draft = await ImageDraft.FromAsync(
            client,
            reference,
            ImagePlatform.Of(platform ?? plan.Options.Platform),
            cancellationToken).ConfigureAwait(false);
        await draft.ReadFilesAsync(_cache, caller, cancellationToken).ConfigureAwait(false);
        return draft;
    }

    /// <summary>An image without anything in it: <c>FROM scratch</c>.</summary>
    public async Task<ImageDraft> EmptyAsync(CancellationToken cancellationToken)
    {
        var draft = ImageDraft.Empty();
        await draft.ReadFilesAsync(_cache, caller, cancellationToken).ConfigureAwait(false);
        return draft;
    }

    public void Dispose()
    {
        foreach (var client in _others.Values)
        {
            client.Dispose();
        }
    }

    // The login given is for the target; it is not shown to whatever host the base image lies on.
    private async Task<RegistryClient> ClientAsync(RegistryAddress registry, CancellationToken cancellationToken)
    {
        if (registry.Host == target.Registry.Host)
        {
            return target;
        }

        if (!_others.TryGetValue(registry.Host, out var client))
        {
            _others[registry.Host] = client = await plan.Options.Access.OpenAsync(
                registry,
                isTarget: false,
                caller,
                cancellationToken).ConfigureAwait(false);
        }

        return client;
    }
}
