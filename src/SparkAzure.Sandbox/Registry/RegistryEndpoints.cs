using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Registry;

/// <summary>The requests of the OCI distribution specification 1.1.</summary>
internal sealed partial class RegistryEndpoints(RegistryStore store, RegistryTokens tokens, RegistryFaults faults)
{
    private readonly object _faultLock = new();

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        if (path == "/oauth2/exchange" && HttpMethods.IsPost(context.Request.Method))
        {
            await tokens.ExchangeAsync(context);
        }
        else if (path == "/oauth2/token")
        {
            await tokens.TokenAsync(context);
        }
        else if (path is "/v2" or "/v2/")
        {
            if (await tokens.AdmitAsync(context, null))
            {
                await context.Response.WriteAsJsonAsync(new { }, context.RequestAborted);
            }
        }
        else if (path == "/v2/_catalog")
        {
            if (await tokens.AdmitAsync(context, "registry:catalog:*"))
            {
                await context.Response.WriteAsJsonAsync(
                    new { repositories = store.Repositories.ToArray() }, context.RequestAborted);
            }
        }
        else if (Route().Match(path) is { Success: true } route)
        {
            var repository = route.Groups["name"].Value;
            var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
            if (!await tokens.AdmitAsync(context, $"repository:{repository}:{(isRead ? "pull" : "pull,push")}"))
            {
                return;
            }

            if (!isRead && faults.DenyPush)
            {
                await ErrorAsync(
                    context, StatusCodes.Status403Forbidden, "DENIED", "requested access to the resource is denied");
                return;
            }

            var reference = route.Groups["reference"].Value;
            await (route.Groups["kind"].Value switch
            {
                "manifests/" => ManifestAsync(context, repository, reference),
                "blobs/uploads/" => UploadAsync(context, repository, reference),
                "blobs/" => BlobAsync(context, repository, reference),
                _ => TagsAsync(context, repository),
            });
        }
        else
        {
            await ErrorAsync(context, StatusCodes.Status404NotFound, "NAME_INVALID", "no such endpoint");
        }
    }

    private async Task TagsAsync(HttpContext context, string repository)
    {
        if (!store.Repositories.Contains(repository))
        {
            await ErrorAsync(
                context, StatusCodes.Status404NotFound, "NAME_UNKNOWN", "repository name not known to registry");
            return;
        }

        await context.Response.WriteAsJsonAsync(
            new { name = repository, tags = store.Tags(repository).ToArray() }, context.RequestAborted);
    }

    private async Task BlobAsync(HttpContext context, string repository, string digest)
    {
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            context.Response.StatusCode = store.DeleteBlob(repository, digest)
                ? StatusCodes.Status202Accepted
                : StatusCodes.Status404NotFound;
            return;
        }

        if (store.Blob(repository, digest) is not { } file)
        {
            await ErrorAsync(context, StatusCodes.Status404NotFound, "BLOB_UNKNOWN", "blob unknown to registry");
            return;
        }

        var (first, last) = (0L, file.Length - 1);
        if (ByteRange().Match(context.Request.Headers.Range.ToString()) is { Success: true } range)
        {
            first = long.Parse(range.Groups["first"].ValueSpan, CultureInfo.InvariantCulture);
            last = range.Groups["last"].Length > 0
                ? Math.Min(last, long.Parse(range.Groups["last"].ValueSpan, CultureInfo.InvariantCulture))
                : last;
            if (first > last)
            {
                context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                return;
            }

            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {first}-{last}/{file.Length}";
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = last - first + 1;
        context.Response.Headers["Docker-Content-Digest"] = digest;
        context.Response.Headers.AcceptRanges = "bytes";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        if (faults.DamagedBlob == digest)
        {
            var content = await File.ReadAllBytesAsync(file.FullName, context.RequestAborted);
            content[first] ^= 0xFF;
            await context.Response.Body.WriteAsync(
                content.AsMemory((int)first, (int)(last - first + 1)), context.RequestAborted);
            return;
        }

        await context.Response.SendFileAsync(file.FullName, first, last - first + 1, context.RequestAborted);
    }

    private async Task UploadAsync(HttpContext context, string repository, string id)
    {
        var request = context.Request;
        if (id.Length == 0)
        {
            await BeginUploadAsync(context, repository);
            return;
        }

        if (store.FindUpload(repository, id) is not { } upload)
        {
            await ErrorAsync(
                context, StatusCodes.Status404NotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
            return;
        }

        switch (request.Method)
        {
            case "GET":
                Describe(context, upload, StatusCodes.Status204NoContent);
                return;
            case "DELETE":
                store.CancelUpload(upload);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            case "PATCH" or "PUT":
                await ReceiveAsync(context, upload);
                return;
            default:
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return;
        }
    }

    private async Task BeginUploadAsync(HttpContext context, string repository)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        string? mount = context.Request.Query["mount"];
        string? from = context.Request.Query["from"];
        if (mount is not null
            && from is not null
            && tokens.AlsoCovers(context, $"repository:{from}:pull")
            && store.Mount(repository, from, mount))
        {
            Created(context, repository, mount);
            return;
        }

        Describe(context, store.BeginUpload(repository), StatusCodes.Status202Accepted);
    }

    private async Task ReceiveAsync(HttpContext context, Upload upload)
    {
        if (faults.HoldUploads is { } hold)
        {
            await hold.Task.WaitAsync(context.RequestAborted);
        }

        if (context.Request.Headers.ContentRange.ToString() is { Length: > 0 } range
            && !range.StartsWith(upload.Length.ToString(CultureInfo.InvariantCulture) + "-", StringComparison.Ordinal))
        {
            Describe(context, upload, StatusCodes.Status416RangeNotSatisfiable);
            return;
        }

        await using (var file = new FileStream(upload.Path, FileMode.Append, FileAccess.Write))
        {
            await context.Request.Body.CopyToAsync(file, context.RequestAborted);
        }

        if (HttpMethods.IsPatch(context.Request.Method))
        {
            Describe(context, upload, StatusCodes.Status202Accepted);
        }
        else if (FailsThisUpload())
        {
            store.CancelUpload(upload);
            await ErrorAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "UNAVAILABLE",
                "the service is not available just now");
        }
        else if (context.Request.Query["digest"].ToString() is var digest
            && await store.FinishUploadAsync(upload, digest, context.RequestAborted))
        {
            Created(context, upload.Repository, digest);
        }
        else
        {
            await ErrorAsync(
                context,
                StatusCodes.Status400BadRequest,
                "DIGEST_INVALID",
                "provided digest did not match uploaded content");
        }
    }

    private async Task ManifestAsync(HttpContext context, string repository, string reference)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                await PutManifestAsync(context, repository, reference);
                return;
            case "DELETE":
                context.Response.StatusCode = store.DeleteManifest(repository, reference)
                    ? StatusCodes.Status202Accepted
                    : StatusCodes.Status404NotFound;
                return;
        }

        if (store.Manifest(repository, reference) is not { } manifest)
        {
            await ErrorAsync(context, StatusCodes.Status404NotFound, "MANIFEST_UNKNOWN", "manifest unknown");
            return;
        }

        context.Response.ContentType = manifest.MediaType;
        context.Response.ContentLength = manifest.Content.Length;
        context.Response.Headers["Docker-Content-Digest"] = manifest.Digest;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(manifest.Content, context.RequestAborted);
        }
    }

    private async Task PutManifestAsync(HttpContext context, string repository, string reference)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var content = body.ToArray();
        var mediaType = (context.Request.ContentType ?? "").Split(';')[0].Trim();
        if (reference.Contains(':', StringComparison.Ordinal) && reference != RegistryStore.DigestOf(content))
        {
            await ErrorAsync(
                context,
                StatusCodes.Status400BadRequest,
                "DIGEST_INVALID",
                "provided digest did not match uploaded content");
            return;
        }

        if (Defect(repository, mediaType, content) is { } defect)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, defect.Code, defect.Message);
            return;
        }

        var manifest = store.AddManifest(repository, reference, mediaType, content);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/v2/{repository}/manifests/{manifest.Digest}";
        context.Response.Headers["Docker-Content-Digest"] = manifest.Digest;
    }

    // A manifest may only name what the repository has, and its two media types must agree.
    private (string Code, string Message)? Defect(string repository, string mediaType, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            if (root.TryGetProperty("mediaType", out var inside) && inside.GetString() != mediaType)
            {
                return ("MANIFEST_INVALID", "the content type and the manifest's mediaType differ");
            }

            if (root.TryGetProperty("manifests", out var children))
            {
                if (children
                    .EnumerateArray()
                    .Select(DigestIn)
                    .FirstOrDefault(d => store.Manifest(repository, d) is null) is { } missing)
                {
                    return ("MANIFEST_BLOB_UNKNOWN", $"manifest {missing} unknown to registry");
                }

                return null;
            }

            if (root.GetProperty("layers").EnumerateArray().Append(root.GetProperty("config")).Select(DigestIn)
                .FirstOrDefault(d => store.Blob(repository, d) is null) is { } absent)
            {
                return ("MANIFEST_BLOB_UNKNOWN", $"blob {absent} unknown to registry");
            }

            return null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return ("MANIFEST_INVALID", exception.Message);
        }

        static string DigestIn(JsonElement descriptor) => descriptor.GetProperty("digest").GetString() ?? "";
    }

    private static void Created(HttpContext context, string repository, string digest)
    {
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"/v2/{repository}/blobs/{digest}";
        context.Response.Headers["Docker-Content-Digest"] = digest;
    }

    // The query in the Location is there on purpose: clients must keep it when they add the digest.
    private static void Describe(HttpContext context, Upload upload, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = $"/v2/{upload.Repository}/blobs/uploads/{upload.Id}?_state=begun";
        context.Response.Headers["Docker-Upload-UUID"] = upload.Id;
        context.Response.Headers.Range = $"0-{Math.Max(0, upload.Length - 1)}";
    }

    private static async Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.WriteAsJsonAsync(
                new { errors = new[] { new { code, message } } }, context.RequestAborted);
        }
    }

    private bool FailsThisUpload()
    {
        lock (_faultLock)
        {
            return faults.UploadsToFail > 0 && faults.UploadsToFail-- > 0;
        }
    }

    [GeneratedRegex(
        @"^/v2/(?<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)/(?<kind>manifests/|blobs/uploads/|blobs/|tags/list)(?<reference>[A-Za-z0-9._:=-]*)$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Route();

    [GeneratedRegex(
        @"^bytes=(?<first>\d+)-(?<last>\d*)$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ByteRange();
}
