namespace SparkAzure.Core.Oci.Layers;

/// <summary>Opens a blob's content from a place on, in bytes; called again when an upload has to go on there.</summary>
internal delegate Task<Stream> BlobSource(long offset, CancellationToken cancellationToken);

/// <summary>A blob that is a tar of files, compressed or not. There is one class per origin.</summary>
internal interface ILayer
{
    /// <summary>The digest of the blob.</summary>
    string Digest { get; }

    /// <summary>The length of the blob in bytes.</summary>
    long Size { get; }

    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>The repository that has it already; null for what lies elsewhere.</summary>
    BlobOrigin? Origin => null;

    /// <summary>
    /// Opens the blob from a place on, in bytes. From its beginning it is verified: the last piece only comes when the
    /// whole is right.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, BuildSourceChanged, CannotRead, and what a registry refuses.
    /// </exception>
    Task<Stream> OpenAsync(long offset, CancellationToken cancellationToken);

    /// <summary>
    /// What it means, for a layer from there, that reading it failed; null when it only tells that the layer is no
    /// whole tar.
    /// </summary>
    SparkAzureException? Explain(Exception failure) => null;
}

/// <summary>A layer that an image consists of (OCI image-spec, "Image Layer Filesystem Changeset").</summary>
internal interface IImageLayer : ILayer
{
    /// <summary>Its entry in a manifest.</summary>
    Descriptor Descriptor { get; }

    /// <summary>The digest of its uncompressed tar, as the image's configuration lists it.</summary>
    string DiffId { get; }

    /// <summary>
    /// Whether a repository that gets the image has to get this blob: not where registries do not hold it, or that one
    /// has it.
    /// </summary>
    bool IsSent { get; }
}

/// <summary>A repository that has a blob.</summary>
internal sealed record BlobOrigin(string Host, string Repository);
