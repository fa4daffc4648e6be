using SparkAzure.Core.Oci.Registry;


namespace SparkAzure.Core.Images.Registry;

/// <summary>An image as it is to be published.</summary>
/// <param name="job">Which one.</param>
/// <param name="draft">Its layers and configuration.</param>
/// <param name="unverified">Commands of RUN that the base image is trusted with.</param>
internal sealed class MadeImage(ImageJob job, ImageDraft draft, IReadOnlyList<string> unverified)
{
    public ImageJob Job { get; } = job;

    public ImageDraft Draft { get; } = draft;

    public IReadOnlyList<string> Unverified { get; } = unverified;

    public byte[] Configuration { get; private set; } = [];

    public RegistryManifest Manifest { get; private set; } = new("", []);

    public bool IsDeclined { get; set; }

    /// <summary>
    /// The digest of what a tag names when it names this image; of an index that has it, where nothing was put on a
    /// base image of several platforms.
    /// </summary>
    public bool IsNamedBy(string? digest) =>
        digest is not null && (digest == Manifest.Digest || (Draft.IsUntouched && digest == Draft.BaseDigest));

    public void Seal() => (Configuration, Manifest) = Draft.Seal();
}
