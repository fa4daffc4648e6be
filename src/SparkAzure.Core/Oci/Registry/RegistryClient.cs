using System.Net;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Layers;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// The OCI distribution protocol towards one registry (distribution-spec 1.1): reading, mounting, uploading.
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="login">How to sign in; null for not at all.</param>
/// <param name="caller">Is told of what is tried again.</param>
/// <param name="patience">How long to wait for what; null for the usual.</param>
internal sealed class RegistryClient(
    RegistryAddress registry, RegistryLogin? login, ICaller caller, RegistryPatience? patience = null) : IDisposable
{
    private const string DigestHeader = "Docker-Content-Digest";

    // What is skipped of a blob is read away in such pieces.
    private const int SkippedLength = 1 << 16;

    private readonly RegistryTransport _transport = new(registry, login, caller, patience);

    public RegistryAddress Registry => registry;

    public static string Pull(string repository) => $"repository:{repository}:pull";

    public static string Push(string repository) => $"repository:{repository}:pull,push";

    /// <summary>The digest that a tag names now; null when the registry has no such tag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="reference">The tag.</param>
    /// <param name="scope">The right to ask for; that of the push that follows, so that a refusal comes early.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<string?> ResolveAsync(
        string repository, string reference, string scope, CancellationToken cancellationToken)
    {
        using var answer = await _transport.SendAsync(
            () => ManifestRequest(HttpMethod.Head, repository, reference),
            [scope],
            cancellationToken,
            HttpStatusCode.NotFound).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        if (DigestIn(answer) is { } digest)
        {
            return digest;
        }

        // Not every registry gives the header; the content always tells.
        return (await GetManifestAsync(repository, reference, cancellationToken).ConfigureAwait(false))?.Digest;
    }

    /// <summary>
    /// A manifest by tag or digest, verified against the digest asked for, else against the one that the registry
    /// names; null when there is none.
    /// </summary>
    public async Task<RegistryManifest?> GetManifestAsync(
        string repository, string reference, CancellationToken cancellationToken)
    {
        var digest = reference.Contains(':', StringComparison.Ordinal) ? reference : null;
        var type = "";
        var content = await GetDocumentAsync(
            () => ManifestRequest(HttpMethod.Get, repository, reference),
            repository,
            $"manifest {reference}",
            answer =>
            {
                type = answer.Content.Headers.ContentType?.MediaType ?? "";
                digest ??= DigestIn(answer);
            },
            cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return null;
        }

        if (digest is not null)
        {
            Verify($"Manifest {repository}@{digest}", digest, content);
        }

        return new RegistryManifest(type, content);
    }

    /// <summary>A small blob (a configuration), verified.</summary>
    public async Task<byte[]> GetBlobAsync(string repository, string digest, CancellationToken cancellationToken)
    {
        var what = $"blob {digest}";
        var content = await GetDocumentAsync(
            () => BlobRequest(
                HttpMethod.Get,
                repository,
                digest), repository, what, _ => { }, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            throw OciErrors.RegistryRefused(
                registry.Host,
                $"the request for {what}",
                (int)HttpStatusCode.NotFound,
                "it is not there.");
        }

        Verify($"Blob {repository}@{digest}", digest, content);
        return content;
    }

    /// <summary>
    /// Opens a blob from a place on. From its beginning it is verified: the last piece only comes when the whole is
    /// right.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="cancellationToken">Stops the waiting; reading has its own.</param>
    public async Task<Stream> OpenBlobAsync(
        string repository, string digest, long length, long offset, CancellationToken cancellationToken)
    {
        var answer = await _transport.SendAsync(
            () =>
            {
                var request = BlobRequest(HttpMethod.Get, repository, digest);
                request.Headers.Range = offset > 0 ? new(offset, null) : null;
                return request;
            },
            [Pull(repository)],
            cancellationToken).ConfigureAwait(false);
        var stream = await _transport.OpenAsync(answer, length, cancellationToken).ConfigureAwait(false);
        if (offset == 0)
        {
            return new VerifyingStream(stream, digest, length);
        }

        // Not every store knows ranges: then the beginning comes too, and is read away.
        if (answer.StatusCode != HttpStatusCode.PartialContent)
        {
            await SkipAsync(stream, offset, digest, cancellationToken).ConfigureAwait(false);
        }

        return stream;
    }

    public async Task<bool> HasBlobAsync(string repository, string digest, CancellationToken cancellationToken)
    {
        using var answer = await _transport.SendAsync(
            () => BlobRequest(HttpMethod.Head, repository, digest),
            [Push(repository)],
            cancellationToken,
            HttpStatusCode.NotFound).ConfigureAwait(false);
        return answer.StatusCode != HttpStatusCode.NotFound;
    }

    /// <summary>
    /// Asks the registry to take a blob over from another of its repositories; false when it does not.
    /// </summary>
    public async Task<bool> MountAsync(
        string repository, string from, string digest, CancellationToken cancellationToken)
    {
        var query = $"mount={Uri.EscapeDataString(digest)}&from={Uri.EscapeDataString(from)}";
        var url = _transport.Url($"v2/{repository}/blobs/uploads/?{query}");
        HttpResponseMessage answer;
        try
        {
            string[] scopes = [Push(repository), Pull(from)];
            answer = await _transport.SendAsync(
                () => new(HttpMethod.Post, url), scopes, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException refusal) when (refusal.Kind is ErrorKind.AuthenticationFailed
            or ErrorKind.PermissionDenied)
        {
            // This account may push here but not read there: the blob is uploaded instead.
            return false;
        }

        using var owned = answer;
        if (answer.StatusCode == HttpStatusCode.Created)
        {
            return true;
        }

        // 202: an upload was begun instead. It is left to expire only where the registry cannot cancel.
        if (_transport.PlaceIn(url, answer) is { } place)
        {
            using var cancelled = await _transport.SendAsync(
                () => new(HttpMethod.Delete, place),
                [Push(repository)],
                cancellationToken,
                HttpStatusCode.NotFound,
                HttpStatusCode.MethodNotAllowed).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Uploads a blob.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="digest">Its digest; the registry verifies it too.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="source">Its content.</param>
    /// <param name="onBytes">Is told of what is sent; of less than nothing when a piece has to be sent again.</param>
    /// <param name="cancellationToken">Breaks the upload off; the registry keeps nothing.</param>
    public Task UploadBlobAsync(
        string repository, string digest, long length, BlobSource source, Action<long> onBytes, CancellationToken cancellationToken)
    {
        var upload = new BlobUpload(
            _transport,
            new BlobTarget(
                repository,
                digest,
                length,
                Push(repository),
                stop => HasBlobAsync(repository, digest, stop)),
            source,
            onBytes);
        return upload.SendAsync(cancellationToken);
    }

    /// <summary>Stores a manifest under a tag.</summary>
    /// <exception cref="SparkAzureException">
    /// Also ImageContentCorrupt, when the registry took it for something else.
    /// </exception>
    public async Task PutManifestAsync(
        string repository, string tag, RegistryManifest manifest, CancellationToken cancellationToken)
    {
        using var answer = await _transport.SendAsync(
            () =>
            {
                var content = new ByteArrayContent(manifest.Content);
                content.Headers.ContentType = new(manifest.MediaType);
                return new(HttpMethod.Put, _transport.Url($"v2/{repository}/manifests/{tag}")) { Content = content };
            },
            [Push(repository)],
            cancellationToken).ConfigureAwait(false);
        if (DigestIn(answer) is { } stored && stored != manifest.Digest)
        {
            throw OciErrors.ImageContentCorrupt($"Manifest {repository}:{tag}", manifest.Digest, stored);
        }
    }

    /// <summary>The login in a form that can be handed on to Docker; null for none.</summary>
    public Task<RegistryLogin?> DockerLoginAsync(CancellationToken cancellationToken) =>
        _transport.DockerLoginAsync(cancellationToken);

    public void Dispose() => _transport.Dispose();

    private static string? DigestIn(HttpResponseMessage answer)
    {
        if (answer.Headers.TryGetValues(DigestHeader, out var values) && ContentDigest.IsOne(values.First()))
        {
            return values.First();
        }

        return null;
    }

    private static void Verify(string what, string digest, byte[] content)
    {
        var found = ContentDigest.Of(content);
        if (found != digest)
        {
            throw OciErrors.ImageContentCorrupt(what, digest, found);
        }
    }

    private HttpRequestMessage BlobRequest(HttpMethod method, string repository, string digest) =>
        new(method, _transport.Url($"v2/{repository}/blobs/{digest}"));

    private HttpRequestMessage ManifestRequest(HttpMethod method, string repository, string reference)
    {
        var request = new HttpRequestMessage(method, _transport.Url($"v2/{repository}/manifests/{reference}"));
        foreach (var type in MediaTypes.Manifests)
        {
            request.Headers.Accept.ParseAdd(type);
        }

        return request;
    }

    private async Task SkipAsync(Stream stream, long length, string digest, CancellationToken cancellationToken)
    {
        var piece = new byte[SkippedLength];
        for (var left = length; left > 0;)
        {
            var next = piece.AsMemory(0, (int)Math.Min(left, piece.Length));
            var read = await stream.ReadAsync(next, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw OciErrors.RegistryUnavailable(registry.Host, $"blob {digest} ended too early.");
            }

            left -= read;
        }
    }

    // An answer may break off, or stall, after it has begun: then it is asked for again.
    private async Task<byte[]?> GetDocumentAsync(
        Func<HttpRequestMessage> create,
        string repository,
        string what,
        Action<HttpResponseMessage> onAnswer,
        CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await _transport
                .SendAsync(create, [Pull(repository)], cancellationToken, HttpStatusCode.NotFound)
                .ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            try
            {
                onAnswer(answer);
                return await _transport.ReadDocumentAsync(answer, what, cancellationToken).ConfigureAwait(false);
            }
            catch (SparkAzureException broken) when (broken.Kind == ErrorKind.Unavailable
                && attempt < RegistryTransport.Attempts)
            {
                var outcome = new RegistryOutcome(null, broken, MayPass: true);
                await _transport.PauseAsync(attempt, outcome, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
