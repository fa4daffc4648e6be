using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Runs.StandIns;

/// <summary>ADLS gen1, which speaks WebHDFS, as azure-data-lake-store-sdk 2.2.3 to 2.3.9 asks for it.</summary>
internal sealed class OldDataLakeStorage(StoredFiles files)
{
    private const string Prefix = "/webhdfs/v1";

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context, string account)
    {
        var request = context.Request;
        // Its files lie as deep as those of a file system.
        var path = $"{account}/root{Uri.UnescapeDataString(request.Path.Value!)[Prefix.Length..]}".TrimEnd('/');
        switch (request.Query["op"].ToString())
        {
            case "GETFILESTATUS" or "MSGETFILESTATUS":
                await StatusAsync(context, path);
                break;
            case "LISTSTATUS" or "MSLISTSTATUS":
                await ListAsync(context, path);
                break;
            case "MKDIRS":
                files.PutFolders(path);
                await SayAsync(context, new { boolean = true });
                break;
            case "CREATE":
                files.PutFolders(path[..path.LastIndexOf('/')]);
                files.Put(path, await BodyAsync(context));
                context.Response.StatusCode = 201;
                break;
            case "APPEND":
                files.Put(path, [.. files.Find(path)?.Content ?? [], .. await BodyAsync(context)]);
                break;
            case "OPEN":
                await ReadAsync(context, path);
                break;
            case "RENAME":
                await SayAsync(context, new { boolean = files.Rename(path, $"{account}/root{request.Query["destination"]}") });
                break;
            case "DELETE":
                await SayAsync(context, new { boolean = files.Delete(path) });
                break;
            default:
                await RefuseAsync(context, 400, "UnsupportedOperationException", request.Query["op"].ToString());
                break;
        }
    }

    private async Task StatusAsync(HttpContext context, string path)
    {
        if (files.Find(path) is { } file)
        {
            await SayAsync(context, new { FileStatus = Status("", file) });
            return;
        }

        await RefuseAsync(context, 404, "FileNotFoundException", path);
    }

    private Task ListAsync(HttpContext context, string path)
    {
        var entries = files.Below(path, recursive: false)
            .Select(f => Status(f.Path[(path.Length + 1)..], f.File))
            .ToList();
        if (context.Request.Query.TryGetValue("listAfter", out var after))
        {
            entries = [.. entries.Where(e => string.CompareOrdinal((string)e["pathSuffix"], after) > 0)];
        }

        return SayAsync(context, new { FileStatuses = new { FileStatus = entries, continuationToken = "" } });
    }

    private async Task ReadAsync(HttpContext context, string path)
    {
        if (files.Find(path)?.Content is not { } content)
        {
            await RefuseAsync(context, 404, "FileNotFoundException", path);
            return;
        }

        var offset = Number(context, "offset", 0);
        var length = Number(context, "length", content.Length);
        var part = content.AsMemory(Math.Min(offset, content.Length));
        await context.Response.Body.WriteAsync(part[..Math.Min(length, part.Length)]);
    }

    private static int Number(HttpContext context, string name, int without)
    {
        if (int.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return without;
    }

    private static Dictionary<string, object> Status(string name, StoredFile file) => new()
    {
        ["length"] = file.Length,
        ["pathSuffix"] = name,
        ["type"] = file.IsFolder ? "DIRECTORY" : "FILE",
        ["blockSize"] = 268435456,
        ["replication"] = 1,
        ["accessTime"] = file.Modified.ToUnixTimeMilliseconds(),
        ["modificationTime"] = file.Modified.ToUnixTimeMilliseconds(),
        ["permission"] = "770",
        ["owner"] = "owner",
        ["group"] = "group",
        ["aclBit"] = false,
    };

    // With a length: without one the SDK reads no error.
    private static async Task SayAsync(HttpContext context, object body)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(body);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = text.Length;
        await context.Response.Body.WriteAsync(text);
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private static Task RefuseAsync(HttpContext context, int status, string exception, string message)
    {
        context.Response.StatusCode = status;
        return SayAsync(context, new { RemoteException = new { exception, message, javaClassName = $"java.io.{exception}" } });
    }
}
