using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Aks;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>
/// What of a user's keys counts, as whom it goes out, and which users are refused: kubectl is sent to the same server with
/// the same kubeconfig, and what it does is right.
/// </summary>
public sealed class KubeCredentialPrecedenceTests : IDisposable
{
    private const string Version = "client.authentication.k8s.io/v1";
    private const string Printed = $$$"""{"apiVersion":"{{{Version}}}","kind":"ExecCredential","status":{"token":"of-the-program"}}""";

    private static readonly TestAuthority Corp = new();
    private readonly TemporaryFolder _folder = new();

    public KubeCredentialPrecedenceTests() => Skip.If(OperatingSystem.IsWindows(), "The programs are shell scripts.");

    public void Dispose() => _folder.Dispose();

    /// <summary>The user's keys, and the headers with which it goes out.</summary>
    public static TheoryData<string, string> Users => new()
    {
        { "token: stale, tokenFile: ./tok", "Authorization: Bearer fresh" },
        { "tokenFile: ./tok", "Authorization: Bearer fresh" },
        { "token: stale, tokenFile: ./none", "Authorization: Bearer stale" },
        { "token: stale, tokenFile: ./empty", "Authorization: Bearer stale" },
        { "token: own, exec: EXEC", "Authorization: Bearer own" },
        { "tokenFile: ./tok, exec: EXEC", "Authorization: Bearer fresh" },
        { "username: anna, exec: EXEC", "Authorization: Basic YW5uYTo=" },
        { "exec: EXEC", "Authorization: Bearer of-the-program" },
        { "exec: EXEC, tokenFile: ''", "Authorization: Bearer of-the-program" },
        { "username: anna, password: secret", "Authorization: Basic YW5uYTpzZWNyZXQ=" },
        { "<<: {token: merged}", "Authorization: Bearer merged" },
        { "token: t, as: ben, as-groups: [dev], as-uid: u1, as-user-extra: {a/b: [x]}", "Authorization: Bearer t|Impersonate-Extra-A%2fb: x|Impersonate-Group: dev|Impersonate-Uid: u1|Impersonate-User: ben" },
    };

    [SkippableTheory]
    [MemberData(nameof(Users))]
    public async Task It_goes_out_as_kubectl_would(string user, string headers)
    {
        await using var server = Listen();

        await RefusalAsync(Config(server.Port, user));

        Assert.Equal(headers, Headers(server), ignoreCase: true);
    }

    [SkippableTheory]
    [MemberData(nameof(Users))]
    public async Task Kubectl_does_the_same(string user, string headers)
    {
        Kubectl.Require();
        await using var server = Listen();

        var (_, said) = await AskKubectlAsync(Config(server.Port, user));

        Assert.True(headers.Equals(Headers(server), StringComparison.OrdinalIgnoreCase), $"{Headers(server)}\n{said}");
    }

    /// <summary>The cluster's further keys, the user's keys, and a part of why it is refused; null where it is not.</summary>
    public static TheoryData<string, string, string?> Contexts => new()
    {
        { "", "token: t", null },
        { "proxy-url: 'http://127.0.0.1:1'", "token: t", null },
        { "proxy-url: 'ftp://127.0.0.1:1'", "token: t", "proxy-url" },
        { "proxy-url: '::none'", "token: t", "proxy-url" },
        { "certificate-authority: ./ca.pem, certificate-authority-data: AUTHORITY", "token: t", "certificate-authority and certificate-authority-data" },
        { "insecure-skip-tls-verify: true, certificate-authority-data: AUTHORITY", "token: t", "insecure-skip-tls-verify and a certificate authority" },
        { "insecure-skip-tls-verify: yes", "token: t", null },
        { "certificate-authority-data: bm9uZQo=", "token: t", "no certificate that can be read" },
        { "", "token: t, username: anna", "only one of them can be sent" },
        { "", "token: t, password: secret", "only one of them can be sent" },
        { "", "username: anna, client-certificate-data: CLIENT, client-key-data: KEY", null },
        { "", "client-certificate-data: CLIENT", "without a key" },
        { "", "client-certificate: ./ca.pem, client-certificate-data: CLIENT, client-key-data: KEY", "client-certificate and client-certificate-data" },
        { "", "client-certificate-data: CLIENT, client-key: ./ca.pem, client-key-data: KEY", "client-key and client-key-data" },
        { "", "client-certificate-data: CLIENT, client-key-data: KEY", null },
        { "", "client-certificate-data: CLIENT, client-key-data: KEY, token: t", null },
        { "", "tokenFile: ./empty", "is empty" },
        { "", "token: t, as-groups: [dev]", "without as" },
        { "", "auth-provider: {name: azure}", "dropped in 1.26" },
        { "", $"exec: {{command: ./plugin, apiVersion: {Version}}}", "no interactiveMode" },
        { "", $"exec: {{command: ./plugin, apiVersion: {Version}, interactiveMode: Sometimes}}", "none of Never, IfAvailable, Always" },
        { "", $"exec: {{command: ./plugin, apiVersion: {Version}, interactiveMode: Always}}", "wants a person" },
        { "", "exec: {command: ./plugin, interactiveMode: Never}", "its exec has no apiVersion" },
        { "", "exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1alpha1, interactiveMode: Never}", "the apiVersion of its exec is none of" },
        { "", $"exec: {{apiVersion: {Version}, interactiveMode: Never}}", "has no command" },
        { "", $"exec: {{command: ./plugin, apiVersion: {Version}, interactiveMode: Never, env: [{{value: x}}]}}", "a variable without a name" },
        { "", "exec: {command: ./plugin, apiVersion: client.authentication.k8s.io/v1beta1}", "its apiVersion is not client.authentication.k8s.io/v1beta1" },
        { "", "exec: {command: ./half, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}", "do not come together" },
        { "", "exec: EXEC, auth-provider: {name: azure}", "auth-provider" },
        { "", "exec: EXEC", null },
    };

