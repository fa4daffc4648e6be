using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A blob of the storage that ACR Tasks keeps: the source of a run, or its log.</summary>
public sealed class StandInBlob
{
    private readonly ConcurrentDictionary<string, byte[]> _blocks = new();
    private readonly object _lock = new();
    private byte[] _content = [];

    internal StandInBlob(string path) => Path = path;

    /// <summary>Its path in the store.</summary>
    public string Path { get; }

    /// <summary>Whether anything was written to it.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>What it holds.</summary>
    public byte[] Content
    {
        get
        {
            lock (_lock)
            {
                return _content;
            }
        }
    }

    /// <summary>How many blocks it was put together from; 0 when it came at once.</summary>
    public int Blocks { get; private set; }

    internal string Signature { get; } = Guid.NewGuid().ToString("N");

    /// <summary>What its metadata say under Complete; null while more may come.</summary>
    internal string? Complete { get; set; }

    internal void Write(byte[] content)
    {
        lock (_lock)
        {
            _content = content;
            IsWritten = true;
        }
    }

    internal void Append(byte[] content)
    {
        lock (_lock)
        {
            _content = [.. _content, .. content];
            IsWritten = true;
        }
    }

    internal void PutBlock(string id, byte[] content) => _blocks[id] = content;

    /// <summary>Makes the blob of its blocks; false when one is not there.</summary>
    internal bool Commit(IReadOnlyList<string> ids)
    {
        if (ids.Any(id => !_blocks.ContainsKey(id)))
        {
            return false;
        }

        Write([.. ids.SelectMany(id => _blocks[id])]);
        Blocks = ids.Count;
        return true;
    }
}

/// <summary>
/// Blob storage behind signatures ("Blob service REST API": Put Blob, Put Block, Put Block List, Get Blob).
/// </summary>
public sealed partial class AzureStandIn
{
    private readonly ConcurrentDictionary<string, StandInBlob> _blobs = new();

    /// <summary>The blobs so far.</summary>
    public IReadOnlyCollection<StandInBlob> Blobs => [.. _blobs.Values];

    private StandInBlob NewBlob(string path) => _blobs[path] = new StandInBlob(path);

    private StandInBlob? FindBlob(string path) => _blobs.GetValueOrDefault(path);

    private Uri AddressOf(StandInBlob blob) =>
        new(Endpoint, $"/blobs/{blob.Path}?sv=2020-10-02&se=2099-01-01T00%3A00%3A00Z&sr=b&sp=rw&sig={blob.Signature}");

    private async Task BlobAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var blob = FindBlob(request.Path.Value!["/blobs/".Length..]);
        if (blob is null || request.Query["sig"] != blob.Signature || request.Headers.Authorization.Count > 0)
        {
            Refuse(403, "AuthenticationFailed");
            return;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        switch (request.Method, request.Query["comp"].ToString())
        {
            case ("PUT", "block"):
                blob.PutBlock(request.Query["blockid"].ToString(), body.ToArray());
                response.StatusCode = 201;
                return;
            case ("PUT", "blocklist"):
                body.Position = 0;
                if (!blob.Commit([.. (await XDocument.LoadAsync(body, LoadOptions.None, context.RequestAborted)).Root!
                    .Elements("Latest")
                    .Select(e => e.Value)]))
                {
                    Refuse(400, "InvalidBlockList");
                    return;
                }

                response.StatusCode = 201;
                return;
            case ("PUT", "") when request.Headers["x-ms-blob-type"] != "BlockBlob":
                Refuse(400, "MissingRequiredHeader");
                return;
            case ("PUT", ""):
                blob.Write(body.ToArray());
                response.StatusCode = 201;
                return;
            case ("GET" or "HEAD", ""):
                await ReadAsync(context, blob);
                return;
            default:
                Refuse(405, "UnsupportedHttpVerb");
                return;
        }

        void Refuse(int status, string code)
        {
            response.StatusCode = status;
            response.Headers["x-ms-error-code"] = code;
        }
    }

    [GeneratedRegex("^bytes=([0-9]+)-([0-9]*)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Range();

    private static async Task ReadAsync(HttpContext context, StandInBlob blob)
    {
        var response = context.Response;

        // First whether it is complete, then what it holds: the other way round an end could be missed.
        var complete = blob.Complete;
        var content = blob.Content;
        response.Headers["x-ms-blob-type"] = "AppendBlob";
        if (!blob.IsWritten)
        {
            response.StatusCode = 404;
            response.Headers["x-ms-error-code"] = "BlobNotFound";
            return;
        }

        var range = Range().Match(context.Request.Headers["x-ms-range"]
            .Concat(context.Request.Headers.Range)
            .FirstOrDefault()
            ?? "");
        var from = range.Success
            ? int.Parse(range.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;
        var last = range.Groups[2].Length > 0
            ? (int)Math.Min(
                long.Parse(range.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture), content.Length - 1)
            : content.Length - 1;
        if (range.Success && from >= content.Length)
        {
            response.StatusCode = 416;
            response.Headers["x-ms-error-code"] = "InvalidRange";
            return;
        }

        if (complete is not null)
        {
            response.Headers["x-ms-meta-Complete"] = complete;
        }

        if (range.Success)
        {
            response.Headers.ContentRange = $"bytes {from}-{last}/{content.Length}";
        }

        response.StatusCode = range.Success ? 206 : 200;
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = last + 1 - from;
        if (context.Request.Method == "GET")
        {
            await response.Body.WriteAsync(content.AsMemory(from..(last + 1)));
        }
    }
}
