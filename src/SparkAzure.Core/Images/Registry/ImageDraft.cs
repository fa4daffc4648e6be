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

    private ImageDraft(MediaTypes types, string baseDigest, (byte[] Configuration, RegistryManifest Manifest) original, JsonObject document, List<ImageLayer> layers)
    {
        Types = types;
        BaseDigest = baseDigest;
        _original = original;
        _document = document;
        Layers = layers;

        // A history counts its layers; one that already miscounts is better left as it is.
        var entries = (document["history"] as JsonArray)?.Count(e => e?["empty_layer"]?.GetValue<bool>() is not true);
        _keepsHistory = entries == layers.Count;
    }

    public MediaTypes Types { get; }

    /// <summary>The digest of what the base image's reference names: a manifest, or an index of them.</summary>
    public string BaseDigest { get; }

    public List<ImageLayer> Layers { get; }

    /// <summary>True while nothing was put on top: the image is then the base image itself, byte for byte.</summary>
    public bool IsUntouched { get; private set; } = true;

    /// <summary>What the image holds, with what was put on top so far; only after <see cref="ReadFilesAsync"/>.</summary>
    public ImageFileSystem Files => _files ?? throw new InvalidOperationException("The image's layers have not been read.");

    /// <summary>What made the image, first things first; null when the history does not go with the layers.</summary>
    public IReadOnlyList<(string CreatedBy, bool IsEmpty)>? History => _keepsHistory
        ? [.. _document["history"]!.AsArray().Select(e => ((string?)e?["created_by"] ?? "", (bool?)e?["empty_layer"] == true))]
        : null;

    /// <summary>The section that says how a container runs: Env, User, Entrypoint and so on.</summary>
    public JsonObject Config
    {
        get
        {
            if (_document["config"] is not JsonObject)
            {
                _document["config"] = new JsonObject();
            }

            return (JsonObject)_document["config"]!;
        }
    }

    /// <summary>Reads a base image.</summary>
    /// <param name="client">Its registry.</param>
    /// <param name="reference">Which.</param>
    /// <param name="platform">Which of several platforms; null for linux/amd64, and for whatever an image of one platform is for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">BaseImageNotFound, BaseImageNotSupported, and what the registry refuses.</exception>
    public static async Task<ImageDraft> FromAsync(RegistryClient client, ImageReference reference, ImagePlatform? platform, CancellationToken cancellationToken)
    {
        var text = reference.ToString();
        var manifest = await client.GetManifestAsync(reference.Repository, reference.Manifest, cancellationToken).ConfigureAwait(false) ?? throw OciErrors.BaseImageNotFound(text);
        var baseDigest = manifest.Digest;
        var document = Object(manifest.Content, text);
        if (document["manifests"] is JsonArray platforms)
        {
            var wanted = platform ?? ImagePlatform.Default;
            var digest = platforms.FirstOrDefault(p => p?["platform"] is JsonObject stated && wanted.IsThat(stated))?["digest"]?.GetValue<string>()
                ?? throw OciErrors.BaseImageNotSupported(text, $"it has no variant for {wanted}");
            manifest = await client.GetManifestAsync(reference.Repository, digest, cancellationToken).ConfigureAwait(false) ?? throw OciErrors.BaseImageNotFound(text);
            document = Object(manifest.Content, text);
        }

        var types = (document["mediaType"]?.GetValue<string>() ?? manifest.MediaType) switch
        {
            var type when type == MediaTypes.Docker.Manifest => MediaTypes.Docker,
            var type when type == MediaTypes.Oci.Manifest => MediaTypes.Oci,
            var type => throw OciErrors.BaseImageNotSupported(text, $"its manifest is of type '{type}'"),
        };
        try
        {
            var descriptor = document["config"]!["digest"]!.GetValue<string>();
            var content = await client.GetBlobAsync(reference.Repository, descriptor, cancellationToken).ConfigureAwait(false);
            var configuration = Object(content, text);
            if (platform is not null && !platform.IsThat(configuration))
            {
                throw OciErrors.BaseImageNotSupported(text, $"it is for {configuration["os"]}/{configuration["architecture"]}, not for {platform}");
            }

            var layers = document["layers"]!.AsArray().Select(l => l!.DeepClone().AsObject()).ToList();
            var diffIds = configuration["rootfs"]!["diff_ids"]!.AsArray().Select(d => d!.GetValue<string>()).ToList();
            return layers.Count == diffIds.Count
                ? new ImageDraft(types, baseDigest, (content, manifest), configuration, [.. layers.Zip(diffIds, (l, d) => ImageLayer.In(client, reference.Repository, l, d))])
                : throw OciErrors.BaseImageNotSupported(text, "manifest and configuration count different layers");
        }
        catch (Exception exception) when (exception is NullReferenceException or InvalidOperationException or FormatException)
        {
            throw OciErrors.BaseImageNotSupported(text, "its manifest or configuration lacks what one must have");
        }
    }

    /// <summary>An image without layers and settings; it is only copied from.</summary>
    public static ImageDraft Empty() => new(MediaTypes.Oci, "", ([], new RegistryManifest(MediaTypes.Oci.Manifest, [])), [], []);

    /// <summary>A draft that begins as this one stands now.</summary>
    public ImageDraft Copy() => new(Types, BaseDigest, _original, _document.DeepClone().AsObject(), [.. Layers]) { _files = _files?.Copy(), IsUntouched = IsUntouched };

    /// <summary>Reads what the layers hold, those that are not known yet from their registry.</summary>
    /// <exception cref="SparkAzureException">BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.</exception>
    public async Task ReadFilesAsync(LayerIndexCache cache, IOperator @operator, CancellationToken cancellationToken) =>
        _files = await ImageFileSystem.ReadAsync(Layers, cache, @operator, cancellationToken).ConfigureAwait(false);

    /// <summary>Puts a layer on top. Its entries are in <see cref="Files"/> already.</summary>
    public void AddLayer(IReadOnlyCollection<TarItem> items, string createdBy)
    {
        Layers.Add(ImageLayer.Of(Files.WithFolders(items), Types, createdBy));
        AddHistory(createdBy, isEmpty: false);
    }

    /// <summary>Sets labels, and notes it in the history: what lies above that entry the labels do not know.</summary>
    public void SetLabels(IReadOnlyDictionary<string, string> labels)
    {
        if (Config["Labels"] is not JsonObject)
        {
            Config["Labels"] = new JsonObject();
        }

        // What the base image says of jars and of how it was built is not true of this one.
        var inherited = Config["Labels"]!.AsObject();
        foreach (var name in inherited.Select(l => l.Key).Where(n => ImageLabels.IsJarList(n) || n == ImageBuild.InputsLabel).ToList())
        {
            inherited.Remove(name);
        }

        foreach (var (name, value) in labels)
        {
            Config["Labels"]![name] = value;
        }

        AddHistory("LABEL " + string.Join(' ', labels.Where(l => !ImageLabels.IsJarList(l.Key)).Select(l => $"{l.Key}={l.Value}")), isEmpty: true);
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
            ["config"] = new JsonObject { ["mediaType"] = Types.Config, ["size"] = configuration.Length, ["digest"] = ContentDigest.Of(configuration) },
            ["layers"] = new JsonArray([.. Layers.Select(l => l.Descriptor.DeepClone())]),
        };
        return (configuration, new RegistryManifest(Types.Manifest, JsonSerializer.SerializeToUtf8Bytes(manifest)));
    }

    private static JsonObject Object(byte[] content, string reference)
    {
        try
        {
            return JsonNode.Parse(content)?.AsObject() ?? throw OciErrors.BaseImageNotSupported(reference, "its manifest is empty");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw OciErrors.BaseImageNotSupported(reference, "its manifest or configuration is not a JSON object");
        }
    }
}
