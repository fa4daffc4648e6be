using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Sandbox.Azure.Tasks;

/// <summary>An image as docker build leaves it: configuration, and layers as gzip.</summary>
internal sealed class BuiltImage
{
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    public List<string> Tags { get; } = [];

    public List<byte[]> Layers { get; init; } = [];

    /// <summary>Env, User, WorkingDir, Entrypoint, Labels.</summary>
    public JsonObject Config { get; init; } = [];

    public JsonArray DiffIds { get; init; } = [];

    public JsonArray History { get; init; } = [];

    public int Size { get; private set; }

    public BuiltImage Copy() => new()
    {
        Layers = [.. Layers],
        Config = Config.DeepClone().AsObject(),
        DiffIds = DiffIds.DeepClone().AsArray(),
        History = History.DeepClone().AsArray(),
    };

    /// <summary>
    /// The image that FROM names, when the registry has it; else something small in place of what cannot be had.
    /// </summary>
    public static BuiltImage From(RegistryStandIn images, string reference)
    {
        var name = reference.StartsWith(images.Host + "/", StringComparison.Ordinal)
            ? reference[(images.Host.Length + 1)..]
            : null;
        var colon = name?.LastIndexOf(':') ?? -1;
        if (name is not null && (colon < 0 || images.Store.Manifest(name[..colon], name[(colon + 1)..]) is null))
        {
            throw new RunFailure(
                $"manifest for {reference} not found: manifest unknown: manifest tagged by \"{name[(colon + 1)..]}\" " +
                $"is not found");
        }

        if (name is null)
        {
            var stub =
                new BuiltImage
                {
                    Config = new JsonObject
                    {
                        ["Env"] = new JsonArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                    }
                };
            stub.AddLayer(
                $"/bin/sh -c #(nop) FROM {reference}",
                [("etc/os-release", new UstarTarEntry(TarEntryType.RegularFile, "etc/os-release"))]);
            return stub;
        }

        var repository = name[..colon];
        var manifest = JsonNode.Parse(images.Store.Manifest(repository, name[(colon + 1)..])!.Content)!;
        var config = JsonNode.Parse(ReadBlob((string)manifest["config"]!["digest"]!))!;
        return new BuiltImage
        {
            Layers = [.. manifest["layers"]!.AsArray().Select(l => ReadBlob((string)l!["digest"]!))],
            Config = config["config"]!.DeepClone().AsObject(),
            DiffIds = config["rootfs"]!["diff_ids"]!.DeepClone().AsArray(),
            History = config["history"]!.DeepClone().AsArray(),
        };

        byte[] ReadBlob(string digest) => File.ReadAllBytes(images.Store.Blob(repository, digest)!.FullName);
    }

    public void AddLayer(string createdBy, IEnumerable<(string Path, TarEntry Entry)> files)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, entry) in files)
            {
                var copy =
                    new UstarTarEntry(entry.EntryType, path)
                    {
                        Mode = entry.Mode,
                        ModificationTime = DateTimeOffset.UnixEpoch
                    };
                if (entry.EntryType == TarEntryType.RegularFile)
                {
                    copy.DataStream = new MemoryStream(BuildSource.Content(entry));
                }
                else if (entry.EntryType == TarEntryType.SymbolicLink)
                {
                    copy.LinkName = entry.LinkName;
                }

                writer.WriteEntry(copy);
            }
        }

        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar.ToArray());
        }

        Layers.Add(zipped.ToArray());
        DiffIds.Add(RegistryStore.DigestOf(tar.ToArray()));
        History.Add(new JsonObject { ["created"] = "1970-01-01T00:00:00Z", ["created_by"] = createdBy });
    }

    public void AddStep(string createdBy) =>
        History.Add(
            new JsonObject { ["created"] = "1970-01-01T00:00:00Z", ["created_by"] = createdBy, ["empty_layer"] = true });

    /// <summary>Puts it into the registry; gives its digest.</summary>
    public string Push(RegistryStandIn images, string repository, string tag)
    {
        var store = images.Store;
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = "amd64",
            os = "linux",
            created = "1970-01-01T00:00:00Z",
            config = Config,
            rootfs = new { type = "layers", diff_ids = DiffIds },
            history = History,
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = Manifest,
            config = new { mediaType = "application/vnd.docker.container.image.v1+json", size = config.Length, digest = store.AddBlob(repository, config) },
            layers = Layers.Select(
                l => new { mediaType = "application/vnd.docker.image.rootfs.diff.tar.gzip", size = l.Length, digest = store.AddBlob(repository, l) }).ToArray(),
        });
        Size = manifest.Length;
        return store.AddManifest(repository, tag, Manifest, manifest).Digest;
    }
}
