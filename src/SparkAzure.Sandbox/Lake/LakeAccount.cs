using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Sandbox.Lake;

/// <summary>
/// What a storage account with a hierarchical namespace answers to Hadoop's ABFS driver. Every request must be signed with
/// the account's key (SharedKey), or carry a token that <paramref name="tokens"/> issued. The form of requests and answers
/// is that of the drivers of Hadoop 3.2.0, 3.3.4 and 3.4.1, as recorded.
/// </summary>
/// <param name="name">The account's name.</param>
/// <param name="key">Its key, base 64.</param>
/// <param name="tokens">Who issues tokens for it.</param>
/// <param name="fileSystem">A file system that is there from the start.</param>
internal sealed class LakeAccount(string name, string key, LakeTokens tokens, string fileSystem)
{
    private readonly Dictionary<string, LakeFiles> _fileSystems = new(StringComparer.Ordinal) { [fileSystem] = new() };
    private readonly object _lock = new();

    /// <summary>The account's name.</summary>
    public string Name => name;

    /// <summary>The account's key, base 64.</summary>
    public string Key => key;

    /// <summary>The paths of a file system.</summary>
    public IReadOnlyList<string> PathsOf(string wanted)
    {
        lock (_lock)
        {
            return _fileSystems.TryGetValue(wanted, out var files) ? files.Paths : [];
        }
    }

    /// <summary>Answers a request, whose account stands in its host's name or before its path.</summary>
    /// <param name="method">What is asked, X-HTTP-Method-Override considered.</param>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    public LakeAnswer Answer(string method, HttpRequest request, byte[] body)
    {
        lock (_lock)
        {
            if (!IsSigned(request) && !tokens.HasIssued(request.Headers.Authorization))
            {
                return new LakeAnswer(403, "AuthenticationFailed");
            }

            return Carry(method, request, body);
        }
    }

