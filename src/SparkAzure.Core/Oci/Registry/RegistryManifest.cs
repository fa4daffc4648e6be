namespace SparkAzure.Core.Oci.Registry;

/// <summary>A manifest as the registry holds it.</summary>
/// <param name="MediaType">Its type.</param>
/// <param name="Content">Its bytes, whose digest counts.</param>
internal sealed record RegistryManifest(string MediaType, byte[] Content)
{
    public string Digest => ContentDigest.Of(Content);
}
