using System.Diagnostics;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Kubernetes;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>The stand-in as kubectl finds it: where the two disagree, the stand-in is wrong.</summary>
public sealed partial class KubernetesStandInTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private KubernetesStandIn _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await KubernetesStandIn.StartAsync(CancellationToken.None);
        _folder.Write("admin", _cluster.KubeConfig());
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Kubectl_works_with_it()
    {
        Skip.If(HostProcesses.Find("kubectl", Environment.GetEnvironmentVariable) is null, "kubectl is not installed.");
        var (certificate, key) = _cluster.AddCertificate("anna");
        _folder.Write("anna", _cluster.KubeConfig($"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}}}"));
        _folder.Write("stranger", _cluster.KubeConfig("{token: not-known-here}"));

        Assert.Contains("kube-system", Kubectl(0, "admin", "get", "ns"), StringComparison.Ordinal);
        Assert.Contains($"is running at {_cluster.Endpoint.OriginalString}", Kubectl(0, "admin", "cluster-info"), StringComparison.Ordinal);
        Assert.Matches($"Server Version: .*{Regex.Escape(_cluster.Version)}", Kubectl(0, "admin", "version"));
        Assert.Contains("namespace/jobs created", Kubectl(0, "admin", "create", "namespace", "jobs"), StringComparison.Ordinal);
        Assert.Contains("AlreadyExists", Kubectl(1, "admin", "create", "namespace", "jobs"), StringComparison.Ordinal);
        Kubectl(0, "admin", "create", "serviceaccount", "spark", "-n", "jobs");
        Kubectl(0, "admin", "create", "role", "watcher", "-n", "jobs", "--verb=get,list", "--resource=pods");

        Assert.Contains("no", Kubectl(1, "anna", "auth", "can-i", "list", "pods", "-n", "jobs"), StringComparison.Ordinal);
        Kubectl(0, "admin", "create", "rolebinding", "anna", "-n", "jobs", "--role=watcher", "--user=anna");
        Assert.Contains("yes", Kubectl(0, "anna", "auth", "can-i", "list", "pods", "-n", "jobs"), StringComparison.Ordinal);
        Assert.Contains("No resources found", Kubectl(0, "anna", "get", "pods", "-n", "jobs"), StringComparison.Ordinal);
        Assert.Contains("cannot delete resource \"pods\" in API group \"\" in the namespace \"jobs\"", Kubectl(1, "anna", "delete", "pod", "x", "-n", "jobs"), StringComparison.Ordinal);
        Assert.Contains("Unauthorized", Kubectl(1, "stranger", "get", "ns"), StringComparison.OrdinalIgnoreCase);

        var file = _folder.Write("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: jobs}\ndata: {a: '1'}\n");
        Assert.Contains("configmap/m created", Kubectl(0, "admin", "apply", "--validate=false", "-f", file), StringComparison.Ordinal);
        File.WriteAllText(file, File.ReadAllText(file).Replace("'1'", "'2'", StringComparison.Ordinal));
        Assert.Contains("configmap/m configured", Kubectl(0, "admin", "apply", "--validate=false", "-f", file), StringComparison.Ordinal);
        Assert.Equal("2", (string?)_cluster.Find("", "configmaps", "jobs", "m")!["data"]!["a"]);
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(text));

    private string Kubectl(int exitCode, string config, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", _folder[config], "--cache-dir", _folder["cache"], "--request-timeout=20s", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var kubectl = Process.Start(start)!;
        var error = kubectl.StandardError.ReadToEndAsync();
        var output = kubectl.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
        kubectl.WaitForExit();
        Assert.True(kubectl.ExitCode == exitCode, $"kubectl {string.Join(' ', arguments)} -> {kubectl.ExitCode}\n{output}");
        return Colors().Replace(output, "");
    }

    // kubectl 1.20, which Debian 12 has, colors what is no terminal, too.
    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colors();
}
