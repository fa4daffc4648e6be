namespace SparkAzure.Core.Oci.Layers;

/// <summary>A layer of an image in a registry, read from there when it is needed.</summary>
/// <param name="origin">The repository that has it.</param>
/// <param name="descriptor">Its entry in the manifest.</param>
/// <param name="diffId">The digest of its uncompressed tar.</param>
/// <param name="source">Opens it there.</param>
internal sealed class RegistryLayer(
    BlobOrigin origin, Descriptor descriptor, string diffId, BlobSource source) : IImageLayer
{
    public Descriptor Descriptor => descriptor;

    public string DiffId => diffId;

    public string Digest => descriptor.Digest;

    public long Size => descriptor.Size;

    public string Name => origin.Repository;

    public BlobOrigin? Origin => origin;

    public bool IsSent => true;

    public Task<Stream> OpenAsync(long offset, CancellationToken cancellationToken) =>
        source(offset, cancellationToken);

    public SparkAzureException? Explain(Exception failure)
    {
        // The link's fault, however it shows: what does not end as a tar should is an EndOfStreamException.
        var isOfTheLink = failure is IOException and not EndOfStreamException;
        if (isOfTheLink)
        {
            return OciErrors.RegistryUnavailable(origin.Host, failure.Message, failure);
        }

        return null;
    }
}
