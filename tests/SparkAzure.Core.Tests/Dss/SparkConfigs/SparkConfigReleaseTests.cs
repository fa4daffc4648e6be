using System.Collections;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.DssApi;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

/// <summary>What the release of Spark decides: whether any job runs with a configuration at all.</summary>
public sealed class SparkConfigReleaseTests : IDisposable
{
    private const string WithoutPort = "k8s://https://aks.example";
    private const string WithPort = "k8s://https://aks.example:443";

    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private RecordingCaller _caller = new();

    public SparkConfigReleaseTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2.4.0", WithPort)]
    [InlineData("2.4.4", WithPort)]
    [InlineData("2.4.5", WithoutPort)]
    [InlineData("3.5.1", WithoutPort)]
    [InlineData(null, WithoutPort)]
    public async Task A_master_is_written_with_the_port_where_the_Spark_of_DSS_needs_it(string? spark, string written)
    {
        Runs(spark);

        var set = await SetAsync(new SparkConfigOptions { SparkMaster = WithoutPort });

        Assert.Equal(written, set.SparkMaster);
        Assert.Equal(written, (await ReadAsync()).SparkMaster);
        Assert.DoesNotContain(_caller.Warnings, w => w.Contains("spark.master", StringComparison.Ordinal));
        Assert.DoesNotContain(set.Notes, n => n.Contains("names no port", StringComparison.Ordinal));
        Assert.False((await SetAsync(new SparkConfigOptions { SparkMaster = WithoutPort })).Changed);
    }

    [Fact]
    public async Task A_master_that_is_named_as_a_key_and_a_Spark_that_is_named_get_it_too()
    {
        var set = await SetAsync(new SparkConfigOptions
        {
            SparkVersion = "2.4.3",
            Property = new Hashtable { ["spark.master"] = WithoutPort },
        });

        Assert.Equal(WithPort, set.SparkMaster);

        await using var dss = await DssApiStandIn.StartAsync();
        var address = new DssAddress { Uri = dss.Uri, ApiKey = Secret.Of(dss.ApiKey) };
        var remote = await SparkConfig.SetAsync(address, new SparkConfigOptions { SparkVersion = "2.4.3", SparkMaster = WithoutPort }, _caller, CancellationToken.None);
        Assert.Equal(WithPort, remote.SparkMaster);
    }

    [Fact]
    public async Task A_port_that_is_missing_where_the_master_stands_is_said_at_every_change_with_the_cure()
    {
        await SetAsync(new SparkConfigOptions { SparkMaster = WithoutPort });
        Runs("2.4.0");

        for (var executors = 2; executors < 4; executors++)
        {
            _caller = new RecordingCaller();
            var set = await SetAsync(new SparkConfigOptions { ExecutorInstances = executors });

            Assert.Equal(WithoutPort, set.SparkMaster);
            var warning = Assert.Single(_caller.Warnings);
            Assert.Contains("Expected HTTP 101 response but was '403 Forbidden'", warning, StringComparison.Ordinal);
            Assert.Contains($"set it to {WithPort}", warning, StringComparison.Ordinal);
            Assert.Contains(warning, set.Notes);
        }

        // What Get returns pipes into Set, and that cures it.
        _caller = new RecordingCaller();
        var cured = await SetAsync(new SparkConfigOptions { SparkMaster = (await ReadAsync()).SparkMaster });
        Assert.Equal(new DssSparkConfigChange("spark.master", WithoutPort, WithPort), Assert.Single(cured.Changes));
        Assert.Empty(_caller.Warnings);
    }

    [Fact]
    public async Task A_Spark_without_client_mode_is_refused_a_cluster_and_nothing_is_written()
    {
        Runs("2.3.4");
        var before = await File.ReadAllBytesAsync(_host.GeneralSettings);

        var failure = await Refusal.IsAsync(
            "SparkClientModeMissing",
            ErrorKind.NotSupported,
            "DSS runs Spark 2.3.4, which has no client mode on Kubernetes",
            "say so with -SparkVersion",
            () => SetAsync(new SparkConfigOptions { SparkMaster = WithPort }));

        Assert.Contains("Use Spark 2.4.0 or later", failure.Remedy, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_host.GeneralSettings));
        Assert.True((await SetAsync(new SparkConfigOptions { SparkMaster = WithPort, SparkVersion = "2.4.8" })).Changed);

        // A cluster that stands there already is no better.
        await Refusal.IsAsync(
            "SparkClientModeMissing", ErrorKind.NotSupported, "2.3.4", "-Force", () => SetAsync(new SparkConfigOptions { ExecutorInstances = 3 }));
        Assert.Contains((await ReadAsync()).Notes, n => n.Contains("Spark 2.3.4 has no client mode", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Spark_without_client_mode_is_written_by_force_with_a_warning_and_serves_elsewhere()
    {
        Runs("2.3.4");

        Assert.True((await SetAsync(new SparkConfigOptions { Name = "sample-yarn-config", ExecutorInstances = 3 })).Changed);
        Assert.Empty(_caller.Warnings);

        Assert.True((await SetAsync(new SparkConfigOptions { SparkMaster = WithPort, Force = true })).Changed);
        Assert.Contains(_caller.Warnings, w => w.Contains("Client mode is currently not supported for Kubernetes.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("4.3.0", "0.0.0.0", null, true)]
    [InlineData("4.3.0", "::", null, true)]
    [InlineData("4.3.0", "[::]", "true", true)]
    [InlineData("4.3.0", "0.0.0.0", "false", false)]
    [InlineData("4.3.0", "10.1.2.3", null, false)]
    [InlineData("4.2.1", "0.0.0.0", null, false)]
    [InlineData(null, "0.0.0.0", null, false)]
    public async Task A_bind_address_that_executors_would_take_for_the_drivers_is_said(string? spark, string bind, string? useDriverPodIP, bool said)
    {
        Runs(spark);
        var property = new Hashtable();
        if (useDriverPodIP is not null)
        {
            property["spark.kubernetes.executor.useDriverPodIP"] = useDriverPodIP;
        }

        await SetAsync(new SparkConfigOptions { SparkMaster = WithPort, DriverHost = "10.0.0.4", DriverBindAddress = bind, Property = property });

        Assert.Equal(said, _caller.Warnings.Any(w => w.Contains("set spark.kubernetes.executor.useDriverPodIP to false", StringComparison.Ordinal)));
        Assert.NotEqual(said, _caller.Warnings.IsEmpty);
    }

    private void Runs(string? spark)
    {
        if (spark is not null)
        {
            File.WriteAllText(Path.Combine(_host.DataDirectory, "bin", "env-spark.sh"), $"export DKU_SPARK_ENABLED=true\nexport DKU_SPARK_VERSION='{spark}'\n");
        }
    }

    private DssAddress Files => new() { DataDirectory = _host.DataDirectory };

    private Task<DssSparkConfig> SetAsync(SparkConfigOptions options) => SparkConfig.SetAsync(Files, options, _caller, CancellationToken.None);

    private async Task<DssSparkConfig> ReadAsync() => (await SparkConfig.GetAsync(Files, ["default"], _caller, CancellationToken.None)).Single();
}
