using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
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
/// Azure on the loopback, over TLS: the reading calls of Resource Manager for subscriptions and managed clusters, Entra ID's
/// token endpoint for client credentials, and the managed-identity endpoint that App Service and Automation offer.
/// </summary>
public sealed partial class AzureStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<AzureRequest> _requests = new();
    private readonly ConcurrentQueue<CannedAnswer> _canned = new();
    private readonly List<StandInSubscription> _subscriptions = [];
    private readonly List<StandInCluster> _clusters = [];
    private readonly LoopbackCertificate _certificate = LoopbackCertificate.Create();

    private AzureStandIn(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(_certificate.Server)));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it listens: <c>https://localhost:port</c>. Resource Manager and Entra ID share the address.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The certificate it shows.</summary>
    public LoopbackCertificate Certificate => _certificate;

    /// <summary>The one bearer token that Resource Manager takes, and that Entra ID and the identity endpoint hand out.</summary>
    public string AccessToken { get; } = $"eyJ.{Convert.ToHexString(RandomNumberGenerator.GetBytes(24))}.sandbox";

    /// <summary>The tenant, application and secret that Entra ID takes.</summary>
    public string TenantId { get; } = "11111111-2222-3333-4444-555555555555";

    /// <summary>The application's client id.</summary>
    public string ClientId { get; } = "66666666-7777-8888-9999-000000000000";

    /// <summary>The application's secret.</summary>
    public string ClientSecret { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>The value the identity endpoint wants in X-IDENTITY-HEADER.</summary>
    public string IdentityHeader { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>The address for the variable <c>IDENTITY_ENDPOINT</c>.</summary>
    public Uri IdentityEndpoint => new(Endpoint, "/msi/token");

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
        var bound = new Uri(standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        standIn.Endpoint = new Uri($"https://localhost:{bound.Port}");
        return standIn;
    }

    /// <summary>Adds a subscription.</summary>
    public StandInSubscription AddSubscription(string displayName, string? id = null)
    {
        var subscription = new StandInSubscription(id ?? Guid.NewGuid().ToString(), displayName);
        _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Adds a cluster.</summary>
    public StandInCluster AddCluster(StandInCluster cluster)
    {
        _clusters.Add(cluster);
        return cluster;
    }

    /// <summary>Answers the next request as told, whatever it is.</summary>
    public void AnswerNext(int status, string body, string contentType = "application/json", int? retryAfterSeconds = null) =>
        _canned.Enqueue(new CannedAnswer(status, body, contentType, retryAfterSeconds));

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
        _requests.Enqueue(new AzureRequest(request.Method, $"{request.Path}{request.QueryString}", request.Headers.Authorization.Count > 0));
        context.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();

        if (_canned.TryDequeue(out var canned))
        {
            if (canned.RetryAfterSeconds is { } seconds)
            {
                context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            context.Response.StatusCode = canned.Status;
            context.Response.ContentType = canned.ContentType;
            await context.Response.WriteAsync(canned.Body);
            return;
        }

        var segments = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var answer = segments switch
        {
            ["msi", "token"] => IdentityToken(request),
            [_, "oauth2", "v2.0", "token"] => await EntraTokenAsync(request),
            [var tenant, "v2.0", ".well-known", "openid-configuration"] => OpenIdConfiguration(tenant),
            _ => ResourceManager(context, segments),
        };
        context.Response.StatusCode = answer.Status;
        await context.Response.WriteAsJsonAsync(answer.Body);
    }

    private sealed record CannedAnswer(int Status, string Body, string ContentType, int? RetryAfterSeconds);

    private sealed record Answer(int Status, object Body)
    {
        /// <summary>An error in Resource Manager's form.</summary>
        public static Answer Error(int status, string code, string message) => new(status, new { error = new { code, message } });
    }
}
