using SparkAzure.Core.Setup.Checks;
using SparkAzure.Sandbox.Kubernetes;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>A sample DSS host beside a stand-in of a cluster, as a setup that is checked.</summary>
internal sealed class SetupSite : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SetupSite(KubernetesStandIn cluster, SampleDssHostOptions? options)
    {
        Cluster = cluster;
        Host = SampleDssHost.Create(_folder["host"], options);
        KubeConfig = _folder.Write("kubeconfig", cluster.KubeConfig());
    }

    public KubernetesStandIn Cluster { get; }

    public SampleDssHost Host { get; }

    public string KubeConfig { get; private set; }

    public static async Task<SetupSite> StartAsync(SampleDssHostOptions? options = null) =>
        new(await KubernetesStandIn.StartAsync(default), options);

    /// <summary>Makes checks; all of the host's, the agreement's and the cluster's without a pattern.</summary>
    public Task<IReadOnlyList<SparkAzureCheck>> RunAsync(params string[] patterns) =>
        SetupChecks.RunAsync(Options(patterns), new RecordingCaller(), default);

    /// <summary>Makes one check.</summary>
    public async Task<SparkAzureCheck> CheckAsync(string id) => Assert.Single(await RunAsync(id));

    public SetupCheckOptions Options(params string[] patterns) => new()
    {
        DataDirectory = Host.DataDirectory,
        KubeConfig = KubeConfig,
        Checks = patterns,
        CacheFolder = _folder["cache"],
    };

    /// <summary>Signs in another way.</summary>
    /// <param name="userYaml">What stands under <c>user:</c>.</param>
    public void SignIn(string userYaml) => KubeConfig = _folder.Write("kubeconfig", Cluster.KubeConfig(userYaml));

    /// <summary>Puts keys into the configuration <c>default</c>.</summary>
    public void Set(params (string Key, string Value)[] keys)
    {
        var text = File.ReadAllText(Host.GeneralSettings);
        var items = string.Concat(keys.Select(k => $$"""{"key": "{{k.Key}}", "value": "{{k.Value}}"}, """));
        File.WriteAllText(Host.GeneralSettings, ReplaceFirst(text, "\"conf\": [", "\"conf\": [" + items));
    }

    /// <summary>Puts a connection to ADLS gen2 into DSS.</summary>
    /// <param name="account">The storage account, in Azure's own cloud.</param>
    /// <param name="conf">Further members of <c>extraConf</c>, JSON.</param>
    public void Connect(string account, string conf) => Write("config/connections.json", $$"""
        {"connections": {"lake": {"type": "HDFS", "params": {"root": "abfss://data@{{account}}.dfs.core.windows.net/", "extraConf": [{{conf}}]} } } }
        """);

    /// <summary>Writes below the data directory.</summary>
    public void Write(string path, string text) => File.WriteAllText(Path.Combine(Host.DataDirectory, path), text);

    /// <summary>Says that DSS runs this Spark, without one being there.</summary>
    public void IntegrateSpark(string version, string home = "/opt/no-spark") => Write("bin/env-spark.sh", $"""
        export DKU_SPARK_ENABLED=true
        export DKU_SPARK_HOME='{home}'
        export DKU_SPARK_VERSION='{version}'

        """);

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _folder.Dispose();
    }

    private static string ReplaceFirst(string text, string what, string with)
    {
        var at = text.IndexOf(what, StringComparison.Ordinal);
        return text[..at] + with + text[(at + what.Length)..];
    }
}
