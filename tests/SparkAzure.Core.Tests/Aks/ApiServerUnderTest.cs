using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using SparkAzure.Sandbox.Kubernetes;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>An API server, the stand-in or a real one, that a test speaks to without any client's help.</summary>
internal sealed class ApiServerUnderTest : IDisposable
{
    /// <summary>The user who may do nothing but what a test allows.</summary>
    public const string User = "sparkazure-contract";

    private readonly HttpClient _administrator;
    private readonly HttpClient _user;
    private readonly HttpClient _nobody;

    private ApiServerUnderTest(Func<HttpClient> administrator, Action<HttpClient> asUser, Func<HttpClient> nobody)
    {
        _administrator = administrator();
        _user = administrator();
        asUser(_user);
        _nobody = nobody();
    }

    /// <summary>The stand-in.</summary>
    public static ApiServerUnderTest Of(KubernetesStandIn standIn)
    {
        var token = standIn.AddToken(User);
        HttpClient WithToken(string? bearer)
        {
            var client = Client(standIn.Endpoint, standIn.Certificate.Authority, null);
            client.DefaultRequestHeaders.Authorization = new("Bearer", bearer);
            return client;
        }

        return new(() => WithToken(standIn.AdminToken), c => c.DefaultRequestHeaders.Authorization = new("Bearer", token), () => WithToken("unknown"));
    }

    /// <summary>A real one, by an administrator's kubeconfig with a client certificate.</summary>
    public static ApiServerUnderTest OfReal(string path)
    {
        var config = KubernetesClientConfiguration.BuildConfigFromConfigFile(path);
        var server = new Uri(config.Host);
        var certificate = X509Certificate2.CreateFromPem(Pem(config.ClientCertificateData), Pem(config.ClientCertificateKeyData));
        return new(
            () => Client(server, config.SslCaCerts[0], certificate),
            user =>
            {
                user.DefaultRequestHeaders.Add("Impersonate-User", User);
                user.DefaultRequestHeaders.Add("Impersonate-Group", "system:authenticated");
            },
            () =>
            {
                var client = Client(server, config.SslCaCerts[0], null);
                client.DefaultRequestHeaders.Authorization = new("Bearer", "unknown");
                return client;
            });
    }

    /// <summary>Sends a request and gives status and document; plain text as a string.</summary>
    public async Task<(HttpStatusCode Status, JsonNode? Document)> SendAsync(ContractRequest request)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(request.Target, UriKind.Relative));
        message.Headers.Accept.Add(new("application/json"));
        if (request.Body is not null)
        {
            message.Content = new StringContent(request.Body.ToJsonString(), Encoding.UTF8, request.ContentType);
        }

        var client = request.As switch { ContractCaller.Administrator => _administrator, ContractCaller.User => _user, _ => _nobody };
        using var answer = await client.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        var isJson = answer.Content.Headers.ContentType?.MediaType == "application/json";
        return (answer.StatusCode, isJson ? JsonNode.Parse(text) : JsonValue.Create(text));
    }

    public void Dispose()
    {
        _administrator.Dispose();
        _user.Dispose();
        _nobody.Dispose();
    }

    private static HttpClient Client(Uri server, X509Certificate2 authority, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = certificate is null ? [] : [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { authority },
                },
            },
        };
        return new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
    }

    private static string Pem(string data) => Encoding.ASCII.GetString(Convert.FromBase64String(data));
}

/// <summary>Who asks.</summary>
internal enum ContractCaller
{
    Administrator,
    User,
    Nobody,
}

/// <summary>What is asked of both.</summary>
internal sealed record ContractRequest(string Method, string Target, JsonNode? Body = null, ContractCaller As = ContractCaller.Administrator)
{
    public string ContentType { get; init; } = "application/json";
}
