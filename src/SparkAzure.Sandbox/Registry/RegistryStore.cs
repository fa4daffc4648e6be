using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace SparkAzure.Sandbox.Registry;

/// <summary>A stored manifest.</summary>
internal sealed record StoredManifest(string MediaType, byte[] Content, string Digest);

/// <summary>An upload that has begun.</summary>
internal sealed record Upload(string Id, string Repository, string Path)
{
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;
}

/// <summary>Blobs as files named by digest; which repository may see which; manifests and tags in memory.</summary>
internal sealed class RegistryStore(string folder)
{
    private readonly ConcurrentDictionary<(string Repository, string Digest), bool> _links = new();
    private readonly ConcurrentDictionary<(string Repository, string Digest), StoredManifest> _manifests = new();
    private readonly ConcurrentDictionary<(string Repository, string Tag), string> _tags = new();
    private readonly ConcurrentDictionary<string, Upload> _uploads = new();

    public static string DigestOf(ReadOnlySpan<byte> content) =>
        "sha256:" + Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();

    public IEnumerable<string> Repositories =>
        _manifests.Keys.Select(k => k.Repository).Distinct().Order(StringComparer.Ordinal);

    public IEnumerable<string> Tags(string repository) =>
        _tags.Keys.Where(k => k.Repository == repository).Select(k => k.Tag).Order(StringComparer.Ordinal);

    /// <summary>The file of a blob that the repository may see; null when there is none.</summary>
    public FileInfo? Blob(string repository, string digest)
    {
        if (_links.ContainsKey((repository, digest)))
        {
            return new FileInfo(PathOf(digest));
        }

        return null;
    }

    public bool Mount(string repository, string from, string digest) =>
        Blob(from, digest) is not null && (_links[(repository, digest)] = true);

    public bool DeleteBlob(string repository, string digest) => _links.TryRemove((repository, digest), out _);

    public string AddBlob(string repository, byte[] content)
    {
        var digest = DigestOf(content);
        File.WriteAllBytes(PathOf(digest), content);
        _links[(repository, digest)] = true;
        return digest;
    }

    public Upload BeginUpload(string repository)
    {
        var id = Guid.NewGuid().ToString("N");
        return _uploads[id] = new Upload(id, repository, Path.Combine(folder, "upload-" + id));
    }

    public Upload? FindUpload(string repository, string id)
    {
        if (_uploads.TryGetValue(id, out var upload) && upload.Repository == repository)
        {
            return upload;
        }

        return null;
    }

    public void CancelUpload(Upload upload)
    {
        _uploads.TryRemove(upload.Id, out _);
        File.Delete(upload.Path);
    }

    /// <summary>
    /// Takes the upload for the blob of that digest; false, and the upload gone, when the content has another one.
    /// </summary>
    public async Task<bool> FinishUploadAsync(Upload upload, string digest, CancellationToken cancellationToken)
    {
        _uploads.TryRemove(upload.Id, out _);
        if (!File.Exists(upload.Path))
        {
            await File.WriteAllBytesAsync(upload.Path, [], cancellationToken);
        }

        string actual;
        await using (var content = File.OpenRead(upload.Path))
        {
            actual = "sha256:" +
                Convert.ToHexString(await SHA256.HashDataAsync(content, cancellationToken)).ToLowerInvariant();
        }

        if (actual != digest)
        {
            File.Delete(upload.Path);
            return false;
        }

        File.Move(upload.Path, PathOf(digest), overwrite: true);
        _links[(upload.Repository, digest)] = true;
        return true;
    }

    /// <summary>Finds a manifest by tag or digest.</summary>
    public StoredManifest? Manifest(string repository, string reference)
    {
        var digest = reference.Contains(':', StringComparison.Ordinal)
            ? reference
            : _tags.GetValueOrDefault((repository, reference));
        if (digest is null)
        {
            return null;
        }

        return _manifests.GetValueOrDefault((repository, digest));
    }

    public StoredManifest AddManifest(string repository, string reference, string mediaType, byte[] content)
    {
        var manifest = new StoredManifest(mediaType, content, DigestOf(content));
        _manifests[(repository, manifest.Digest)] = manifest;
        if (!reference.Contains(':', StringComparison.Ordinal))
        {
            _tags[(repository, reference)] = manifest.Digest;
        }

        return manifest;
    }

    /// <summary>Takes an image over from another registry, all its platforms included.</summary>
    public void CopyImage(RegistryStore from, string fromRepository, string reference, string repository, string tag)
    {
        var manifest = from.Manifest(fromRepository, reference)!;
        using var document = System.Text.Json.JsonDocument.Parse(manifest.Content);
        var root = document.RootElement;
        if (root.TryGetProperty("manifests", out var platforms))
        {
            foreach (var platform in platforms.EnumerateArray())
            {
                var digest = platform.GetProperty("digest").GetString()!;
                CopyImage(from, fromRepository, digest, repository, digest);
            }
        }
        else
        {
            foreach (var blob in root.GetProperty("layers").EnumerateArray().Append(root.GetProperty("config")))
            {
                AddBlob(
                    repository,
                    File.ReadAllBytes(from.Blob(fromRepository, blob.GetProperty("digest").GetString()!)!.FullName));
            }
        }

        AddManifest(repository, tag, manifest.MediaType, manifest.Content);
    }

    public bool DeleteManifest(string repository, string reference)
    {
        if (!reference.Contains(':', StringComparison.Ordinal))
        {
            return _tags.TryRemove((repository, reference), out _);
        }

        foreach (var tag in _tags.Where(t => t.Key.Repository == repository && t.Value == reference))
        {
            _tags.TryRemove(tag.Key, out _);
        }

        return _manifests.TryRemove((repository, reference), out _);
    }

    private string PathOf(string digest) => Path.Combine(folder, digest.Replace(':', '-'));
}