    private bool IsSigned(HttpRequest request)
    {
        var text = Encoding.UTF8.GetBytes(AzureStandIn.StringToSign(request, name));
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key), text));
        return request.Headers.Authorization == $"SharedKey {name}:{signature}";
    }

    private LakeAnswer Carry(string method, HttpRequest request, byte[] body)
    {
        // Hadoop puts the account before the path where fs.azure.abfs.endpoint names host and port.
        var whole = request.Path.Value!.Trim('/');
        var behind = whole.StartsWith(name + "/", StringComparison.Ordinal) ? whole[(name.Length + 1)..] : whole;
        var parts = behind.Split('/', 2);
        var path = parts.Length > 1 ? parts[1].TrimEnd('/') : "";
        var query = request.Query;
        if (method == "PUT" && query["resource"] == "filesystem")
        {
            return _fileSystems.TryAdd(parts[0], new LakeFiles())
                ? new LakeAnswer(201)
                : new LakeAnswer(409, "FilesystemAlreadyExists");
        }

        if (!_fileSystems.TryGetValue(parts[0], out var files))
        {
            return new LakeAnswer(404, "FilesystemNotFound");
        }

        return (method, query["resource"].ToString(), query["action"].ToString()) switch
        {
            ("HEAD", "filesystem", _) => new LakeAnswer(200) { Headers = { ["x-ms-namespace-enabled"] = "true" } },
            ("GET", "filesystem", _) => List(files, query),
            ("PUT", "directory" or "file", _) => Make(files, path, request),
            ("PUT", "", _) => Rename(files, path, request),
            ("PATCH", _, "append") => Append(files, path, query, body),
            ("PATCH", _, "flush") => Flush(files, path, query),
            ("PATCH", _, _) => files.Find(path) is null ? NotFound : new LakeAnswer(200),
            ("HEAD", _, _) => Look(files, path),
            ("GET", _, _) => Read(files, path, request),
            ("DELETE", _, _) => Delete(files, path, query),
            _ => new LakeAnswer(400, "UnsupportedRestVersion"),
        };
    }

    private static LakeAnswer NotFound => new(404, "PathNotFound");

    private static LakeAnswer Look(LakeFiles files, string path)
    {
        if (files.Find(path) is not { } entry)
        {
            return NotFound;
        }

        var answer = Described(entry, 200);
        answer.Headers["x-ms-acl"] = "user::rwx,group::r-x,other::---";
        answer.Length = entry.Content.Length;
        return answer;
    }

    private static LakeAnswer List(LakeFiles files, IQueryCollection query)
    {
        var folder = query["directory"].ToString().Trim('/');
        if (files.Find(folder) is not { IsFolder: true })
        {
            return NotFound;
        }

        _ = int.TryParse(query["continuation"], NumberStyles.None, CultureInfo.InvariantCulture, out var first);
        var most = int.TryParse(query["maxResults"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 5000;
        var all = files.In(folder, query["recursive"] == "true").Skip(first).ToList();
        var paths = all.Take(most).Select(e => new Dictionary<string, object>
        {
            ["name"] = e.Path,
            ["isDirectory"] = e.Entry.IsFolder ? "true" : "false",
            ["contentLength"] = e.Entry.Content.Length.ToString(CultureInfo.InvariantCulture),
            ["lastModified"] = e.Entry.Modified.ToString("R", CultureInfo.InvariantCulture),
            ["etag"] = e.Entry.ETag.Trim('"'),
            ["owner"] = "$superuser",
            ["group"] = "$superuser",
            ["permissions"] = e.Entry.IsFolder ? "rwxr-x---" : "rw-r-----",
        });
        var answer = new LakeAnswer(200) { Body = JsonSerializer.SerializeToUtf8Bytes(new { paths }), ContentType = "application/json;charset=utf-8" };
        if (all.Count > most)
        {
            answer.Headers["x-ms-continuation"] = (first + most).ToString(CultureInfo.InvariantCulture);
        }

        return answer;
    }

    private static LakeAnswer Make(LakeFiles files, string path, HttpRequest request)
    {
        var isFolder = request.Query["resource"] == "directory";
        var there = files.Find(path);
        if (there is not null && (request.Headers.IfNoneMatch == "*" || there.IsFolder != isFolder))
        {
            return new LakeAnswer(409, "PathAlreadyExists");
        }

        return Described(there is { IsFolder: true } ? there : files.Make(path, isFolder), 201);
    }

    private static LakeAnswer Rename(LakeFiles files, string path, HttpRequest request)
    {
        var source = Uri.UnescapeDataString(request.Headers["x-ms-rename-source"].ToString().Split('?')[0]).Trim('/').Split('/', 2)[^1];
        if (files.Find(source) is not { } entry)
        {
            return new LakeAnswer(404, "SourcePathNotFound");
        }

        if (files.Find(path) is not null && request.Headers.IfNoneMatch == "*")
        {
            return new LakeAnswer(409, "PathAlreadyExists");
        }

        files.Remove(path);
        files.Move(source, path);
        return Described(entry, 201);
    }

    private static LakeAnswer Append(LakeFiles files, string path, IQueryCollection query, byte[] body)
    {
        if (files.Find(path) is not { IsFolder: false } file)
        {
            return NotFound;
        }

        file.Append(long.Parse(query["position"]!, CultureInfo.InvariantCulture), body);
        return new LakeAnswer(202);
    }

    private static LakeAnswer Flush(LakeFiles files, string path, IQueryCollection query)
    {
        if (files.Find(path) is not { IsFolder: false } file)
        {
            return NotFound;
        }

        return file.Flush(long.Parse(query["position"]!, CultureInfo.InvariantCulture))
            ? Described(file, 200)
            : new LakeAnswer(400, "InvalidFlushPosition");
    }

    private static LakeAnswer Read(LakeFiles files, string path, HttpRequest request)
    {
        if (files.Find(path) is not { IsFolder: false } file)
        {
            return NotFound;
        }

        if (request.Headers.IfMatch is [{ Length: > 0 } wanted] && wanted.Trim('"') != file.ETag.Trim('"'))
        {
            return new LakeAnswer(412, "ConditionNotMet");
        }

        if (request.GetTypedHeaders().Range is not { Ranges: { Count: 1 } ranges })
        {
            return Described(file, 200) with { Body = file.Content.ToArray() };
        }

        var range = ranges.First();
        var from = range.From ?? 0;
        var to = Math.Min(range.To ?? long.MaxValue, file.Content.Length - 1);
        if (from > to)
        {
            return new LakeAnswer(416, "InvalidRange");
        }

        var answer = Described(file, 206) with { Body = file.Content[(int)from..(int)(to + 1)].ToArray() };
        answer.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{file.Content.Length}");
        return answer;
    }

    private static LakeAnswer Delete(LakeFiles files, string path, IQueryCollection query)
    {
        if (files.Find(path) is not { } entry)
        {
            return NotFound;
        }

        if (entry.IsFolder && query["recursive"] != "true" && files.In(path, recursive: false).Any())
        {
            return new LakeAnswer(409, "DirectoryNotEmpty");
        }

        files.Remove(path);
        return new LakeAnswer(200);
    }

    private static LakeAnswer Described(LakeEntry entry, int status) => new(status)
    {
        Headers =
        {
            ["ETag"] = entry.ETag,
            ["Last-Modified"] = entry.Modified.ToString("R", CultureInfo.InvariantCulture),
            ["x-ms-resource-type"] = entry.IsFolder ? "directory" : "file",
            ["x-ms-owner"] = "$superuser",
            ["x-ms-group"] = "$superuser",
            ["x-ms-permissions"] = entry.IsFolder ? "rwxr-x---" : "rw-r-----",
        },
    };
}
