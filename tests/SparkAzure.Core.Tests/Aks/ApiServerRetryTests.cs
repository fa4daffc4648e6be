using System.Net;
using System.Net.Http.Headers;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Hosting.Http;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// What is sent again, by client-go's rules (rest/with_retry.go): after 429 and 5xx where the server names a time, which says
/// that nothing was done; without one only what changes nothing.
/// </summary>
public sealed class ApiServerRetryTests : IDisposable
{
    private const int Attempts = 4;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("POST", "/api/v1/namespaces", 503, true, 2)]
    [InlineData("POST", "/api/v1/namespaces", 500, true, 2)]
    [InlineData("PATCH", "/api/v1/namespaces/jobs", 504, true, 2)]
    [InlineData("DELETE", "/api/v1/namespaces/jobs", 503, true, 2)]
    [InlineData("POST", "/api/v1/namespaces", 503, false, 1)]
    [InlineData("PUT", "/api/v1/namespaces/jobs", 500, false, 1)]
    [InlineData("POST", "/api/v1/namespaces", 429, false, 2)]
    [InlineData("POST", "/api/v1/namespaces", 409, true, 1)]
    [InlineData("GET", "/api/v1/namespaces/jobs", 503, false, 2)]
    [InlineData("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 500, false, 2)]
    public async Task A_refusal_that_may_pass_is_answered_by_another_attempt_where_that_is_safe(
        string method, string path, int status, bool namesTime, int expected)
    {
        var server = new Refusing(status, namesTime, times: 1);

        var error = await SendAsync(server, method, path);

        Assert.Equal(expected, server.Bodies.Count);
        Assert.Equal(expected == 1, error is not null);
        Assert.Single(server.Bodies.Distinct());
    }

    [Fact]
    public async Task It_ends_with_the_servers_words()
    {
        var server = new Refusing(503, namesTime: true, times: 99);

        var error = await SendAsync(server, "POST", "/api/v1/namespaces");

        Assert.Equal(Attempts, server.Bodies.Count);
        Assert.Equal("KubernetesRequestFailed", error!.Id);
        Assert.Contains($"each of {Attempts} times", error.Message, StringComparison.Ordinal);
    }

    private async Task<SparkAzureException?> SendAsync(Refusing server, string method, string path)
    {
        _folder.Write("config", """
            current-context: spark
            contexts: [{name: spark, context: {cluster: spark, user: anna}}]
            clusters: [{name: spark, cluster: {server: 'https://api.spark.test'}}]
            users: [{name: anna, user: {token: any}}]
            """);
        var config = await KubeConfig.OpenAsync(_folder["config"], CancellationToken.None);
        using var access = await config.OpenAccessAsync(null, CancellationToken.None);
        var bounds = new HttpTransportOptions { Attempts = Attempts, Pause = (_, _) => Task.CompletedTask };
        using var handler = new ApiServerHandler(access, new ServerTrust(access), new RecordingCaller(), bounds)
        {
            InnerHandler = server,
        };
        using var invoker = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(new HttpMethod(method), "https://api.spark.test" + path);
        request.Content = method == "GET" ? null : new StringContent("""{"kind":"Namespace"}""");
        try
        {
            using var response = await invoker.SendAsync(request, CancellationToken.None);
            return null;
        }
        catch (SparkAzureException error)
        {
            return error;
        }
    }

    private sealed class Refusing(int status, bool namesTime, int times) : HttpMessageHandler
    {
        public List<string> Bodies { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
            var response = new HttpResponseMessage(Bodies.Count > times ? HttpStatusCode.OK : (HttpStatusCode)status)
            {
                Content = new StringContent("{}"),
            };
            if (namesTime)
            {
                response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
            }

            return response;
        }
    }
}
