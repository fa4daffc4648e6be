using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Oci;

/// <summary>
/// An image's configuration (OCI image-spec, "OCI Image Configuration"), of which only what is changed is touched.
/// </summary>
internal sealed class ImageConfiguration
{
    // A fixed time, so that the same files give the same image.
    private const string Epoch = "1970-01-01T00:00:00Z";

    private readonly JsonObject _document;
    private readonly bool _keepsHistory;

    /// <param name="document">The configuration as it was read.</param>
    /// <param name="layers">How many layers the image has.</param>
    public ImageConfiguration(JsonObject document, int layers)
    {
        _document = document;

        // A history counts its layers; one that already miscounts is better left as it is.
        var entries = (document["history"] as JsonArray)?.Count(e => !JsonFields.Flag(e, "empty_layer"));
        _keepsHistory = entries == layers;
    }

    private ImageConfiguration(JsonObject document, bool keepsHistory) =>
        (_document, _keepsHistory) = (document, keepsHistory);

    /// <summary>The section that says how a container runs: Env, User, Entrypoint and so on.</summary>
    public JsonObject Config => JsonFields.Section(_document, "config");

    /// <summary>What made the image, first things first; null when the history does not go with the layers.</summary>
    public IReadOnlyList<(string CreatedBy, bool IsEmpty)>? History
    {
        get
        {
            if (!_keepsHistory)
            {
                return null;
            }

            var entries = _document["history"]!.AsArray();
            return [.. entries.Select(Step)];
        }
    }

    /// <summary>
    /// The variables that a container begins with, in order; of several with one name the last one counts.
    /// </summary>
    public IEnumerable<(string Name, string Value)> Environment
    {
        get
        {
            foreach (var entry in Config["Env"] as JsonArray ?? [])
            {
                if (entry is JsonValue value
                    && value.TryGetValue(out string? text)
                    && text.IndexOf('=') is > 0 and var equals)
                {
                    yield return (text[..equals], text[(equals + 1)..]);
                }
            }
        }
    }

    public ImageConfiguration Copy() => new(_document.DeepClone().AsObject(), _keepsHistory);

    /// <summary>Notes what made a layer, or changed nothing but settings.</summary>
    public void AddHistory(string createdBy, bool isEmpty)
    {
        if (!_keepsHistory)
        {
            return;
        }

        var entry = new JsonObject { ["created"] = Epoch, ["created_by"] = createdBy };
        if (isEmpty)
        {
            entry["empty_layer"] = true;
        }

        _document["history"]!.AsArray().Add(entry);
    }

    /// <summary>The bytes to store.</summary>
    /// <param name="diffIds">The digests of the layers' uncompressed tars, lowest first.</param>
    public byte[] Write(IEnumerable<string> diffIds)
    {
        JsonFields.Section(_document, "rootfs")["diff_ids"] = new JsonArray(
            [.. diffIds.Select(d => JsonValue.Create(d))]);
        return JsonSerializer.SerializeToUtf8Bytes(_document);
    }

    private static (string CreatedBy, bool IsEmpty) Step(JsonNode? entry) =>
        (JsonFields.Text(entry, "created_by") ?? "", JsonFields.Flag(entry, "empty_layer"));
}
