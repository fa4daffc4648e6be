using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// An image in a registry (OCI image-spec): its manifest, its configuration and its layers, of which nothing is read
/// yet.
/// </summary>
internal sealed class RegistryImage
{
    /// <summary>The digest of what the reference names: a manifest, or an index of them.</summary>
    public required string Digest { get; init; }

    public required MediaTypes Types { get; init; }

    public required RegistryManifest Manifest { get; init; }

    /// <summary>The bytes of the configuration, whose digest counts.</summary>
    public required byte[] ConfigurationBytes { get; init; }

    public required ImageConfiguration Configuration { get; init; }

    /// <summary>The layers, lowest first.</summary>
    public required IReadOnlyList<IImageLayer> Layers { get; init; }

    /// <inheritdoc cref="ImageConfiguration.Config"/>
    public JsonObject Config => Configuration.Config;

    /// <inheritdoc cref="ImageConfiguration.History"/>
    public IReadOnlyList<(string CreatedBy, bool IsEmpty)>? History => Configuration.History;

    /// <summary>Reads manifest and configuration.</summary>
    /// <param name="client">The image's registry.</param>
    /// <param name="reference">Which image.</param>
    /// <param name="platform">
    /// Which of several platforms; null for linux/amd64, and for whatever an image of one platform is for.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotFound, BaseImageNotSupported, and what the registry refuses.
    /// </exception>
    public static async Task<RegistryImage> OpenAsync(
        RegistryClient client, ImageReference reference, ImagePlatform? platform, CancellationToken cancellationToken)
    {
        var text = reference.ToString();
        var named = await ManifestAsync(client, reference, reference.Manifest, cancellationToken).ConfigureAwait(false);
        var manifest = named;
        var entries = Object(manifest.Content, text);
        if (entries["manifests"] is JsonArray platforms)
        {
            var digest = DigestFor(platform ?? ImagePlatform.Default, platforms, text);
            manifest = await ManifestAsync(client, reference, digest, cancellationToken).ConfigureAwait(false);
            entries = Object(manifest.Content, text);
        }

        var types = TypesOf(JsonFields.Text(entries, "mediaType") ?? manifest.MediaType, text);
        var config = Descriptor.Read(entries["config"]) ?? throw Incomplete(text);
        var bytes = await client.GetBlobAsync(
            reference.Repository, config.Digest, cancellationToken).ConfigureAwait(false);
        var document = Object(bytes, text);
        if (platform is not null && !platform.IsThat(document))
        {
            throw OciErrors.BaseImageNotSupported(
                text, $"it is for {document["os"]}/{document["architecture"]}, not for {platform}");
        }

        var layers = LayersOf(client, reference.Repository, entries, document, text);
        return new RegistryImage
        {
            Digest = named.Digest,
            Types = types,
            Manifest = manifest,
            ConfigurationBytes = bytes,
            Configuration = new ImageConfiguration(document, layers.Count),
            Layers = layers,
        };
    }

    private static async Task<RegistryManifest> ManifestAsync(
        RegistryClient client, ImageReference reference, string tagOrDigest, CancellationToken cancellationToken) =>
        await client.GetManifestAsync(reference.Repository, tagOrDigest, cancellationToken).ConfigureAwait(false)
        ?? throw OciErrors.BaseImageNotFound(reference.ToString());

    private static string DigestFor(ImagePlatform wanted, JsonArray platforms, string reference)
    {
        var entry = platforms.FirstOrDefault(
            p => (p as JsonObject)?["platform"] is JsonObject stated && wanted.IsThat(stated));
        if (entry is null)
        {
            throw OciErrors.BaseImageNotSupported(reference, $"it has no variant for {wanted}");
        }

        if (JsonFields.Text(entry, "digest") is { } digest && ContentDigest.IsOne(digest))
        {
            return digest;
        }

        throw Incomplete(reference);
    }

    private static MediaTypes TypesOf(string manifestType, string reference)
    {
        if (manifestType == MediaTypes.Docker.Manifest)
        {
            return MediaTypes.Docker;
        }

        if (manifestType == MediaTypes.Oci.Manifest)
        {
            return MediaTypes.Oci;
        }

        throw OciErrors.BaseImageNotSupported(reference, $"its manifest is of type '{manifestType}'");
    }

    private static List<IImageLayer> LayersOf(
        RegistryClient client, string repository, JsonObject manifest, JsonObject configuration, string reference)
    {
        if (manifest["layers"] is not JsonArray descriptors
            || (configuration["rootfs"] as JsonObject)?["diff_ids"] is not JsonArray diffIds)
        {
            throw Incomplete(reference);
        }

        if (descriptors.Count != diffIds.Count)
        {
            throw OciErrors.BaseImageNotSupported(reference, "manifest and configuration count different layers");
        }

        var layers = new List<IImageLayer>();
        foreach (var (entry, diffId) in descriptors.Zip(diffIds))
        {
            if (Descriptor.Read(entry) is not { } descriptor
                || ForeignJson.Text(diffId) is not { } text
                || !ContentDigest.IsOne(text))
            {
                throw Incomplete(reference);
            }

            layers.Add(LayerOf(client, repository, descriptor, text));
        }

        return layers;
    }

    private static IImageLayer LayerOf(RegistryClient client, string repository, Descriptor descriptor, string diffId)
    {
        if (MediaTypes.IsForeign(descriptor.MediaType))
        {
            return new NondistributableLayer(descriptor, diffId);
        }

        var origin = new BlobOrigin(client.Registry.Host, repository);
        return new RegistryLayer(
            origin,
            descriptor,
            diffId,
            (offset, stop) => client.OpenBlobAsync(repository, descriptor.Digest, descriptor.Size, offset, stop));
    }

    private static JsonObject Object(byte[] content, string reference)
    {
        if (ForeignJson.Object(content) is { } entries)
        {
            return entries;
        }

        throw OciErrors.BaseImageNotSupported(reference, "its manifest or configuration is not a JSON object");
    }

    private static SparkAzureException Incomplete(string reference) =>
        OciErrors.BaseImageNotSupported(reference, "its manifest or configuration lacks what one must have");
}
