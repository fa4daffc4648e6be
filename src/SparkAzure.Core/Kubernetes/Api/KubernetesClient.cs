using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Kubernetes.Api;

/// <summary>The calls over HTTPS, with the credential of a kubeconfig.</summary>
internal sealed class KubernetesClient : IKubernetesClient
{
    /// <summary>An API server that is up answers these calls in well under a second.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly KubernetesAccess _access;
    private readonly IOperator _operator;
    private readonly HttpClient _http;

    public KubernetesClient(KubernetesAccess access, IOperator @operator)
    {
        _access = access;
        _operator = @operator;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10), SslOptions = Tls(access) };
        if (access.Proxy is not null)
        {
            handler.Proxy = new WebProxy(access.Proxy);
        }

        _http = new HttpClient(handler) { Timeout = Timeout };
    }

    public async Task<string?> GetVersionAsync(CancellationToken cancellationToken) =>
        (string?)(await SendAsync(HttpMethod.Get, "/version", null, cancellationToken).ConfigureAwait(false))["gitVersion"];

    public async Task<JsonObject?> ReadAsync(KubernetesResource resource, string? @namespace, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, $"{Path(resource, @namespace)}/{Uri.EscapeDataString(name)}", null, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (exception.InnerException is KubernetesStatusException { Code: 404, Reason: "NotFound" })
        {
            return null;
        }
    }

    public Task<JsonObject> CreateAsync(KubernetesResource resource, string? @namespace, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{Path(resource, @namespace)}?fieldManager=SparkAzure", body, cancellationToken);

    public Task<JsonObject> ReplaceAsync(KubernetesResource resource, string? @namespace, string name, JsonObject body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"{Path(resource, @namespace)}/{Uri.EscapeDataString(name)}?fieldManager=SparkAzure", body, cancellationToken);

    public async Task<(bool Allowed, string? Reason)> ReviewAccessAsync(string @namespace, string verb, string group, string resource, CancellationToken cancellationToken)
    {
        var review = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["resourceAttributes"] = new JsonObject { ["namespace"] = @namespace, ["verb"] = verb, ["group"] = group, ["resource"] = resource },
            },
        };
        var status = (await SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, cancellationToken).ConfigureAwait(false))["status"];
        return ((bool?)status?["allowed"] ?? false, (string?)status?["reason"]);
    }

    public void Dispose()
    {
        _http.Dispose();
        _access.Dispose();
    }

    private static SslClientAuthenticationOptions Tls(KubernetesAccess access)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = access.TlsServerName };
        if (access.SkipTlsVerify)
        {
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        }
        else if (access.Authorities.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(access.Authorities);
        }

        if (access.ClientCertificate is not null)
        {
            options.ClientCertificates = [access.ClientCertificate];
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => access.ClientCertificate;
        }

        return options;
    }

    private static string Path(KubernetesResource resource, string? @namespace) =>
        (resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.Group}/{resource.Version}")
        + (@namespace is null ? "" : $"/namespaces/{Uri.EscapeDataString(@namespace)}") + $"/{resource.Plural}";

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var address = new Uri(_access.Server.OriginalString.TrimEnd('/') + path);
        var said = $"{method} {address.GetLeftPart(UriPartial.Path)}";
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = _access.Authorization;
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        _operator.Verbose(said);
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            _operator.Verbose($"{said} -> {(int)response.StatusCode}");
            return response.IsSuccessStatusCode ? Parse(text) ?? throw KubernetesErrors.KubernetesAnswerUnreadable(said) : throw Refusal(said, response, text);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is HttpRequestException or OperationCanceledException)
        {
            throw KubernetesErrors.KubernetesUnavailable(_access.Server, exception);
        }
    }

    private SparkAzureException Refusal(string request, HttpResponseMessage response, string text)
    {
        var code = (int)response.StatusCode;
        var status = Parse(text);
        var inner = (string?)status?["kind"] == "Status"
            ? new KubernetesStatusException(code, (string?)status["reason"], (string?)status["message"] ?? "")
            : new KubernetesStatusException(code, null, response.ReasonPhrase ?? "");
        return code switch
        {
            401 => KubernetesErrors.KubernetesSignInRefused(_access.Server, _access.UserName, inner),
            403 => KubernetesErrors.KubernetesAccessDenied(request, inner),
            _ => KubernetesErrors.KubernetesRequestFailed(request, code, inner),
        };
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
