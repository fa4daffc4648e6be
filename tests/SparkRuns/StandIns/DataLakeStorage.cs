using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Runs.StandIns;

/// <summary>ADLS gen2's Path operations, as Hadoop's ABFS driver (3.2.0 to 3.4.1) asks for them. Every file system is there.</summary>
internal sealed class DataLakeStorage(StoredFiles files)
{
    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context, string account)
    {
        var request = context.Request;
        var path = (account + request.Path.Value).TrimEnd('/');
        var isFileSystem = path.Count(c => c == '/') < 2;
        var method = request.Headers.TryGetValue("X-HTTP-Method-Override", out var other) ? other.ToString() : request.Method;
        var action = request.Query["action"].ToString();
        context.Response.Headers["x-ms-version"] = request.Headers["x-ms-version"];
        switch (method)
        {
            case "HEAD" when isFileSystem:
                Describe(context.Response, new StoredFile(null, DateTimeOffset.UtcNow, "\"0x0\""));
                context.Response.Headers["x-ms-namespace-enabled"] = "true";
                break;
            case "HEAD":
                await StatusAsync(context, path);
                break;
            case "GET" when request.Query["resource"] == "filesystem":
                await ListAsync(context, path);
                break;
            case "GET":
                await ReadAsync(context, path);
                break;
            case "PUT" when request.Headers.TryGetValue("x-ms-rename-source", out var source):
                await RenameAsync(context, $"{account}{Uri.UnescapeDataString(source.ToString().Split('?')[0])}", path);
                break;
            case "PUT":
                await CreateAsync(context, path);
                break;
            case "PATCH" when action == "append":
                await AppendAsync(context, path);
                break;
            case "PATCH":
                Describe(context.Response, files.Put(path, files.Find(path)?.Content));
                break;
            case "DELETE":
                await DeleteAsync(context, path);
                break;
            default:
                await RefuseAsync(context, 405, "UnsupportedHttpVerb");
                break;
        }
    }

    private async Task StatusAsync(HttpContext context, string path)
    {
        if (files.Find(path) is { } file)
        {
            Describe(context.Response, file);
            context.Response.ContentLength = file.Length;
            return;
        }

        await RefuseAsync(context, 404, "PathNotFound");
    }

    private async Task ListAsync(HttpContext context, string fileSystem)
    {
        var folder = context.Request.Query["directory"].ToString().Trim('/');
        var path = folder.Length == 0 ? fileSystem : $"{fileSystem}/{folder}";
        if (folder.Length > 0 && files.Find(path) is null)
        {
            await RefuseAsync(context, 404, "PathNotFound");
            return;
        }

        var found = files.Below(path, context.Request.Query["recursive"] == "true");
        await context.Response.WriteAsJsonAsync(new
        {
            paths = found.Select(f => new
            {
                name = f.Path[(fileSystem.Length + 1)..],
                isDirectory = f.File.IsFolder ? "true" : "false",
                contentLength = f.File.Length.ToString(CultureInfo.InvariantCulture),
                lastModified = f.File.Modified.ToString("R", CultureInfo.InvariantCulture),
                etag = f.File.Tag.Trim('"'),
                owner = "$superuser",
                group = "$superuser",
                permissions = "rwxr-x---",
            }),
        });
    }

    private async Task ReadAsync(HttpContext context, string path)
    {
        if (files.Find(path)?.Content is not { } content)
        {
            await RefuseAsync(context, 404, "PathNotFound");
            return;
        }

        await ByteRange.WriteAsync(context, content, files.Find(path)!.Tag);
    }

    private async Task CreateAsync(HttpContext context, string path)
    {
        if (files.Find(path) is { IsFolder: false } && context.Request.Headers.IfNoneMatch == "*")
        {
            await RefuseAsync(context, 409, "PathAlreadyExists");
            return;
        }

        files.PutFolders(path[..path.LastIndexOf('/')]);
        if (context.Request.Query["resource"] == "directory")
        {
            files.PutFolders(path);
        }
        else if (context.Request.Query["resource"] == "file")
        {
            files.Put(path, []);
        }

        if (files.Find(path) is { } made)
        {
            Describe(context.Response, made);
        }

        context.Response.StatusCode = 201;
    }

    private async Task AppendAsync(HttpContext context, string path)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        if (files.Find(path)?.Content is not { } content)
        {
            await RefuseAsync(context, 404, "PathNotFound");
            return;
        }

        // The driver may send its blocks side by side.
        var position = int.Parse(context.Request.Query["position"]!, CultureInfo.InvariantCulture);
        lock (files)
        {
            content = files.Find(path)!.Content!;
            var grown = new byte[Math.Max(content.Length, position + (int)body.Length)];
            content.CopyTo(grown, 0);
            body.ToArray().CopyTo(grown, position);
            files.Put(path, grown);
        }

        context.Response.StatusCode = 202;
    }

    private async Task RenameAsync(HttpContext context, string from, string to)
    {
        if (files.Rename(from, to))
        {
            context.Response.StatusCode = 201;
            return;
        }

        await RefuseAsync(context, 404, "SourcePathNotFound");
    }

    private async Task DeleteAsync(HttpContext context, string path)
    {
        if (!files.Delete(path))
        {
            await RefuseAsync(context, 404, "PathNotFound");
        }
    }

    private static void Describe(HttpResponse response, StoredFile file)
    {
        response.Headers.ETag = file.Tag;
        response.Headers.LastModified = file.Modified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers["x-ms-resource-type"] = file.IsFolder ? "directory" : "file";
        response.Headers["x-ms-owner"] = "$superuser";
        response.Headers["x-ms-group"] = "$superuser";
        response.Headers["x-ms-permissions"] = "rwxr-x---";
        response.Headers["x-ms-acl"] = "user::rwx,group::r-x,other::---";
    }

    private static async Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        if (context.Request.Method != "HEAD")
        {
            await context.Response.WriteAsJsonAsync(new { error = new { code, message = code } });
        }
    }
}
