using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SparkAzure.Sandbox.Kubernetes;

/// <summary>A request that reached the stand-in.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query.</param>
/// <param name="User">As whom it came; null for nobody known.</param>
public sealed record KubernetesRequest(string Method, string Target, string? User);

/// <summary>
/// An API server of Kubernetes on the loopback, over TLS, good enough for kubectl: version, discovery, objects of a few
/// kinds, access reviews, bearer tokens and client certificates, and RBAC by the roles and bindings that are stored in
/// it.
/// </summary>
public sealed partial class KubernetesStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LoopbackCertificate _certificate = LoopbackCertificate.Create();
    private readonly ConcurrentQueue<KubernetesRequest> _requests = new();
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _certificates = new(StringComparer.Ordinal);

    private KubernetesStandIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = _certificate.Server,
            ClientCertificateMode = ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = (certificate, _, _) => _certificates.ContainsKey(certificate.Thumbprint),
        })));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        foreach (var name in new[] { "default", "kube-system" })
        {
            Seed(
                "",
                "v1",
                "namespaces",
                null,
                new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["status"] = new JsonObject { ["phase"] = "Active" } });
        }
    }

    /// <summary>Where it listens: <c>https://localhost:port</c>.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The certificate it shows.</summary>
    public LoopbackCertificate Certificate => _certificate;

    /// <summary>The version it says it is.</summary>
    public string Version { get; init; } = "v1.34.2";

    /// <summary>A token that may do everything.</summary>
    public string AdminToken { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(24)).ToLowerInvariant();

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<KubernetesRequest> Requests => [.. _requests];

    /// <summary>Starts listening on the loopback.</summary>
    public static async Task<KubernetesStandIn> StartAsync(CancellationToken cancellationToken)
    {
        var standIn = new KubernetesStandIn();
        standIn._tokens[standIn.AdminToken] = Administrator;
        await standIn._app.StartAsync(cancellationToken);
        var bound =
            new Uri(standIn._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        standIn.Endpoint = new Uri($"https://localhost:{bound.Port}");
        return standIn;
    }

    /// <summary>Makes a token for a user, who may do what the stored roles and bindings allow.</summary>
    public string AddToken(string user)
    {
        var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(24)).ToLowerInvariant();
        _tokens[token] = user;
        return token;
    }

    /// <summary>Makes a client certificate for a user.</summary>
    /// <returns>Certificate and key, PEM.</returns>
    public (string Certificate, string Key) AddCertificate(string user)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={user}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.2", "clientAuth")], critical: false));
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        _certificates[certificate.Thumbprint] = user;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A kubeconfig for this server.</summary>
    /// <param name="userYaml">What stands under <c>user:</c>, on one line; null for the administrator's token.</param>
    public string KubeConfig(string? userYaml = null) => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: sandbox
          cluster:
            server: {Endpoint.OriginalString}
            certificate-authority-data: {Convert.ToBase64String(
                System.Text.Encoding.ASCII.GetBytes(_certificate.Authority.ExportCertificatePem() + "\n"))}
        contexts:
        - name: sandbox
          context:
            cluster: sandbox
            user: sandbox
        current-context: sandbox
        users:
        - name: sandbox
          user: {userYaml ?? $"{{token: {AdminToken}}}"}

        """;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var user = UserOf(request, await context.Connection.GetClientCertificateAsync());
        _requests.Enqueue(new KubernetesRequest(request.Method, $"{request.Path}{request.QueryString}", user));
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var (status, document) = user is null
            ? Unauthorized()
            : Answer(request, ProtobufBody.Read(body.ToArray()) ?? Parse(body.ToArray()), user);
        context.Response.StatusCode = status;
        var plain = document is JsonValue text ? text.GetValue<string>() : null;
        context.Response.ContentType = plain is null ? "application/json" : "text/plain; charset=utf-8";
        await context.Response.WriteAsync(plain ?? document.ToJsonString());
    }

    private (int Status, JsonNode Document) Answer(HttpRequest request, JsonObject? body, string user)
    {
        var segments = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Discovery(segments) is { } discovered)
        {
            return request.Method == "GET" ? (200, discovered) : NotAllowed();
        }

        return segments switch
        {
            ["api", "v1", .. var rest] => Objects(request, "", "v1", rest, body, user),
            ["apis", var group, "v1", .. var rest] when Groups().Contains(group) => Objects(request, group, "v1", rest, body, user),
            ["livez" or "readyz" or "healthz"] => (200, JsonValue.Create("ok")!),
            _ => (404, JsonValue.Create("404 page not found\n")!),
        };
    }

    private string? UserOf(HttpRequest request, X509Certificate2? certificate)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return _tokens.GetValueOrDefault(header["Bearer ".Length..]);
        }

        if (certificate is null)
        {
            return null;
        }

        return _certificates.GetValueOrDefault(certificate.Thumbprint);
    }

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            if (body.Length == 0)
            {
                return null;
            }

            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (int Status, JsonNode Document) Unauthorized()
    {
        var (status, document) = Failure(401, "Unauthorized", "Unauthorized");
        ((JsonObject)document).Remove("details");
        return (status, document);
    }

    private static (int Status, JsonNode Document) NotAllowed() =>
        Failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    // meta/v1 Status, as every refusal of an API server is.
    private static (int Status, JsonNode Document) Failure(
        int code,
        string reason,
        string message,
        string? name = null,
        string? group = null,
        string? kind = null,
        JsonObject? cause = null)
    {
        var details = new JsonObject();
        if (cause is not null)
        {
            details["causes"] = new JsonArray(cause);
        }

        foreach (var (key, value) in new[] { ("name", name), ("group", group), ("kind", kind) })
        {
            if (value is { Length: > 0 })
            {
                details[key] = value;
            }
        }

        return (code, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["details"] = details,
            ["code"] = code,
        });
    }

    private static string Now() =>
        DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
