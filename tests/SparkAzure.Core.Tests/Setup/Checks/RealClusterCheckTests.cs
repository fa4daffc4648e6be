using SparkAzure.Core.Setup.Checks;
using SparkAzure.Core.Tests.Aks;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>The same against a real Kubernetes.</summary>
public sealed class RealClusterCheckTests : IAsyncLifetime
{
    private readonly string _namespace = $"checks-{Guid.NewGuid():N}"[..20];
    private SetupSite _site = null!;
    private string? _kubeConfig;

    public async Task InitializeAsync()
    {
        _site = await SetupSite.StartAsync();
        _kubeConfig = await RealCluster.FindAsync();
    }

    public async Task DisposeAsync()
    {
        if (_kubeConfig is not null)
        {
            await RealCluster.RunAsync("kubectl", "delete", "namespace", _namespace, "--wait=false", "--ignore-not-found");
        }

        await _site.DisposeAsync();
    }

    [SkippableFact]
    public async Task The_real_server_says_what_stands_between_and_nothing_is_left()
    {
        Skip.If(_kubeConfig is null, RealCluster.Lack);
        _site.Set(("spark.kubernetes.container.image", "127.0.0.1:1/spark:none"), ("spark.kubernetes.namespace", _namespace), ("spark.driver.host", "127.0.0.1"));
        var missing = await CheckAsync("KubernetesPod");
        Assert.Equal(SparkAzureCheckState.Failed, missing.State);
        Assert.Contains($"namespaces \"{_namespace}\" not found", missing.Evidence, StringComparison.Ordinal);

        await RealCluster.RunAsync("kubectl", "create", "namespace", _namespace);
        await RealCluster.RunAsync("kubectl", "create", "serviceaccount", "default", "-n", _namespace);
        Assert.Equal(SparkAzureCheckState.Passed, (await CheckAsync("KubernetesPod")).State);
        Assert.Equal(SparkAzureCheckState.Passed, (await CheckAsync("KubernetesVersion")).State);
        Assert.Equal(SparkAzureCheckState.Passed, (await CheckAsync("KubeConfig")).State);

        await RealCluster.RunAsync("kubectl", "create", "quota", "small", "--hard=requests.memory=1Gi", "-n", _namespace);
        var quota = await CheckAsync("KubernetesPod");
        Assert.Contains("exceeded quota: small", quota.Evidence, StringComparison.Ordinal);
        Assert.Equal("Set-DssSparkConfig", quota.Command);
        await RealCluster.RunAsync("kubectl", "delete", "quota", "small", "-n", _namespace);

        await RealCluster.RunAsync("kubectl", "label", "namespace", _namespace, "pod-security.kubernetes.io/enforce=restricted");
        Assert.Contains("violates PodSecurity", (await CheckAsync("KubernetesPod")).Evidence, StringComparison.Ordinal);
        await RealCluster.RunAsync("kubectl", "label", "namespace", _namespace, "pod-security.kubernetes.io/enforce-");

        _site.IntegrateSpark("3.5.9");
        _site.Set(("spark.kubernetes.authenticate.executor.serviceAccountName", "gone"));
        Assert.Contains("error looking up service account", (await CheckAsync("KubernetesPod")).Evidence, StringComparison.Ordinal);
        Assert.Empty(await RealCluster.RunAsync("kubectl", "get", "pods", "-n", _namespace, "-o", "name"));
    }

    private async Task<SparkAzureCheck> CheckAsync(string id)
    {
        var options = _site.Options(id) with { KubeConfig = _kubeConfig };
        return Assert.Single(await SetupChecks.RunAsync(options, new RecordingCaller(), default));
    }
}
