using System.Text.Json.Nodes;

namespace SparkAzure.Core.Images.Registry;

/// <summary>A layer of an image, and where its content comes from.</summary>
/// <param name="Descriptor">Its entry in a manifest: type, digest, size.</param>
/// <param name="DiffId">The digest of its uncompressed tar.</param>
/// <param name="CreatedBy">What made it, for the image's history; null for a layer of the base image.</param>
/// <param name="Write">Writes its content; null for a layer that registries do not hold.</param>
/// <param name="Origin">Where it is in a registry already; null for a layer made here.</param>
internal sealed record ImageLayer(JsonObject Descriptor, string DiffId, string? CreatedBy, BlobWriter? Write, BlobOrigin? Origin)
{
    public string Digest => Descriptor["digest"]!.GetValue<string>();

    public long Size => Descriptor["size"]!.GetValue<long>();

    /// <summary>Makes a layer from files: one pass measures it; it is made again when it is uploaded.</summary>
    public static async Task<ImageLayer> FromAsync(IReadOnlyList<TarItem> items, string mediaType, string createdBy, CancellationToken cancellationToken)
    {
        using var measure = new MeasuringStream(Stream.Null);
        await TarItem.WriteAllAsync(items, measure, cancellationToken).ConfigureAwait(false);
        var digest = measure.Digest;
        var descriptor = new JsonObject { ["mediaType"] = mediaType, ["size"] = measure.Length, ["digest"] = digest };
        return new ImageLayer(descriptor, digest, createdBy, WriteAsync, Origin: null);

        async Task WriteAsync(Stream destination, CancellationToken stop)
        {
            using var check = new MeasuringStream(destination);
            await TarItem.WriteAllAsync(items, check, stop).ConfigureAwait(false);
            if (check.Digest != digest)
            {
                throw ImageErrors.BuildSourceChanged(createdBy);
            }
        }
    }

    /// <summary>A layer of an image in a registry.</summary>
    public static ImageLayer Of(JsonObject descriptor, string diffId, RegistryClient client, string repository)
    {
        var digest = descriptor["digest"]!.GetValue<string>();
        var isForeign = MediaTypes.IsForeign(descriptor["mediaType"]?.GetValue<string>() ?? "");
        return new ImageLayer(descriptor, diffId, CreatedBy: null, isForeign ? null : CopyAsync, isForeign ? null : new BlobOrigin(client.Registry.Host, repository));

        async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
        {
            using var check = new VerifyingStream(destination, digest, descriptor["size"]!.GetValue<long>());
            await client.CopyBlobAsync(repository, digest, check, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A repository that has a blob.</summary>
internal sealed record BlobOrigin(string Host, string Repository);
