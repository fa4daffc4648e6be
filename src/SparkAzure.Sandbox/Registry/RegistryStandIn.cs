using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Sandbox.Registry;

/// <summary>
/// An image registry on 127.0.0.1: the OCI distribution protocol as docker, skopeo and this module speak it, with Azure
/// Container Registry's way of signing in if wanted. Remembers every request, and can be told to misbehave.
/// </summary>
public sealed class RegistryStandIn : IAsyncDisposable
{
    private static readonly string[] BaseEnvironment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "JAVA_HOME=/usr/lib/jvm/sandbox"];
    private static readonly string[] BaseCommand = ["/bin/sh"];

    private readonly ConcurrentQueue<RegistryRequest> _requests = new();
    private readonly RegistryStore _store;
    private readonly WebApplication _application;
    private readonly string? _temporaryFolder;

    internal RegistryOptions Options { get; }

    private RegistryStandIn(RegistryOptions options)
    {
        Options = options;
        _temporaryFolder = options.Folder is null
            ? Directory.CreateTempSubdirectory("sparkazure-registry-").FullName
            : null;
        _store = new RegistryStore(options.Folder is null
            ? _temporaryFolder!
            : Directory.CreateDirectory(options.Folder).FullName);
        var endpoints = new RegistryEndpoints(_store, new RegistryTokens(options), Faults);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _application = builder.Build();
        _application.Run(async context =>
        {
            var body = new CountingBody(context.Request.Body);
            context.Request.Body = body;
            try
            {
                await endpoints.HandleAsync(context);
            }
            finally
            {
                _requests.Enqueue(new RegistryRequest(
                    context.Request.Method,
                    context.Request.Path + context.Request.QueryString.Value,
                    context.Response.StatusCode,
                    body.Count));
            }
        });
    }

    /// <summary>Host and port, as <c>Publish-SparkImage -Registry</c> takes it.</summary>
    public string Host =>
        new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Authority;

    /// <summary>Every request so far, in the order they ended.</summary>
    public IReadOnlyCollection<RegistryRequest> Requests => _requests;

    internal RegistryStore Store => _store;

    /// <summary>What shall go wrong.</summary>
    public RegistryFaults Faults { get; } = new();

    /// <summary>Starts a registry.</summary>
    public static async Task<RegistryStandIn> StartAsync(
        RegistryOptions? options = null, CancellationToken cancellationToken = default)
    {
        var registry = new RegistryStandIn(options ?? new RegistryOptions());
        await registry._application.StartAsync(cancellationToken);
        return registry;
    }

    /// <summary>Forgets the requests so far.</summary>
    public void ClearRequests() => _requests.Clear();

    /// <summary>A manifest by tag or digest, with its digest; null when there is none.</summary>
    public (JsonDocument Content, string Digest)? Manifest(string repository, string reference)
    {
        if (_store.Manifest(repository, reference) is { } manifest)
        {
            return (JsonDocument.Parse(manifest.Content), manifest.Digest);
        }

        return null;
    }

    /// <summary>The content of a blob; null when the repository has none of that digest.</summary>
    public Stream? OpenBlob(string repository, string digest) => _store.Blob(repository, digest)?.OpenRead();

    /// <summary>
    /// Puts a small base image into the registry: one layer with <c>/etc/os-release</c>, <c>PATH</c> and
    /// <c>JAVA_HOME</c> in its
    /// environment.
    /// </summary>
    /// <param name="repository">The repository, such as <c>base/jre</c>.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="oci">OCI media types instead of Docker's.</param>
    /// <param name="index">Wraps it into a multi-platform index whose first entry is for another platform.</param>
    /// <returns>The digest that the tag names.</returns>
    public string SeedBaseImage(string repository, string tag, bool oci = false, bool index = false)
    {
        var types = oci ? MediaTypes.Oci : MediaTypes.Docker;
        var amd64 = SeedManifest(repository, index ? null : tag, "amd64", types);
        if (!index)
        {
            return amd64.Digest;
        }

        var arm64 = SeedManifest(repository, null, "arm64", types);
        var content = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = types.Index,
            manifests = new[] { ("arm64", arm64), ("amd64", amd64) }.Select(p => new
            {
                mediaType = types.Manifest,
                digest = p.Item2.Digest,
                size = p.Item2.Content.Length,
                platform = new { architecture = p.Item1, os = "linux" },
            }),
        });
        return _store.AddManifest(repository, tag, types.Index, content).Digest;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Faults.HoldUploads?.TrySetResult();
        await _application.DisposeAsync();
        if (_temporaryFolder is not null)
        {
            Directory.Delete(_temporaryFolder, recursive: true);
        }
    }

    private StoredManifest SeedManifest(string repository, string? tag, string architecture, MediaTypes types)
    {
        var tar = BaseImageFiles.Tar(architecture, isAlpine: tag?.Contains("alpine", StringComparison.Ordinal) == true);
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        var layer = _store.AddBlob(repository, zipped.ToArray());
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture,
            os = "linux",
            created = "1970-01-01T00:00:00Z",
            config = new
            {
                Env = BaseEnvironment,
                Cmd = BaseCommand,
            },
            rootfs = new { type = "layers", diff_ids = new[] { RegistryStore.DigestOf(tar) } },
            history = new[] { new { created = "1970-01-01T00:00:00Z", created_by = "sandbox base image" } },
        });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = types.Manifest,
            config = new { mediaType = types.Config, size = config.Length, digest = _store.AddBlob(repository, config) },
            layers = new[] { new { mediaType = types.Layer, size = zipped.Length, digest = layer } },
        });
        return _store.AddManifest(repository, tag ?? RegistryStore.DigestOf(manifest), types.Manifest, manifest);
    }

    private sealed record MediaTypes(string Manifest, string Index, string Config, string Layer)
    {
        public static MediaTypes Docker { get; } = new(
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.container.image.v1+json",
            "application/vnd.docker.image.rootfs.diff.tar.gzip");

        public static MediaTypes Oci { get; } = new(
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.config.v1+json",
            "application/vnd.oci.image.layer.v1.tar+gzip");
    }

    private sealed class CountingBody(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Kestrel reads asynchronously.");

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