    [SkippableTheory]
    [MemberData(nameof(Contexts))]
    public async Task What_kubectl_refuses_to_use_is_refused(string cluster, string user, string? why)
    {
        var error = await RefusalAsync(Config(1, user, cluster));

        // Port 1: nobody listens there.
        Assert.True(why is null == (error.Id == "KubernetesUnavailable"), error.Message);
        Assert.Contains(why ?? "", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Contexts))]
    public async Task Kubectl_refuses_the_same(string cluster, string user, string? why)
    {
        Kubectl.Require();

        var (_, said) = await AskKubectlAsync(Config(1, user, cluster));

        Assert.True(why is null == said.Contains("was refused", StringComparison.Ordinal), said);
    }

    [SkippableFact]
    public async Task Several_groups_are_refused_as_they_would_arrive_as_one()
    {
        var error = await RefusalAsync(Config(1, "token: t, as: ben, as-groups: [dev, ops]"));

        Assert.Equal("KubeCredentialUnusable", error.Id);
        Assert.Contains("several groups", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_program_is_told_of_the_cluster_what_kubectl_tells_it()
    {
        Kubectl.Require();
        const string Told = "exec: {command: ./asking, apiVersion: client.authentication.k8s.io/v1, interactiveMode: IfAvailable, provideClusterInfo: true}";
        const string More = ", tls-server-name: localhost, disable-compression: true, extensions: [{name: other, extension: {a: 1}}, {name: client.authentication.k8s.io/exec, extension: {audience: lake, n: 012, big: 1.50, yes: [on, ~], 012: 0xFFFFFFFFFFFFFFFF, less: -0x10}}]";
        foreach (var extra in new[] { "", More })
        {
            await using var server = Listen();
            var config = Config(server.Port, Told, $"certificate-authority: ./ca.pem{extra}");

            await RefusalAsync(config);
            var ours = JsonNode.Parse(File.ReadAllText(_folder["told"]));
            File.Delete(_folder["told"]);
            await AskKubectlAsync(config);
            var theirs = JsonNode.Parse(File.ReadAllText(_folder["told"]));

            Assert.Equal($"https://localhost:{server.Port}", (string?)ours!["spec"]!["cluster"]!["server"]);
            Assert.True(JsonNode.DeepEquals(theirs, ours), $"{theirs}\n{ours}");
        }
    }

    [SkippableFact]
    public async Task A_program_that_does_not_want_the_cluster_is_not_told()
    {
        await using var server = Listen();

        await RefusalAsync(Config(server.Port, "exec: {command: ./asking, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}"));

        Assert.Null(JsonNode.Parse(File.ReadAllText(_folder["told"]))!["spec"]!["cluster"]);
    }

    private static RecordingTlsServer Listen() => new(Corp.Server("srv", "localhost"), [Corp.Intermediate]);

    private static string Headers(RecordingTlsServer server) => string.Join('|', server.Heard
        .Split("\r\n")
        .Where(l => l.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase) || l.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase))
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Order(StringComparer.OrdinalIgnoreCase));

    private string Config(int port, string user, string cluster = "certificate-authority-data: AUTHORITY")
    {
        _folder.Write("tok", "fresh\n");
        _folder.Write("empty", "\n");
        _folder.Write("ca.pem", Corp.Root.ExportCertificatePem() + "\n");
        Program("plugin", $"echo '{Printed}'");
        Program("half", $"echo '{Printed.Replace("\"token\":\"of-the-program\"", "\"clientCertificateData\":\"x\"", StringComparison.Ordinal)}'");
        Program("asking", $"printf %s \"$KUBERNETES_EXEC_INFO\" > '{_folder["told"]}'; echo '{Printed}'");
        using var client = Corp.Client("anna");
        using var key = client.GetECDsaPrivateKey()!;
        return _folder.Write("config", $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: c
              cluster: {server: "https://localhost:{{port}}"{{(cluster.Length > 0 ? ", " : "")}}{{cluster}}}
            contexts:
            - name: c
              context: {cluster: c, user: u}
            current-context: c
            users:
            - name: u
              user: {{{user}}}

            """
            .Replace("EXEC", $"{{command: ./plugin, apiVersion: {Version}, interactiveMode: Never}}", StringComparison.Ordinal)
            .Replace("KEY", Base64(key.ExportPkcs8PrivateKeyPem() + "\n"), StringComparison.Ordinal)
            .Replace("CLIENT", Base64(client.ExportCertificatePem() + "\n"), StringComparison.Ordinal)
            .Replace("AUTHORITY", Base64(Corp.Root.ExportCertificatePem() + "\n"), StringComparison.Ordinal));
    }

    private void Program(string name, string script)
    {
        var path = _folder.Write(name, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    private Task<(int ExitCode, string Said)> AskKubectlAsync(string config) => Kubectl.RunAsync(
        config, "--cache-dir", _folder["cache"], "--request-timeout=10s", "get", "--raw", "/version");

    private static Task<SparkAzureException> RefusalAsync(string config) => Assert.ThrowsAsync<SparkAzureException>(() =>
        SparkNamespaces.InitializeAsync(
            new SparkNamespaceOptions { KubeConfig = config, Namespace = "jobs" }, new RecordingCaller(), default));
}
