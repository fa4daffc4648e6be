using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace SparkAzure.QuickStart;

/// <summary>
/// An image as a node of the cluster would pull it: manifest, configuration and every layer, each compared with its
/// digest. Written apart from the module, so that a mistake there is not made here again.
/// </summary>
internal sealed class PulledImage
{
    private static readonly string[] ManifestTypes =
    [
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private PulledImage(string digest, JsonElement configuration, int layers, IReadOnlyDictionary<string, string> files)
    {
        Digest = digest;
        Configuration = configuration;
        Layers = layers;
        Files = files;
    }

    /// <summary>The manifest's digest, computed.</summary>
    public string Digest { get; }

    /// <summary>The <c>config</c> object of the configuration: Env, Entrypoint, …</summary>
    public JsonElement Configuration { get; }

    public int Layers { get; }

    /// <summary>The files by path, each with its SHA-256; the uppermost layer's where several have one.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>Pulls an image; throws <see cref="InvalidDataException"/> where content and digest differ.</summary>
    /// <returns>The image; null when the registry wants a sign-in, which this small client cannot do.</returns>
    public static async Task<PulledImage?> PullAsync(SparkImage image, CancellationToken cancellationToken)
    {
        var loopback = new Uri($"http://{image.Registry}").IsLoopback;
        using var http = new HttpClient
        {
            BaseAddress = new Uri($"{(loopback ? "http" : "https")}://{image.Registry}/v2/{image.Repository}/")
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"manifests/{image.Tag}");
        foreach (var type in ManifestTypes)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        using var answer = await http.SendAsync(request, cancellationToken);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return null;
        }

        var bytes = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
        using var manifest = JsonDocument.Parse(bytes);
        var configuration = await BlobAsync(http, manifest.RootElement.GetProperty("config"), cancellationToken);
        using var document = JsonDocument.Parse(configuration);
        var diffIds = document.RootElement
            .GetProperty("rootfs")
            .GetProperty("diff_ids")
            .EnumerateArray()
            .Select(d => d.GetString()!)
            .ToList();
        var layers = manifest.RootElement.GetProperty("layers").EnumerateArray().ToList();
        if (diffIds.Count != layers.Count)
        {
            throw new InvalidDataException(
                $"The manifest has {layers.Count} layers, the configuration {diffIds.Count}.");
        }

        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (layer, diffId) in layers.Zip(diffIds))
        {
            var content = await UnpackedAsync(await BlobAsync(http, layer, cancellationToken), cancellationToken);
            Demand(diffId, content);
            await ListAsync(content, files, cancellationToken);
        }

        return new PulledImage(
            DigestOf(bytes), document.RootElement.GetProperty("config").Clone(), layers.Count, files);
    }

    private static async Task<byte[]> BlobAsync(
        HttpClient http, JsonElement descriptor, CancellationToken cancellationToken)
    {
        var digest = descriptor.GetProperty("digest").GetString()!;
        var bytes = await http.GetByteArrayAsync($"blobs/{digest}", cancellationToken);
        Demand(digest, bytes);
        return bytes;
    }

    private static async Task<byte[]> UnpackedAsync(byte[] layer, CancellationToken cancellationToken)
    {
        if (layer is not [0x1f, 0x8b, ..])
        {
            return layer;
        }

        using var unpacked = new MemoryStream();
        await using var gzip = new GZipStream(new MemoryStream(layer), CompressionMode.Decompress);
        await gzip.CopyToAsync(unpacked, cancellationToken);
        return unpacked.ToArray();
    }

    private static async Task ListAsync(
        byte[] layer, Dictionary<string, string> files, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(new MemoryStream(layer));
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
            {
                var content = entry.DataStream ?? Stream.Null;
                files[entry.Name.TrimStart('.', '/')] = Convert.ToHexString(
                    await SHA256.HashDataAsync(content, cancellationToken));
            }
        }
    }

    private static void Demand(string digest, byte[] bytes)
    {
        if (DigestOf(bytes) != digest)
        {
            throw new InvalidDataException($"Content of {digest} is {DigestOf(bytes)}.");
        }
    }

    private static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
