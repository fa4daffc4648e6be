using System.Diagnostics;
using SparkAzure.Core.Aks;

namespace SparkAzure.Core.Tests.Aks;

public sealed class KubeConfigTests : IDisposable
{
    private const string TwoClusters = """
        apiVersion: v1
        kind: Config
        clusters:
        - cluster:
            certificate-authority-data: LS0tLS1CRUdJTg==
            server: https://spark-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443
          name: spark
        - cluster:
            server: https://inner-dns-1.9f8e7d6c.privatelink.westeurope.azmk8s.io
          name: inner
        contexts:
        - context: {cluster: spark, user: clusterUser_rg_spark}
          name: spark-user
        - context:
            cluster: inner
            user: clusterAdmin_rg_inner
            namespace: jobs
          name: inner-admin
        - context: {cluster: gone, user: nobody}
          name: left-behind
        current-context: spark-user
        preferences: {}
        users:
        - name: clusterUser_rg_spark
          user: {token: planted-token-7f3a}
        - name: clusterAdmin_rg_inner
          user: {token: planted-token-7f3b}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_current_context_gives_the_address_that_Spark_wants()
    {
        var path = _folder.Write("config", TwoClusters);

        var server = (await KubeConfig.OpenAsync(path, CancellationToken.None)).GetApiServer(null);

        Assert.Equal("spark", server.ClusterName);
        Assert.Equal("spark-user", server.Context);
        Assert.Equal("k8s://https://spark-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443", server.SparkMaster);
        Assert.Equal("https://spark-dns-0a1b2c3d.hcp.westeurope.azmk8s.io:443", server.Uri.OriginalString);
        Assert.Equal(path, server.Source);
        Assert.Null(server.Private);
        Assert.Null(server.ResourceGroupName);
    }

    [Fact]
    public async Task A_named_context_wins_and_a_missing_port_becomes_443()
    {
        var server = (await KubeConfig.OpenAsync(_folder.Write("config", TwoClusters), CancellationToken.None)).GetApiServer("inner-admin");

        Assert.Equal("inner", server.ClusterName);
        Assert.Equal("k8s://https://inner-dns-1.9f8e7d6c.privatelink.westeurope.azmk8s.io:443", server.SparkMaster);
        Assert.True(server.Private);
    }

    [Theory]
    [InlineData("https://10.0.0.4:6443", "k8s://https://10.0.0.4:6443")]
    [InlineData("https://[fd00::1]:6443/", "k8s://https://[fd00::1]:6443")]
    [InlineData("http://127.0.0.1:8001", "k8s://http://127.0.0.1:8001")]
    [InlineData("https://rancher.example/k8s/clusters/c-1", "k8s://https://rancher.example:443/k8s/clusters/c-1")]
    public async Task Servers_of_every_form_are_understood(string server, string expected)
    {
        var path = _folder.Write("config", Minimal($"'{server}'"));

        Assert.Equal(expected, (await KubeConfig.OpenAsync(path, CancellationToken.None)).GetApiServer(null).SparkMaster);
    }

    [Fact]
    public async Task A_kubeconfig_in_JSON_is_one_too()
    {
        var path = _folder.Write("config", """
            {"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k"}}],"clusters":[{"name":"k","cluster":{"server":"https://h"}}]}
            """);

        Assert.Equal("k8s://https://h:443", (await KubeConfig.OpenAsync(path, CancellationToken.None)).GetApiServer(null).SparkMaster);
    }

    [Fact]
    public async Task Without_a_current_context_the_contexts_there_are_listed()
    {
        var path = _folder.Write("config", TwoClusters.Replace("current-context: spark-user", "current-context: ''", StringComparison.Ordinal));
        var config = await KubeConfig.OpenAsync(path, CancellationToken.None);

        var none = Assert.Throws<SparkAzureException>(() => config.GetApiServer(null));
        Assert.Equal("NoCurrentContext", none.Id);
        Assert.Contains("spark-user, inner-admin, left-behind", none.Message, StringComparison.Ordinal);
        Assert.Contains("-Context", none.Remedy, StringComparison.Ordinal);

        var wrong = Assert.Throws<SparkAzureException>(() => config.GetApiServer("prod"));
        Assert.Equal("ContextNotFound", wrong.Id);
        Assert.Contains("inner-admin", wrong.Message, StringComparison.Ordinal);

        Assert.Equal("KubeConfigClusterNotFound", Assert.Throws<SparkAzureException>(() => config.GetApiServer("left-behind")).Id);
    }

    [Theory]
    [InlineData("[]", "ContextNotFound", "It has no contexts at all.", "Let Import-AksCredential put one there.")]
    [InlineData("[{name: prod, context: }]", "KubeConfigUnreadable", "its context 'prod' names no cluster", "Correct what is named")]
    [InlineData("[{name: prod, context: {user: u}}]", "KubeConfigUnreadable", "its context 'prod' names no cluster", "Correct what is named")]
    [InlineData("[{name: test, context: }]", "ContextNotFound", "Its contexts: test.", "Name one of these with -Context.")]
    public async Task What_a_context_lacks_is_said_as_the_file_has_it(string contexts, string id, string why, string remedy)
    {
        var path = _folder.Write("config", $"apiVersion: v1\nkind: Config\ncontexts: {contexts}\n");
        var config = await KubeConfig.OpenAsync(path, CancellationToken.None);

        var error = Assert.Throws<SparkAzureException>(() => config.GetApiServer("prod"));

        Assert.Equal(id, error.Id);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("just words", "no keys")]
    [InlineData("clusters: [planted-secret: {", "not YAML, as line")]
    [InlineData("a: 1\nb:\n\t- tab", "not YAML, as line")]
    public async Task What_is_no_kubeconfig_is_refused_without_quoting_it(string content, string why)
    {
        var path = _folder.Write("config", content);

        var error = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(path, CancellationToken.None));

        Assert.Equal("KubeConfigUnreadable", error.Id);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-an-address")]
    [InlineData("ftp://h")]
    [InlineData("")]
    public async Task A_server_that_is_no_address_is_refused(string server)
    {
        var config = await KubeConfig.OpenAsync(_folder.Write("config", Minimal($"'{server}'")), CancellationToken.None);

        Assert.Equal("KubeConfigUnreadable", Assert.Throws<SparkAzureException>(() => config.GetApiServer(null)).Id);
    }

    [Fact]
    public async Task A_missing_file_and_a_folder_are_told_apart()
    {
        var missing = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(_folder["no", "config"], CancellationToken.None));
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);

        var folder = await Assert.ThrowsAsync<SparkAzureException>(() => KubeConfig.OpenAsync(_folder.Path, CancellationToken.None));
        Assert.Contains("is a folder", folder.Message, StringComparison.Ordinal);
        Assert.Equal("KubeConfigNotFound", folder.Id);
    }

    [SkippableTheory]
    [InlineData("spark-user")]
    [InlineData("inner-admin")]
    public async Task Kubectl_reads_the_same_server(string context)
    {
        var path = _folder.Write("config", TwoClusters);
        var kubectl = Kubectl("config", "view", "--kubeconfig", path, "--context", context, "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
        Skip.If(kubectl is null, "kubectl is not on PATH");

        var ours = (await KubeConfig.OpenAsync(path, CancellationToken.None)).GetApiServer(context);

        Assert.Equal(new Uri(kubectl!), ours.Uri);
    }

    private static string Minimal(string server) => $$"""
        current-context: c
        contexts:
        - name: c
          context: {cluster: k}
        clusters:
        - name: k
          cluster:
            server: {{server}}
        """;

    private static string? Kubectl(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"kubectl ended with {process.ExitCode}.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
