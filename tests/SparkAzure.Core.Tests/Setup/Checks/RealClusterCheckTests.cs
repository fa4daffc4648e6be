using System.Diagnostics;
using SparkAzure.Core.Setup.Checks;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>
/// The same against a real Kubernetes: a kubeconfig of an administrator in SPARKAZURE_TEST_KUBECONFIG, or the one-node cluster of
/// ../shared/cluster where root may start it. What runs already is used as it is, and nothing is stopped.
/// </summary>
public sealed class RealClusterCheckTests : IAsyncLifetime
{
    private const string Program = "../shared/cluster/cluster";

    private readonly string _namespace = $"checks-{Guid.NewGuid():N}"[..20];
    private SetupSite _site = null!;
    private string? _kubeConfig;

    public async Task InitializeAsync()
    {
        _site = await SetupSite.StartAsync();
        _kubeConfig = await FindAsync();
    }

    public async Task DisposeAsync()
    {
        if (_kubeConfig is not null)
        {
            await RunAsync("kubectl", "delete", "namespace", _namespace, "--wait=false", "--ignore-not-found");
        }

        await _site.DisposeAsync();
    }

    [SkippableFact]
    public async Task The_real_server_says_what_stands_between_and_nothing_is_left()
    {
        Skip.If(_kubeConfig is null, $"There is no Kubernetes: neither SPARKAZURE_TEST_KUBECONFIG nor {Program} as root.");
        _site.Set(("spark.kubernetes.container.image", "127.0.0.1:1/spark:none"), ("spark.kubernetes.namespace", _namespace), ("spark.driver.host", "127.0.0.1"));
        var missing = await CheckAsync("KubernetesPod");
        Assert.Equal(SparkAzureCheckState.Failed, missing.State);
        Assert.Contains($"namespaces \"{_namespace}\" not found", missing.Evidence, StringComparison.Ordinal);

        await RunAsync("kubectl", "create", "namespace", _namespace);
        await RunAsync("kubectl", "create", "serviceaccount", "default", "-n", _namespace);
        Assert.Equal(SparkAzureCheckState.Passed, (await CheckAsync("KubernetesPod")).State);
        Assert.Equal(SparkAzureCheckState.Passed, (await CheckAsync("KubernetesVersion")).State);
        Assert.Equal(SparkAzureCheckState.Passed, (await CheckAsync("KubeConfig")).State);

        await RunAsync("kubectl", "create", "quota", "small", "--hard=requests.memory=1Gi", "-n", _namespace);
        var quota = await CheckAsync("KubernetesPod");
        Assert.Contains("exceeded quota: small", quota.Evidence, StringComparison.Ordinal);
        Assert.Equal("Set-DssSparkConfig", quota.Command);
        await RunAsync("kubectl", "delete", "quota", "small", "-n", _namespace);

        await RunAsync("kubectl", "label", "namespace", _namespace, "pod-security.kubernetes.io/enforce=restricted");
        Assert.Contains("violates PodSecurity", (await CheckAsync("KubernetesPod")).Evidence, StringComparison.Ordinal);
        await RunAsync("kubectl", "label", "namespace", _namespace, "pod-security.kubernetes.io/enforce-");

        _site.IntegrateSpark("3.5.9");
        _site.Set(("spark.kubernetes.authenticate.executor.serviceAccountName", "gone"));
        Assert.Contains("error looking up service account", (await CheckAsync("KubernetesPod")).Evidence, StringComparison.Ordinal);
        Assert.Empty(await RunAsync("kubectl", "get", "pods", "-n", _namespace, "-o", "name"));
    }

    private async Task<SparkAzureCheck> CheckAsync(string id)
    {
        var options = _site.Options(id) with { KubeConfig = _kubeConfig };
        return Assert.Single(await SetupChecks.RunAsync(options, new RecordingCaller(), default));
    }

    private static async Task<string?> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KUBECONFIG") is { Length: > 0 } given)
        {
            return given;
        }

        if (Place() is null || !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return null;
        }

        return (await RunAsync("up")).Trim().Split('\n')[^1];
    }

    // With a kubeconfig of somebody else's cluster kubectl is this host's own.
    private static async Task<string> RunAsync(params string[] arguments)
    {
        var given = Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KUBECONFIG");
        var start = new ProcessStartInfo(given is null ? Place()! : arguments[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in given is null ? arguments : [.. arguments.Skip(1), "--kubeconfig", given])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 || (await errors).Contains("already exists", StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {await errors}");
        return output;
    }

    private static string? Place()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, Program);
            if (File.Exists(Path.Combine(folder.FullName, "SparkAzure.psd1")))
            {
                return File.Exists(place) ? Path.GetFullPath(place) : null;
            }
        }

        return null;
    }
}
