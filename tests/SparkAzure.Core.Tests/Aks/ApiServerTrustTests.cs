using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SparkAzure.Core.Aks;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// Which server gets to see a credential. Each server here writes down what reaches it; kubectl is sent to the same one with the same
/// kubeconfig, and what it does is right.
/// </summary>
public sealed class ApiServerTrustTests : IDisposable
{
    private const string Token = "planted-token-4711";
    private static readonly TestAuthority Corp = new();
    private static readonly TestAuthority Stranger = new();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The server's certificate, the kubeconfig's authority, its tls-server-name, and whether that server is the right one.</summary>
    public static TheoryData<string, string, string?, bool> Servers => new()
    {
        { "localhost", "root", null, true },
        { "localhost", "intermediate", null, true },
        { "localhost", "server", null, true },
        { "localhost", "intermediate issued anew", null, true },
        { "localhost", "a client's", null, false },
        { "*.spark.test", "root", "api.spark.test", true },
        { "api.spark.test", "root", "api.spark.test", true },
        { "api.spark.test", "root", null, false },
        { "localhost", "root", "api.spark.test", false },
        { "localhost", "stranger", null, false },
        { "localhost", "stranger's intermediate", null, false },
        { "only a common name", "root", null, false },
        { "a client's", "root", null, false },
        { "expired", "root", null, false },
        { "expired", "server", null, false },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Only_the_right_server_sees_a_credential(string certificate, string authority, string? serverName, bool right)
    {
        using var server = Certificate(certificate);
        await using var listening = new RecordingTlsServer(server, [Corp.Intermediate]);
        var config = Config(listening.Port, Authority(authority, server), serverName, Corp.Client("anna"));

        var error = await RefusalAsync(config);

        Assert.Equal(right ? "KubernetesAccessDenied" : "KubernetesUnavailable", error.Id);
        AssertSeen(listening, right, serverName);
    }

    [SkippableTheory]
    [MemberData(nameof(Servers))]
    public async Task Kubectl_judges_the_same(string certificate, string authority, string? serverName, bool right)
    {
        Skip.If(HostProcesses.Find("kubectl", Environment.GetEnvironmentVariable) is null, "kubectl is not installed.");
        using var server = Certificate(certificate);
        await using var listening = new RecordingTlsServer(server, [Corp.Intermediate]);
        var config = Config(listening.Port, Authority(authority, server), serverName, Corp.Client("anna"));

        var (exitCode, output) = await KubectlAsync(config);

        Assert.True(right == (exitCode == 0), output);
        AssertSeen(listening, right, serverName);
    }

    [Fact]
    public async Task A_client_certificate_goes_out_with_its_issuers_and_only_to_the_right_server()
    {
        using var client = Corp.Client("anna");
        foreach (var right in new[] { true, false })
        {
            using var server = right ? Corp.Server("srv", "localhost") : Stranger.Server("srv", "localhost");
            await using var listening = new RecordingTlsServer(server, [right ? Corp.Intermediate : Stranger.Intermediate]);
            var config = Config(listening.Port, Corp.Root, null, client, Corp.Intermediate);

            await RefusalAsync(config);

            Assert.Equal(right ? ["CN=anna", "CN=corp issuing ca"] : [], listening.ClientCertificates);
        }
    }

    // A gateway before an API server may hang up on whoever shows no certificate; kubectl shows its own at once.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_server_that_refuses_strangers_sees_the_certificate_where_it_is_the_right_one(bool right, bool withIssuers)
    {
        using var client = Corp.Client("anna");
        using var server = right ? Corp.Server("srv", "localhost") : Stranger.Server("srv", "localhost");
        await using var listening = new RecordingTlsServer(
            server, [right ? Corp.Intermediate : Stranger.Intermediate], refusesStrangers: true);
        var config = Config(listening.Port, Corp.Root, null, client, withIssuers ? [Corp.Intermediate] : []);

        var error = await RefusalAsync(config);

        Assert.Equal(right ? "KubernetesAccessDenied" : "KubernetesUnavailable", error.Id);
        Assert.Equal(right ? ["CN=anna"] : [], listening.ClientCertificates.Take(1));
    }

    [Fact]
    public async Task What_a_refusal_holds_is_not_the_credential()
    {
        using var server = Corp.Server("srv", "localhost");
        await using var listening = new RecordingTlsServer(server, [Corp.Intermediate]);

        var error = await RefusalAsync(Config(listening.Port, Corp.Root, null, Corp.Client("anna")));

        Assert.Contains("not for you", error.Message, StringComparison.Ordinal);
        Assert.Contains(Token, listening.Heard, StringComparison.Ordinal);
        var said = new StringBuilder();
        Tell(error, said, depth: 5);
        Assert.Contains("not for you", said.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Token, said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_server_is_told_why()
    {
        using var server = Corp.Server("srv", "api.spark.test");
        await using var listening = new RecordingTlsServer(server, [Corp.Intermediate]);

        var name = await RefusalAsync(Config(listening.Port, Corp.Root, null, null));
        var authority = await RefusalAsync(Config(listening.Port, Stranger.Root, "api.spark.test", null));

        Assert.Contains("is not for 'localhost'", name.Message, StringComparison.Ordinal);
        Assert.Contains("no certificate authority of the kubeconfig vouches", authority.Message, StringComparison.Ordinal);
    }

    private static void AssertSeen(RecordingTlsServer server, bool right, string? serverName)
    {
        Assert.Equal(right, server.Heard.Contains($"Authorization: Bearer {Token}", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(right ? ["CN=anna"] : [], server.ClientCertificates.Take(1));
        if (right)
        {
            Assert.Equal(serverName ?? "localhost", server.ServerName);
        }
        else
        {
            Assert.Equal("", server.Heard);
        }
    }

    private static X509Certificate2 Certificate(string name) => name switch
    {
        "only a common name" => Corp.Server("localhost", null),
        "a client's" => Corp.Server("localhost", "localhost", TestAuthority.ForClients),
        "expired" => Corp.Server("localhost", "localhost", days: -1),
        _ => Corp.Server("srv", name),
    };

    private static X509Certificate2 Authority(string name, X509Certificate2 server) => name switch
    {
        "root" => Corp.Root,
        "intermediate" => Corp.Intermediate,
        "server" => server,
        "intermediate issued anew" => Corp.IssuedAnew(Corp.Intermediate),
        "a client's" => Corp.Client("ben"),
        "stranger's intermediate" => Stranger.Intermediate,
        _ => Stranger.Root,
    };

    private string Config(
        int port, X509Certificate2 authority, string? serverName, X509Certificate2? client, params X509Certificate2[] issuers)
    {
        var user = $"token: {Token}";
        if (client is not null)
        {
            var certificates = string.Join('\n', issuers.Prepend(client).Select(c => c.ExportCertificatePem())) + "\n";
            using var key = client.GetECDsaPrivateKey()!;
            user += $", client-certificate-data: {Base64(certificates)}, client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())}";
        }

        var name = serverName is null ? "" : $", tls-server-name: {serverName}";
        return _folder.Write("config", $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: c
              cluster: {server: "https://localhost:{{port}}", certificate-authority-data: {{Base64(authority.ExportCertificatePem() + "\n")}}{{name}}}
            contexts:
            - name: c
              context: {cluster: c, user: u}
            current-context: c
            users:
            - name: u
              user: {{{user}}}

            """);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private static Task<SparkAzureException> RefusalAsync(string config) => Assert.ThrowsAsync<SparkAzureException>(() =>
        SparkNamespaces.InitializeAsync(
            new SparkNamespaceOptions { KubeConfig = config, Namespace = "jobs" }, new RecordingCaller(), default));

    private async Task<(int ExitCode, string Output)> KubectlAsync(string config)
    {
        string[] arguments = ["--kubeconfig", config, "--cache-dir", _folder["cache"], "--request-timeout=10s", "get", "--raw", "/version"];
        using var kubectl = Process.Start(new ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = kubectl.StandardOutput.ReadToEndAsync();
        var error = await kubectl.StandardError.ReadToEndAsync();
        await kubectl.WaitForExitAsync();
        return (kubectl.ExitCode, await output + error);
    }

    /// <summary>What anybody gets to see who looks at an object's properties, as ConvertTo-Json does.</summary>
    private static void Tell(object? value, StringBuilder said, int depth)
    {
        if (value is null || depth == 0)
        {
            return;
        }

        said.AppendLine(value.ToString());
        if (value is string || value.GetType().IsPrimitive || value is System.Reflection.MemberInfo)
        {
            return;
        }

        if (value is System.Collections.IEnumerable items)
        {
            foreach (var item in items)
            {
                Tell(item, said, depth - 1);
            }
        }

        foreach (var property in value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            Tell(property.GetValue(value), said, depth - 1);
        }
    }
}
