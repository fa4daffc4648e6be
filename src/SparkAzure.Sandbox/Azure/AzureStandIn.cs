using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A request that reached the stand-in.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="CarriedToken">Whether it had an Authorization header.</param>
public sealed record AzureRequest(string Method, string Target, bool CarriedToken);

/// <summary>
/// Azure on the loopback, over TLS. Resource Manager and Entra ID share the address <see cref="Endpoint"/>, Microsoft
/// Graph has
/// <see cref="GraphEndpoint"/>; the managed-identity endpoints of runbooks and of virtual machines are here as well.
/// Each provider of Resource Manager stands in a file of its own and in the table of <see cref="Providers"/>.
/// </summary>
public sealed partial class AzureStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<AzureRequest> _requests = new();
    private readonly List<CannedAnswer> _canned = [];
    private readonly LoopbackCertificate _certificate = LoopbackCertificate.Create();

    private AzureStandIn(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(_certificate.Server));
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>
    /// Where it listens: <c>https://localhost:port</c>. Resource Manager and Entra ID share the address.
    /// </summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>
    /// Microsoft Graph: the same listener by another name, <c>https://127.0.0.1:port</c>, and so another audience.
    /// </summary>
    public Uri GraphEndpoint => new($"https://127.0.0.1:{Endpoint.Port}");

    /// <summary>The certificate it shows.</summary>
    public LoopbackCertificate Certificate => _certificate;

    /// <summary>How many entries a page of a list holds.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>Where the nextLink of a list points; null for this stand-in.</summary>
    public Uri? NextLinkBase { get; set; }

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<AzureRequest> Requests => [.. _requests];

    /// <summary>Starts listening on the loopback.</summary>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    public static async Task<AzureStandIn> StartAsync(CancellationToken cancellationToken, int port = 0)
    {
        var standIn = new AzureStandIn(port);
        await standIn._app.StartAsync(cancellationToken);
        var bound =
            new Uri(standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        standIn.Endpoint = new Uri($"https://localhost:{bound.Port}");
        standIn.AccessToken = standIn.IssueToken(standIn.ResourceManagerAudience);
        return standIn;
    }

    /// <summary>Answers the next request, or the next one that fits, as told, whatever it is.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">What the body says it is.</param>
    /// <param name="retryAfterSeconds">The header Retry-After; null for none.</param>
    /// <param name="method">Only a request with this method; null for any.</param>
    /// <param name="target">Only a request whose path and query contain this; null for any.</param>
    public void AnswerNext(
        int status,
        string body,
        string contentType = "application/json",
        int? retryAfterSeconds = null,
        string? method = null,
        string? target = null)
    {
        lock (_canned)
        {
            _canned.Add(new CannedAnswer(status, body, contentType, retryAfterSeconds, method, target));
        }
    }

    /// <summary>Answers the next request with 429 and Retry-After, as Resource Manager does on too many.</summary>
    public void ThrottleNext(int retryAfterSeconds) => AnswerNext(
        429,
        """{"error":{"code":"TooManyRequests","message":"The request is being throttled as the limit has been reached."}}""",
        retryAfterSeconds: retryAfterSeconds);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var target = $"{request.Path}{request.QueryString}";
        _requests.Enqueue(new AzureRequest(request.Method, target, request.Headers.Authorization.Count > 0));
        context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        if (Canned(request.Method, target) is { } canned)
        {
            if (canned.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(
                    System.Globalization.CultureInfo.InvariantCulture);
            }

            context.Response.StatusCode = canned.Status;
            context.Response.ContentType = canned.ContentType;
            await context.Response.WriteAsync(canned.Body);
            return;
        }

        var segments = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments is ["blobs", ..])
        {
            await BlobAsync(context);
            return;
        }

        var answer = segments switch
        {
            ["msi", "token"] => IdentityToken(request),
            ["metadata", "identity", "oauth2", "token"] => InstanceMetadataToken(request),
            [var tenant, "oauth2", "v2.0", "token"] => await EntraTokenAsync(request, tenant, isV2: true),
            [var tenant, "oauth2", "token"] => await EntraTokenAsync(request, tenant, isV2: false),
            ["common", "discovery", "instance"] => InstanceDiscovery(request),
            [var tenant, "v2.0", ".well-known", "openid-configuration"] => OpenIdConfiguration(tenant),

            // As on Azure Stack with AD FS: the one kind of authority that the Azure CLI takes without asking
            // login.microsoftonline.com.
            ["adfs", ".well-known", "openid-configuration"] => OpenIdConfiguration(TenantId),
            ["dfs", var account, ..] => DataLake(context, account, segments[2..]),
            [var version, ..] when request.Host.Host == GraphEndpoint.Host =>
                await GraphAsync(context, version, segments[1..]),
            _ => await ResourceManagerAsync(context, segments),
        };
        await answer.WriteAsync(context.Response);
    }

    private CannedAnswer? Canned(string method, string target)
    {
        lock (_canned)
        {
            var next = _canned.Find(c => (c.Method is null || c.Method == method)
                && (c.Target is null || target.Contains(c.Target, StringComparison.OrdinalIgnoreCase)));
            if (next is not null)
            {
                _canned.Remove(next);
            }

            return next;
        }
    }

    private static string NewSecret(int bytes) => Convert.ToHexString(RandomNumberGenerator.GetBytes(bytes));

    private static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Base64Url(string text) => Base64Url(Encoding.UTF8.GetBytes(text));

    private sealed record CannedAnswer(
        int Status,
        string Body,
        string ContentType,
        int? RetryAfterSeconds,
        string? Method,
        string? Target);
}
