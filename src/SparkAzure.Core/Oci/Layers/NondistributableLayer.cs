namespace SparkAzure.Core.Oci.Layers;

/// <summary>
/// A layer that registries do not hold (OCI image-spec, "Non-Distributable Layers"): its descriptor says where it is,
/// and images go on naming it.
/// </summary>
/// <param name="descriptor">Its entry in the manifest.</param>
/// <param name="diffId">The digest of its uncompressed tar.</param>
internal sealed class NondistributableLayer(Descriptor descriptor, string diffId) : IImageLayer
{
    public Descriptor Descriptor => descriptor;

    public string DiffId => diffId;

    public string Digest => descriptor.Digest;

    public long Size => descriptor.Size;

    public string Name => descriptor.Digest;

    public bool IsSent => false;

    public Task<Stream> OpenAsync(long offset, CancellationToken cancellationToken) =>
        throw OciErrors.BaseImageNotSupported(Digest, "a layer of it is not kept in registries");
}
