using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Core.Images.Registry;

/// <summary>
/// An image in the making: the base image's layers and configuration, and what is put on top. Nothing of it is in the
/// target yet.
/// </summary>
internal sealed class ImageDraft
{
    private readonly ImageConfiguration _configuration;
    private readonly (byte[] Configuration, RegistryManifest Manifest) _original;
    private ImageFileSystem? _files;

    private ImageDraft(
        MediaTypes types,
        string baseDigest,
        (byte[] Configuration, RegistryManifest Manifest) original,
        ImageConfiguration configuration,
        IEnumerable<IImageLayer> layers)
    {
        Types = types;
        BaseDigest = baseDigest;
        _original = original;
        _configuration = configuration;
        Layers = [.. layers];
    }

    public MediaTypes Types { get; }

    /// <summary>The digest of what the base image's reference names: a manifest, or an index of them.</summary>
    public string BaseDigest { get; }

    public List<IImageLayer> Layers { get; }

    /// <summary>True while nothing was put on top: the image is then the base image itself, byte for byte.</summary>
    public bool IsUntouched { get; private set; } = true;

    /// <summary>
    /// What the image holds, with what was put on top so far; only after <see cref="ReadFilesAsync"/>.
    /// </summary>
    public ImageFileSystem Files =>
        _files ?? throw new InvalidOperationException("The image's layers have not been read.");

    /// <inheritdoc cref="ImageConfiguration.History"/>
    public IReadOnlyList<(string CreatedBy, bool IsEmpty)>? History => _configuration.History;

    /// <inheritdoc cref="ImageConfiguration.Environment"/>
    public IEnumerable<(string Name, string Value)> Environment => _configuration.Environment;

    /// <inheritdoc cref="ImageConfiguration.Config"/>
    public JsonObject Config => _configuration.Config;

    /// <summary>A variable that a container begins with; null where the image does not set it.</summary>
    public string? Variable(string name) => Environment.LastOrDefault(e => e.Name == name).Value;

    /// <summary>Begins with a base image.</summary>
    /// <inheritdoc cref="RegistryImage.OpenAsync"/>
    public static async Task<ImageDraft> FromAsync(
        RegistryClient client, ImageReference reference, ImagePlatform? platform, CancellationToken cancellationToken)
    {
        var image = await RegistryImage.OpenAsync(client, reference, platform, cancellationToken).ConfigureAwait(false);
        var original = (image.ConfigurationBytes, image.Manifest);
        return new ImageDraft(image.Types, image.Digest, original, image.Configuration, image.Layers);
    }

    /// <summary>An image without layers and settings; it is only copied from.</summary>
    public static ImageDraft Empty()
    {
        var nothing = (Array.Empty<byte>(), new RegistryManifest(MediaTypes.Oci.Manifest, []));
        return new ImageDraft(MediaTypes.Oci, "", nothing, new ImageConfiguration([], layers: 0), []);
    }

    /// <summary>A draft that begins as this one stands now.</summary>
    public ImageDraft Copy() => new(Types, BaseDigest, _original, _configuration.Copy(), Layers)
    {
        _files = _files?.Copy(),
        IsUntouched = IsUntouched,
    };

    /// <summary>
    /// Reads what the layers hold, those that are not known yet from their registry; once is enough.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// BaseImageNotSupported, ImageContentCorrupt, and what the registry refuses.
    /// </exception>
    public async Task ReadFilesAsync(LayerIndexCache cache, ICaller caller, CancellationToken cancellationToken) =>
        _files ??= await ImageFileSystem.ReadAsync(Layers, cache, caller, cancellationToken).ConfigureAwait(false);

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
        var untrue = section
            .Select(l => l.Key)
            .Where(n => ImageLabels.IsJarList(n) || n == ImageBuild.InputsLabel)
            .ToList();
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
        _configuration.AddHistory(createdBy, isEmpty);
    }

    /// <summary>
    /// The configuration and the manifest as they will be stored; the layers have been measured and packed.
    /// </summary>
    public (byte[] Configuration, RegistryManifest Manifest) Seal()
    {
        if (IsUntouched)
        {
            return _original;
        }

        var configuration = _configuration.Write(Layers.Select(l => l.DiffId));
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
