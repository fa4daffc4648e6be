using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Images.Registry;

/// <summary>What a tag names now.</summary>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="Layers">Its compressed layers by the digest of their tar.</param>
internal sealed record PublishedImage(string Digest, IReadOnlyDictionary<string, Descriptor> Layers)
{
    /// <summary>Reads it; null when there is no such tag.</summary>
    public static async Task<PublishedImage?> FindAsync(
        RegistryClient client, string repository, string tag, CancellationToken cancellationToken)
    {
        // With the right of the push that follows, so that a refusal comes early.
        var digest = await client.ResolveAsync(
            repository,
            tag,
            RegistryClient.Push(repository),
            cancellationToken).ConfigureAwait(false);
        if (digest is null)
        {
            return null;
        }

        try
        {
            var reference = ImageReference.Parse($"{client.Registry.Host}/{repository}@{digest}");
            var image = await RegistryImage.OpenAsync(
                client,
                reference,
                platform: null,
                cancellationToken).ConfigureAwait(false);
            var layers = image.Layers
                .Where(l => l.Descriptor.MediaType == image.Types.GzipLayer)
                .DistinctBy(l => l.DiffId)
                .ToDictionary(l => l.DiffId, l => l.Descriptor, StringComparer.Ordinal);
            return new PublishedImage(digest, layers);
        }
        catch (SparkAzureException)
        {
            // Whatever the tag names (an index, something damaged), it will be replaced; it is only of no use here.
            return new PublishedImage(digest, new Dictionary<string, Descriptor>());
        }
    }
}
