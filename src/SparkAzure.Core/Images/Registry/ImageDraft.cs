using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Images.Registry;

/// <summary>An image in the making: the base image's layers and configuration, and what is put on top. Nothing of it is in the target yet.</summary>
internal sealed class ImageDraft
{
    // A fixed time, so that the same files give the same image.
    private const string Epoch = "1970-01-01T00:00:00Z";

    private readonly JsonObject _document;
    private readonly bool _keepsHistory;
    private readonly (byte[] Configuration, RegistryManifest Manifest) _original;
    private ImageFileSystem? _files;

    private ImageDraft(
        MediaTypes types,
        string baseDigest,
        (byte[] Configuration, RegistryManifest Manifest) original,
        JsonObject document,
        List<IImageLayer> layers)
    {
        Types = types;
        BaseDigest = baseDigest;
        _original = original;
        _document = document;
        Layers = layers;

        // A history counts its layers; one that already miscounts is better left as it is.
        var entries = (document["history"] as JsonArray)?.Count(e => !JsonFields.Flag(e, "empty_layer"));
        _keepsHistory = entries == layers.Count;
    }

    public MediaTypes Types { get; }

    /// <summary>The digest of what the base image's reference names: a manifest, or an index of them.</summary>
    public string BaseDigest { get; }

    public List<IImageLayer> Layers { get; }

    /// <summary>True while nothing was put on top: the image is then the base image itself, byte for byte.</summary>
    public bool IsUntouched { get; private set; } = true;

    /// <summary>What the image holds, with what was put on top so far; only after <see cref="ReadFilesAsync"/>.</summary>
    public ImageFileSystem Files => _files ?? throw new InvalidOperationException("The image's layers have not been read.");

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
            return [.. entries.Select(e => (JsonFields.Text(e, "created_by") ?? "", JsonFields.Flag(e, "empty_layer")))];
        }
    }

    /// <summary>The section that says how a container runs: Env, User, Entrypoint and so on.</summary>
    public JsonObject Config => JsonFields.Section(_document, "config");

    /// <summary>Begins with a base image.</summary>
    /// <inheritdoc cref="RegistryImage.OpenAsync"/>
    public static async Task<ImageDraft> FromAsync(
        RegistryClient client, ImageReference reference, ImagePlatform? platform, CancellationToken cancellationToken)
    {
        var image = await RegistryImage.OpenAsync(client, reference, platform, cancellationToken).ConfigureAwait(false);
        return new ImageDraft(image.Types, image.Digest, (image.Configuration, image.Manifest), image.Document, [.. image.Layers]);
    }

    /// <summary>An image without layers and settings; it is only copied from.</summary>
    public static ImageDraft Empty() =>
        new(MediaTypes.Oci, "", ([], new RegistryManifest(MediaTypes.Oci.Manifest, [])), [], []);

    /// <summary>A draft that begins as this one stands now.</summary>
    public ImageDraft Copy() => new(Types, BaseDigest, _original, _document.DeepClone().AsObject(), [.. Layers])
    {
        _files = _files?.Copy(),
        IsUntouched = IsUntouched,
    };

    /// <summary>Reads what the layers hold, those that are not known yet from their registry.</summary>
    /// <exception cref="SparkAzureException">BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.</exception>
    public async Task ReadFilesAsync(LayerIndexCache cache, IOperator @operator, CancellationToken cancellationToken) =>
        _files = await ImageFileSystem.ReadAsync(Layers, cache, @operator, cancellationToken).ConfigureAwait(false);

    /// <summary>Puts a layer on top. Its entries are in <see cref="Files"/> already.</summary>
    public void AddLayer(IReadOnlyCollection<TarItem> items, string createdBy)
    {
        Layers.Add(new BuiltLayer(Files.WithFolders(items), Types, createdBy));
        AddHistory(createdBy, isEmpty: false);
    }

    /// <summary>Sets labels, and notes it in the history: what lies above that entry the labels do not know.</summary>
    public void SetLabels(IReadOnlyDictionary<string, string> labels)
    {
        var section = JsonFields.Section(Config, "Labels");

        // What the base image says of jars and of how it was built is not true of this one.
        var untrue = section.Select(l => l.Key).Where(n => ImageLabels.IsJarList(n) || n == ImageBuild.InputsLabel).ToList();
        foreach (var name in untrue)
        {
            section.Remove(name);
        }

        foreach (var (name, value) in labels)
        {
            section[name] = value;
        }

        var told = labels.Where(l => !ImageLabels.IsJarList(l.Key)).Select(l => $"{l.Key}={l.Value}");
        AddHistory("LABEL " + string.Join(' ', told), isEmpty: true);
    }

    /// <summary>Notes an instruction that adds no files.</summary>
    public void AddHistory(string createdBy, bool isEmpty)
    {
        IsUntouched = false;
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

    /// <summary>The configuration and the manifest as they will be stored; the layers have been measured and packed.</summary>
    public (byte[] Configuration, RegistryManifest Manifest) Seal()
    {
        if (IsUntouched)
        {
            return _original;
        }

        _document["rootfs"]!["diff_ids"] = new JsonArray([.. Layers.Select(l => JsonValue.Create(l.DiffId))]);
        var configuration = JsonSerializer.SerializeToUtf8Bytes(_document);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Types.Manifest,
            ["config"] = new Descriptor(Types.Config, ContentDigest.Of(configuration), configuration.Length).ToJson(),
            ["layers"] = new JsonArray([.. Layers.Select(l => l.Descriptor.ToJson())]),
        };
        return (configuration, new RegistryManifest(Types.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest)));
    }
}
