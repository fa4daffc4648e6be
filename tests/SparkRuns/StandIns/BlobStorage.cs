using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Runs.StandIns;

/// <summary>Blobs, as azure-storage 2.2.0 to 7.0.1 under Hadoop's NativeAzureFileSystem asks for them. Every container is there.</summary>
internal sealed class BlobStorage(StoredFiles files)
{
    private readonly ConcurrentDictionary<string, byte[]> _blocks = new(StringComparer.Ordinal);

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context, string account)
    {
        var request = context.Request;
        var path = account + Uri.UnescapeDataString(request.Path.Value!).TrimEnd('/');
        var what = request.Query["comp"].ToString();
        context.Response.Headers["x-ms-version"] = request.Headers["x-ms-version"];
        if (request.Query["restype"] == "container")
        {
            await ContainerAsync(context, path, what);
            return;
        }

        switch (request.Method, what)
        {
            case ("HEAD", ""):
                await PropertiesAsync(context, path);
                break;
            case ("GET", ""):
                await ReadAsync(context, path);
                break;
            case ("GET", "blocklist"):
                await WriteXmlAsync(context, new XElement("BlockList", new XElement("CommittedBlocks"), new XElement("UncommittedBlocks")));
                break;
            case ("PUT", "block"):
                _blocks[request.Query["blockid"].ToString()] = await BodyAsync(context);
                Done(context, 201);
                break;
            case ("PUT", "blocklist"):
                await CommitAsync(context, path);
                break;
            case ("PUT", "metadata"):
                Done(context, 200, files.Put(path, files.Find(path)?.Content ?? [], MetadataOf(request)));
                break;
            case ("PUT", "properties"):
                Done(context, 200, files.Find(path));
                break;
            case ("PUT", "lease"):
                context.Response.Headers["x-ms-lease-id"] = "11111111-2222-3333-4444-555555555555";
                Done(context, request.Headers["x-ms-lease-action"] == "acquire" ? 201 : 200);
                break;
            case ("PUT", "") when request.Headers.TryGetValue("x-ms-copy-source", out var source):
                await CopyAsync(context, account + Uri.UnescapeDataString(new Uri(source!).AbsolutePath), path);
                break;
            case ("PUT", ""):
                Done(context, 201, files.Put(path, await BodyAsync(context), MetadataOf(request)));
                break;
            case ("DELETE", ""):
                await DeleteAsync(context, path);
                break;
            default:
                await RefuseAsync(context, 400, "UnsupportedHeader");
                break;
        }
    }

    private async Task ContainerAsync(HttpContext context, string path, string what)
    {
        if (what == "list")
        {
            await ListAsync(context, path);
            return;
        }

        if (context.Request.Method == "PUT")
        {
            files.Put(path, null, MetadataOf(context.Request));
        }

        Done(context, context.Request.Method == "PUT" && what.Length == 0 ? 201 : 200, files.Find(path) ?? files.Put(path, null));
    }

    private async Task ListAsync(HttpContext context, string container)
    {
        var query = context.Request.Query;
        var prefix = query["prefix"].ToString();
        var delimiter = query["delimiter"].ToString();
        var names = files.Below(container, recursive: true)
            .Select(f => (Name: f.Path[(container.Length + 1)..], f.File))
            .Where(f => f.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToList();
        bool IsDeeper(string name) => delimiter.Length > 0 && name[prefix.Length..].Contains(delimiter, StringComparison.Ordinal);
        var folders = names.Where(f => IsDeeper(f.Name))
            .Select(f => f.Name[..(f.Name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) + 1)])
            .Distinct();
        await WriteXmlAsync(context, new XElement(
            "EnumerationResults",
            new XElement("Prefix", prefix),
            new XElement(
                "Blobs",
                names.Where(f => !IsDeeper(f.Name)).Select(f => Entry(f.Name, f.File)),
                folders.Select(f => new XElement("BlobPrefix", new XElement("Name", f)))),
            new XElement("NextMarker")));
    }

    private static XElement Entry(string name, StoredFile file) => new(
        "Blob",
        new XElement("Name", name),
        new XElement(
            "Properties",
            new XElement("Last-Modified", file.Modified.ToString("R", CultureInfo.InvariantCulture)),
            new XElement("Etag", file.Tag.Trim('"')),
            new XElement("Content-Length", file.Length),
            new XElement("BlobType", "BlockBlob"),
            new XElement("LeaseStatus", "unlocked"),
            new XElement("LeaseState", "available")),
        new XElement("Metadata", file.Metadata.Select(m => new XElement(m.Key, m.Value))));

    private async Task PropertiesAsync(HttpContext context, string path)
    {
        if (files.Find(path) is { IsFolder: false } blob)
        {
            Done(context, 200, blob);
            context.Response.ContentLength = blob.Length;
            return;
        }

        await RefuseAsync(context, 404, "BlobNotFound");
    }

    private async Task ReadAsync(HttpContext context, string path)
    {
        if (files.Find(path) is not { Content: { } content } blob)
        {
            await RefuseAsync(context, 404, "BlobNotFound");
            return;
        }

        Done(context, 200, blob);
#pragma warning disable CA5351 // A checksum that the protocol names and the driver insists on.
        context.Response.Headers.ContentMD5 = Convert.ToBase64String(MD5.HashData(content));
#pragma warning restore CA5351
        await ByteRange.WriteAsync(context, content, blob.Tag);
    }

    private async Task CommitAsync(HttpContext context, string path)
    {
        var list = XDocument.Parse(System.Text.Encoding.UTF8.GetString(await BodyAsync(context)).TrimStart('\uFEFF'));
        var content = list.Root!.Elements().SelectMany(block => _blocks[block.Value]).ToArray();
        Done(context, 201, files.Put(path, content, MetadataOf(context.Request)));
    }

    private async Task CopyAsync(HttpContext context, string from, string to)
    {
        if (files.Find(from) is not { IsFolder: false } source)
        {
            await RefuseAsync(context, 404, "BlobNotFound");
            return;
        }

        context.Response.Headers["x-ms-copy-id"] = "11111111-2222-3333-4444-555555555555";
        context.Response.Headers["x-ms-copy-status"] = "success";
        Done(context, 202, files.Put(to, source.Content, source.Metadata));
    }

    private async Task DeleteAsync(HttpContext context, string path)
    {
        if (files.Delete(path))
        {
            Done(context, 202);
            return;
        }

        await RefuseAsync(context, 404, "BlobNotFound");
    }

    private static Dictionary<string, string> MetadataOf(HttpRequest request) => request.Headers
        .Where(h => h.Key.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(h => h.Key["x-ms-meta-".Length..], h => h.Value.ToString());

    private static void Done(HttpContext context, int status, StoredFile? blob = null)
    {
        var response = context.Response;
        response.StatusCode = status;
        blob ??= new StoredFile([], DateTimeOffset.UtcNow, "\"0x0\"");
        response.Headers.ETag = blob.Tag;
        response.Headers.LastModified = blob.Modified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["x-ms-blob-type"] = "BlockBlob";
        response.Headers["x-ms-lease-status"] = "unlocked";
        response.Headers["x-ms-lease-state"] = "available";
        response.Headers["x-ms-request-server-encrypted"] = "true";
        foreach (var (name, value) in blob.Metadata)
        {
            response.Headers[$"x-ms-meta-{name}"] = value;
        }
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private static async Task WriteXmlAsync(HttpContext context, XElement root)
    {
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + root.ToString(SaveOptions.DisableFormatting));
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        if (context.Request.Method != "HEAD")
        {
            await WriteXmlAsync(context, new XElement("Error", new XElement("Code", code), new XElement("Message", code)));
        }
    }
}
