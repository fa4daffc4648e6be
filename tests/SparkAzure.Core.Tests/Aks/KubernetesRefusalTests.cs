using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Sandbox.Azure;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// What answers in an API server's place, an API server that is not well, and a program that cannot be started.
/// </summary>
public sealed class KubernetesRefusalTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private AzureStandIn _server = null!;

    // Any server with a certificate of its own will do: what it answers is told it.
    public async Task InitializeAsync() => _server = await AzureStandIn.StartAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_proxy_that_answers_in_its_place()
    {
        Answer(200, "<html><title>Corporate sign-in</title></html>", "text/html");

        await Refusal.IsAsync(
            "KubernetesAnswerUnreadable",
            ErrorKind.InvalidData,
            "is not the JSON of a Kubernetes API",
            "no proxy answers in its place",
            () => InitializeNamespaceAsync());

        Assert.All(_server.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Theory]
    [InlineData(429, "TooManyRequests", ErrorKind.Unavailable)]
    [InlineData(500, "InternalError", ErrorKind.Unavailable)]
    [InlineData(422, "Invalid", ErrorKind.OperationFailed)]
    public async Task An_error_of_the_servers_own(int status, string reason, ErrorKind kind)
    {
        var words = $"the server's own words for {reason}";
        Answer(
            status,
            $$"""{"kind":"Status","status":"Failure","reason":"{{reason}}","message":"{{words}}","code":{{status}}}""",
            "application/json");

        var failure = await Refusal.IsAsync(
            "KubernetesRequestFailed",
            kind,
            $"with {status}",
            "run the same command again later",
            () => InitializeNamespaceAsync());

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.All(_server.Requests, r => Assert.Equal("GET", r.Method));
    }

    [SkippableFact]
    public async Task A_program_of_the_kubeconfig_that_cannot_be_started()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows knows no file that may not be executed.");
        _folder.Write("login", "#!/bin/sh\n");

        var failure = await Refusal.IsAsync(
            "HostCannotRunProcess", ErrorKind.NotSupported, "login' could not be started", "make it executable",
            () => InitializeNamespaceAsync("{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./login}}"));

        Assert.Contains("Permission denied", failure.Message, StringComparison.Ordinal);
        Assert.Contains("cloud sandbox", failure.Remedy, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    // A client may ask more than once before it gives up.
    private void Answer(int status, string body, string contentType)
    {
        for (var i = 0; i < 20; i++)
        {
            _server.AnswerNext(status, body, contentType);
        }
    }

    private Task<SparkNamespace> InitializeNamespaceAsync(string user = "{token: sample-token-of-nobody}")
    {
        var authority = Convert.ToBase64String(
            Encoding.ASCII.GetBytes(_server.Certificate.Authority.ExportCertificatePem() + "\n"));
        var config = _folder.Write("config", $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: sandbox
              cluster:
                server: {_server.Endpoint.OriginalString}
                certificate-authority-data: {authority}
            contexts:
            - name: sandbox
              context:
                cluster: sandbox
                user: sandbox
            current-context: sandbox
            users:
            - name: sandbox
              user: {user}

            """);
        return SparkNamespaces.InitializeAsync(
            new SparkNamespaceOptions { KubeConfig = config, Namespace = "jobs" },
            new RecordingCaller(),
            CancellationToken.None);
    }
}
