using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Sandbox.Lake;

/// <summary>
/// A storage account with a hierarchical namespace, as Hadoop's ABFS driver meets it: files in memory, with append, flush,
/// ranges, rename, delete and access control. Every request must be signed with the account's key (SharedKey). The form of
/// requests and answers is that of the drivers of Hadoop 3.2.0, 3.3.4 and 3.4.1, as recorded.
/// </summary>
public sealed class LakeStandIn : IAsyncDisposable
{
    // The words of the service beside its codes (learn.microsoft.com/rest/api/storageservices, error codes of Data Lake
    // Storage and common ones).
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["AuthenticationFailed"] = "Server failed to authenticate the request. Make sure the value of Authorization header is " +
            "formed correctly including the signature.",
        ["FilesystemNotFound"] = "The specified filesystem does not exist.",
        ["PathNotFound"] = "The specified path does not exist.",
    };

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentDictionary<string, LakeFiles> _fileSystems = new(StringComparer.Ordinal);
    private readonly object _lock = new();

    private LakeStandIn(IPAddress address, string account, string key, LoopbackCertificate? certificate)
    {
        (Account, Key) = (account, key);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 256 << 20;
            kestrel.Listen(address, 0, listener =>
            {
                if (certificate is not null)
                {
                    listener.UseHttps(certificate.Server);
                }
            });
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The account's name.</summary>
    public string Account { get; }

    /// <summary>The account's key, base 64.</summary>
    public string Key { get; }

    /// <summary>Where it listens: host and port, the value for <c>fs.azure.abfs.endpoint</c>.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>What it was asked, and the status of its answer, in order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>The paths of a file system.</summary>
    public IReadOnlyList<string> PathsOf(string fileSystem)
    {
        lock (_lock)
        {
            return _fileSystems.TryGetValue(fileSystem, out var files) ? files.Paths : [];
        }
    }

    /// <summary>Starts listening.</summary>
    /// <param name="address">The address, which pods must reach where executors are to.</param>
    /// <param name="account">The account's name.</param>
    /// <param name="fileSystem">A file system that is there from the start.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <param name="certificate">For https, which paths of <c>abfss</c> take; null for http.</param>
    public static async Task<LakeStandIn> StartAsync(
        IPAddress address,
        string account,
        string fileSystem,
        CancellationToken cancellationToken,
        LoopbackCertificate? certificate = null)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var standIn = new LakeStandIn(address, account, key, certificate);
        standIn._fileSystems[fileSystem] = new LakeFiles();
        await standIn._app.StartAsync(cancellationToken);
        var bound = standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        standIn.Endpoint = new Uri(bound.Addresses.Single()).Authority;
        return standIn;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var method = context.Request.Headers["X-HTTP-Method-Override"] is [{ Length: > 0 } other] ? other : context.Request.Method;
        LakeAnswer answer;
        lock (_lock)
        {
            answer = IsSigned(context.Request)
                ? Carry(method, context.Request, body.ToArray())
                : new LakeAnswer(403, "AuthenticationFailed");
        }

        _requests.Enqueue($"{method} {target} -> {answer.Status} {answer.Error}".TrimEnd());
        await WriteAsync(context, answer);
    }

    private bool IsSigned(HttpRequest request)
    {
        var text = Encoding.UTF8.GetBytes(AzureStandIn.StringToSign(request, Account));
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), text));
        return request.Headers.Authorization == $"SharedKey {Account}:{signature}";
    }

    private LakeAnswer Carry(string method, HttpRequest request, byte[] body)
    {
        // Hadoop puts the account before the path where fs.azure.abfs.endpoint names host and port.
        var whole = request.Path.Value!.Trim('/');
        var behind = whole.StartsWith(Account + "/", StringComparison.Ordinal) ? whole[(Account.Length + 1)..] : whole;
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

    private static async Task WriteAsync(HttpContext context, LakeAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["x-ms-version"] = context.Request.Headers["x-ms-version"];
        response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        var body = answer.Body;
        if (answer.Error is { } error)
        {
            // An answer to HEAD has no body: Hadoop's driver then says the words of the status line.
            response.HttpContext.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = Words.GetValueOrDefault(error);
            response.Headers["x-ms-error-code"] = error;
            body = JsonSerializer.SerializeToUtf8Bytes(new { error = new { code = error, message = error } });
            response.ContentType = "application/json;charset=utf-8";
        }

        response.ContentType ??= answer.ContentType;
        response.ContentLength = answer.Length ?? body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body);
        }
    }
}
