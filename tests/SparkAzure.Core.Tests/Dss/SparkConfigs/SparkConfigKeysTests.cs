using System.Collections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Releases;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

/// <summary>What the typed parameters set, what the Spark of DSS makes of them, and what is said of the result.</summary>
public sealed class SparkConfigKeysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly RecordingCaller _caller = new();

    public SparkConfigKeysTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_typed_value_becomes_its_key_and_is_read_back_typed()
    {
        var options = new SparkConfigOptions
        {
            SparkMaster = "k8s://https://aks.example:443",
            Image = [new SparkImageName("acr.example/spark-py:t")],
            ImagePullPolicy = "Always",
            ImagePullSecretName = ["acr", "other"],
            Namespace = "spark-jobs",
            ServiceAccount = "spark",
            DriverHost = "dss.internal.example",
            DriverBindAddress = "0.0.0.0",
            DriverPort = 40000,
            BlockManagerPort = 41000,
            UiPort = 0,
            PortMaxRetries = 64,
            ExecutorInstances = 4,
            ExecutorMemory = "6g",
            ExecutorCores = 2,
            ExecutorRequestCores = "1800m",
            ExecutorLimitCores = "2.5",
            MemoryOverheadFactor = 0.4,
            PythonVersion = 3,
            SparkVersion = "3.0.1",
        };
        options = options with { ServiceAccount = null };

        var set = await SetAsync(options);

        Assert.Equal("0.4", set.Property["spark.kubernetes.memoryOverheadFactor"]);
        Assert.Equal("acr,other", set.Property["spark.kubernetes.container.image.pullSecrets"]);
        Assert.Equal(18, set.Changes.Count);
        var read = (await SparkConfig.GetAsync(Files, ["default"], _caller, CancellationToken.None)).Single();
        foreach (var name in new[]
        {
            "SparkMaster", "ImagePullPolicy", "Namespace", "DriverHost", "DriverBindAddress", "DriverPort", "BlockManagerPort", "UiPort", "PortMaxRetries",
            "ExecutorInstances", "ExecutorMemory", "ExecutorCores", "ExecutorRequestCores", "ExecutorLimitCores", "MemoryOverheadFactor", "PythonVersion",
        })
        {
            Assert.Equal(typeof(SparkConfigOptions).GetProperty(name)!.GetValue(options), typeof(DssSparkConfig).GetProperty(name)!.GetValue(read));
        }

        Assert.Equal(["acr", "other"], read.ImagePullSecretName);
        Assert.False((await SetAsync(options)).Changed);
    }

    [Fact]
    public async Task What_the_Spark_of_DSS_does_not_know_is_refused_as_a_parameter_and_warned_of_as_a_key()
    {
        var account = new SparkConfigOptions { ServiceAccount = "spark", SparkVersion = "2.4.5" };
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(account));
        Assert.Equal(("SparkTooOldForKey", ErrorKind.NotSupported), (failure.Id, failure.Kind));
        Assert.Contains("since 3.1.0, and this is 2.4.5", failure.Message, StringComparison.Ordinal);
        Assert.True((await SetAsync(account with { SparkVersion = "3.1.1" })).Changed);

        await SetAsync(new SparkConfigOptions { SparkVersion = "2.4.5", Property = new Hashtable { ["spark.kubernetes.executor.node.selector.pool"] = "a" } });
        Assert.Contains(_caller.Warnings, w => w.Contains("node.selector.pool' has no effect", StringComparison.Ordinal));

        // Python 2 and 3 were to be had before 3.1 only.
        Assert.Equal("SparkTooOldForKey", (await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new SparkConfigOptions { PythonVersion = 3, SparkVersion = "3.4.1" }))).Id);
    }

    [Fact]
    public async Task The_version_of_Spark_comes_from_the_data_directory_and_over_the_api_nothing_is_assumed()
    {
        await File.WriteAllTextAsync(Path.Combine(_host.DataDirectory, "bin", "env-spark.sh"), "export DKU_SPARK_ENABLED=true\nexport DKU_SPARK_VERSION='2.4.0'\n");
        Assert.Equal("SparkTooOldForKey", (await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new SparkConfigOptions { ServiceAccount = "spark" }))).Id);

        await using var dss = await DssApiStandIn.StartAsync();
        var address = new DssAddress { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };
        Assert.True((await SparkConfig.SetAsync(address, new SparkConfigOptions { ServiceAccount = "spark" }, _caller, CancellationToken.None)).Changed);
    }

    [Theory]
    [InlineData(null, OpenSslFallback.Auto, true, false)]
    [InlineData("3.2.0", OpenSslFallback.Auto, true, false)]
    [InlineData("3.2.1", OpenSslFallback.Auto, false, true)]
    [InlineData("3.3.4", OpenSslFallback.WildflyPath, true, false)]
    [InlineData("3.2.0", OpenSslFallback.ChannelMode, false, true)]
    [InlineData("3.2.0", OpenSslFallback.Both, true, true)]
    public async Task Abfs_is_kept_from_OpenSSL_as_its_Hadoop_needs_it(string? hadoop, OpenSslFallback way, bool wildfly, bool channel)
    {
        if (hadoop is not null)
        {
            _folder.Write($"dataiku-dss-5.1.3/hadoop-standalone-libs/generic-hadoop3/hadoop-common-{hadoop}.jar", "");
        }

        var options = new SparkConfigOptions { HadoopVersion = 3, OpenSslFallback = way };
        var result = await SetAsync(options);

        Assert.Equal(wildfly, result.Property["spark.executor.extraJavaOptions"].Contains("-Dorg.wildfly.openssl.path=/dev/null", StringComparison.Ordinal));
        Assert.Equal(channel ? "Default_JSSE" : null, result.Property.GetValueOrDefault("spark.hadoop.fs.azure.ssl.channel.mode"));
        Assert.False((await SetAsync(options)).Changed);
    }

    [Fact]
    public async Task A_pod_that_asks_for_more_than_it_may_use_is_refused_whichever_of_the_two_stood_there()
    {
        await SetAsync(new SparkConfigOptions { ExecutorLimitCores = "2" });

        Assert.Equal("SparkCoresContradict", (await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new SparkConfigOptions { ExecutorRequestCores = "2100m" }))).Id);
        Assert.Equal("SparkCoresContradict", (await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new SparkConfigOptions { ExecutorCores = 3 }))).Id);
        Assert.True((await SetAsync(new SparkConfigOptions { ExecutorCores = 3, ExecutorRequestCores = "1.9" })).Changed);
    }

    [Fact]
    public async Task Variables_of_DSS_pass_the_checks() =>
        Assert.True((await SetAsync(new SparkConfigOptions { ExecutorMemory = "${executorMemory}", Namespace = "dssns-${dssUserLogin}" })).Changed);

    [Fact]
    public async Task Limits_of_user_isolation_and_the_better_way_of_later_DSS_are_said_once()
    {
        var host = SampleDssHost.Create(_folder["later"], new SampleDssHostOptions { Version = "12.4.0", UserIsolation = true });
        var files = new DssAddress { DataDirectory = host.DataDirectory };
        var options = new SparkConfigOptions { SparkMaster = "k8s://https://aks.example:443" };

        var first = await SparkConfig.SetAsync(files, options, _caller, CancellationToken.None);

        Assert.Contains(_caller.Warnings, w => w.Contains("~/.kube/config", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("DSS 12.4.0 has managed Spark on Kubernetes", StringComparison.Ordinal));
        var again = new RecordingCaller();
        var second = await SparkConfig.SetAsync(files, options with { ExecutorInstances = 3 }, again, CancellationToken.None);
        Assert.Empty(again.Warnings);
        Assert.Equal(first.Notes, second.Notes);
        Assert.Equal("12.4.0", second.DssVersion);

        // An old DSS has no such thing, and is told nothing of it.
        Assert.DoesNotContain((await SetAsync(options)).Notes, n => n.Contains("managed", StringComparison.Ordinal));
    }

    // Pods that cannot resolve the host, and Python 2 for code of Python 3, are how a first job fails.
    [Fact]
    public async Task What_decides_whether_a_first_job_runs_is_a_warning_when_a_configuration_first_goes_to_a_cluster()
    {
        var cluster = new SparkConfigOptions { SparkMaster = "k8s://https://aks.example:443", SparkVersion = "2.4.8" };

        var first = await SetAsync(cluster);

        Assert.Contains(_caller.Warnings, w => w.Contains("spark.driver.host is not set", StringComparison.Ordinal) && w.Contains("-DriverHost", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("pythonVersion is not set", StringComparison.Ordinal) && w.Contains("-PythonVersion", StringComparison.Ordinal));
        Assert.All(_caller.Warnings, w => Assert.Contains(w, first.Notes));

        var again = new RecordingCaller();
        await SparkConfig.SetAsync(Files, cluster with { ExecutorInstances = 2 }, again, CancellationToken.None);
        Assert.Empty(again.Warnings);

        var whole = await SetAsync(cluster with { DriverHost = "dss.internal.example", PythonVersion = 3 });
        Assert.DoesNotContain(whole.Notes, n => n.Contains("is not set", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("spark.kubernetes.namespaces", "spark.kubernetes.namespace")]
    [InlineData("spark.kubernetes.container.imagePullPolicy", "spark.kubernetes.container.image.pullPolicy")]
    [InlineData("spark.kubernetes.exectuor.limit.cores", "spark.kubernetes.executor.limit.cores")]
    [InlineData("spark.Kubernetes.executor.podNamePrefix", "spark.kubernetes.executor.podNamePrefix")]
    [InlineData("spark.kubernetes.nodeselector.agentpool", "spark.kubernetes.node.selector.agentpool")]
    [InlineData("spark.kubernetes.executor.labels.team", "spark.kubernetes.executor.label.team")]
    public async Task A_key_that_is_nearly_one_is_told_with_what_was_meant(string key, string meant)
    {
        var set = await SetAsync(new SparkConfigOptions
        {
            SparkMaster = "k8s://https://aks.example:443",
            Property = new Hashtable { [key] = "a" },
        });

        Assert.Contains(_caller.Warnings, w => w.Contains($"{key} is a key that no Spark reads; {meant} is one.", StringComparison.Ordinal));
        Assert.Equal("a", set.Property[key]);
    }

    [Theory]
    [InlineData("spark.kubernetes.node.selector.a.b/c")]
    [InlineData("spark.kubernetes.authenticate.driver.serviceAccountName")]
    [InlineData("spark.kubernetes.something.of.a.later.release")]
    [InlineData("spark.executor.instance")]
    public async Task A_key_that_is_right_or_like_no_other_is_left_alone(string key)
    {
        await SetAsync(new SparkConfigOptions { SparkMaster = "k8s://https://aks.example:443", Property = new Hashtable { [key] = "a" } });

        Assert.DoesNotContain(_caller.Warnings, w => w.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ports_that_are_alike_are_told()
    {
        var options = new SparkConfigOptions { SparkMaster = "k8s://https://aks.example:443", DriverPort = 40000, BlockManagerPort = 40000 };
        await SetAsync(options);
        Assert.Contains(_caller.Warnings, w => w.Contains("spark.driver.port and spark.driver.blockManager.port are the same port, 40000", StringComparison.Ordinal));

        var apart = await SetAsync(options with { BlockManagerPort = 40001, UiPort = 0 });
        Assert.DoesNotContain(apart.Notes, n => n.Contains("the same port", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_row_of_the_table_can_be_read() => Assert.All(SparkKeys.All, key =>
    {
        Assert.NotNull(ReleaseNumber.TryParse(key.Since));
        Assert.NotEmpty(key.Source);
        Assert.StartsWith("spark.", key.Name, StringComparison.Ordinal);
        Assert.Same(key, SparkKeys.Find(key.Name.EndsWith('.') ? key.Name + "x" : key.Name));
    });

    [Fact]
    public void A_key_with_a_parameter_can_be_given_and_is_shown_under_one_name()
    {
        var parameters = SparkKeys.All.Select(k => k.Parameter).OfType<string>().ToList();

        Assert.Distinct(parameters);
        Assert.All(parameters, name => Assert.NotNull(typeof(SparkConfigOptions).GetProperty(name)));
        Assert.All(parameters, name => Assert.NotNull(typeof(DssSparkConfig).GetProperty(name)));
        var given = SparkConfig.WithKeys(new SparkConfigOptions { Name = "other" }, name => name == "DriverPort" ? 40000 : null);
        Assert.Equal(("other", 40000, null), (given.Name, given.DriverPort, given.UiPort));
    }

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private Task<DssSparkConfig> SetAsync(SparkConfigOptions options) => SparkConfig.SetAsync(Files, options, _caller, CancellationToken.None);

    [Theory]
    [InlineData("spark.hadoop.fs.azure.account.key.lake.dfs.core.windows.net", true)]
    [InlineData("spark.hadoop.fs.azure.account.oauth2.client.secret", true)]
    [InlineData("spark.kubernetes.executor.secrets.lake-trust", false)]
    [InlineData("spark.kubernetes.executor.secretKeyRef.WORD", false)]
    public void What_leads_executors_to_a_secret_is_none(string key, bool isSecret) =>
        Assert.Equal(isSecret, SparkSecrets.IsSecretKey(key));
}
