using System.Text.Json.Nodes;

namespace SparkAzure.Core.Oci;

/// <summary>
/// What a manifest says of a blob (OCI image-spec, "OCI Content Descriptors"): its type, digest and size, and whatever
/// else stands there.
/// </summary>
internal sealed class Descriptor
{
    private readonly JsonObject _entry;

    public Descriptor(string mediaType, string digest, long size)
        : this(
            new JsonObject { ["mediaType"] = mediaType, ["size"] = size, ["digest"] = digest },
            mediaType,
            digest,
            size)
    {
    }

    private Descriptor(JsonObject entry, string mediaType, string digest, long size)
    {
        _entry = entry;
        MediaType = mediaType;
        Digest = digest;
        Size = size;
    }

    /// <summary>The type; empty where the manifest says nothing.</summary>
    public string MediaType { get; }

    public string Digest { get; }

    /// <summary>The length of the blob in bytes.</summary>
    public long Size { get; }

    /// <summary>Reads a manifest's entry; null when it lacks what one must have, or its digest or size is none.</summary>
    public static Descriptor? Read(JsonNode? node)
    {
        if (node is not JsonObject entry
            || JsonFields.Text(entry, "digest") is not { } digest
            || !ContentDigest.IsOne(digest))
        {
            return null;
        }

        if (entry["size"] is JsonValue value && value.TryGetValue(out long size) && size >= 0)
        {
            return new Descriptor(
                entry.DeepClone().AsObject(),
                JsonFields.Text(entry, "mediaType") ?? "",
                digest,
                size);
        }

        return null;
    }

    /// <summary>The entry for another manifest, as it was read.</summary>
    public JsonObject ToJson() => _entry.DeepClone().AsObject();
}
