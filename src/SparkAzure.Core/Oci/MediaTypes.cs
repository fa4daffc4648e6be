namespace SparkAzure.Core.Oci;

/// <summary>The two families of types that an image is made of; they never meet in one image.</summary>
/// <param name="Manifest">A manifest for one platform.</param>
/// <param name="Index">A list of manifests for several.</param>
/// <param name="Config">The configuration.</param>
/// <param name="Layer">A layer as a plain tar; its digest is also its diff id.</param>
/// <param name="GzipLayer">A layer as a compressed tar.</param>
internal sealed record MediaTypes(string Manifest, string Index, string Config, string Layer, string GzipLayer)
{
    // github.com/distribution/distribution, docs/spec/manifest-v2-2; containerd's and Docker's sources know the plain
    // tar.
    public static readonly MediaTypes Docker = new(
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar",
        "application/vnd.docker.image.rootfs.diff.tar.gzip");

    // github.com/opencontainers/image-spec, media-types.
    public static readonly MediaTypes Oci = new(
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+gzip");

    public static readonly string[] Manifests = [Docker.Manifest, Docker.Index, Oci.Manifest, Oci.Index];

    /// <summary>Layers that registries do not hold: their descriptors say where they are.</summary>
    public static bool IsForeign(string layerType) =>
        layerType.Contains("foreign", StringComparison.Ordinal)
            || layerType.Contains("nondistributable", StringComparison.Ordinal);
}
