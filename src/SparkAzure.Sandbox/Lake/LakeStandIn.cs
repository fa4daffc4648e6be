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
/// ranges, rename, delete and access control (<see cref="LakeAccount"/>), and tokens for a service principal
/// (<see cref="LakeTokens"/>).
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
    private readonly LakeAccount _account;

    private LakeStandIn(IPAddress address, LakeAccount account, LakeTokens tokens, LoopbackCertificate? certificate)
    {
        (_account, Tokens) = (account, tokens);
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
    public string Account => _account.Name;

    /// <summary>The account's key, base 64.</summary>
    public string Key => _account.Key;

    /// <summary>Who issues tokens for it, at the same address.</summary>
    public LakeTokens Tokens { get; }

    /// <summary>Where it listens: host and port, the value for <c>fs.azure.abfs.endpoint</c>.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>What it was asked, and the status of its answer, in order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>The paths of a file system.</summary>
    public IReadOnlyList<string> PathsOf(string fileSystem) => _account.PathsOf(fileSystem);

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
        var tokens = new LakeTokens();
        var standIn = new LakeStandIn(address, new LakeAccount(account, key, tokens, fileSystem), tokens, certificate);
        await standIn._app.StartAsync(cancellationToken);
        var bound = standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        standIn.Endpoint = new Uri(bound.Addresses.Single()).Authority;
        return standIn;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var answer = await AnswerAsync(context.Request, _account, Tokens);
        _requests.Enqueue($"{MethodOf(context.Request)} {target} -> {answer.Status} {answer.Error}".TrimEnd());
        await WriteAsync(context, answer);
    }

    /// <summary>Answers a request to an account, or for a token.</summary>
    /// <param name="request">The request.</param>
    /// <param name="account">The account that it is for.</param>
    /// <param name="tokens">Who issues tokens.</param>
    internal static async Task<LakeAnswer> AnswerAsync(HttpRequest request, LakeAccount account, LakeTokens tokens)
    {
        if (LakeTokens.IsFor(request))
        {
            return await tokens.AnswerAsync(request);
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return account.Answer(MethodOf(request), request, body.ToArray());
    }

    // The driver writes PATCH as a header, since Java's own client does not know it.
    private static string MethodOf(HttpRequest request) =>
        request.Headers["X-HTTP-Method-Override"] is [{ Length: > 0 } other] ? other : request.Method;

    /// <summary>Writes an answer, with the length that drivers insist on.</summary>
    internal static async Task WriteAsync(HttpContext context, LakeAnswer answer)
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
