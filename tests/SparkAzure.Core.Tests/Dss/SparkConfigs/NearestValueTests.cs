using System.Collections;
using System.Net;
using System.Net.Sockets;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.SparkConfigs;

/// <summary>What somebody is told who gives a size, a name or a host that cannot be.</summary>
public sealed class NearestValueTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();
    private readonly SampleDssHost _host;

    public NearestValueTests() => _host = SampleDssHost.Create(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("spark.executor.memory", "2.5g", "2560m")]
    [InlineData("spark.executor.memory", "4 GB", "4g")]
    [InlineData("spark.executor.memory", "4Gi", "4g")]
    [InlineData("spark.executor.memory", "0,5 g", "512m")]
    [InlineData("spark.executor.memory", "much", null)]
    [InlineData("spark.executor.memory", "4x", null)]
    [InlineData("spark.kubernetes.executor.request.cores", "0,9", "0.9")]
    [InlineData("spark.kubernetes.executor.request.cores", "2 cores", "2")]
    [InlineData("spark.kubernetes.executor.limit.cores", "900 M", "900m")]
    [InlineData("spark.executor.instances", "3.0", "3")]
    [InlineData("spark.kubernetes.memoryOverheadFactor", "40%", "0.4")]
    [InlineData("spark.dynamicAllocation.shuffleTracking.enabled", "yes", "true")]
    [InlineData("spark.kubernetes.namespace", "My_Spark Jobs", "my-spark-jobs")]
    [InlineData("spark.kubernetes.namespace", "__", null)]
    [InlineData("spark.driver.host", "http://dss.example:11200/", "dss.example")]
    [InlineData("spark.driver.host", "dss.example:11200", "dss.example")]
    [InlineData("spark.driver.host", "localhost", null)]
    public async Task A_value_that_cannot_be_is_refused_with_the_nearest_that_can(string key, string value, string? nearest)
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new() { Property = new Hashtable { [key] = value } }));

        Assert.Equal("SparkPropertyInvalid", failure.Id);
        Assert.DoesNotContain("-Property as a table", failure.Remedy, StringComparison.Ordinal);
        Assert.Equal(nearest is null ? "Give such a value, or leave it out." : $"Give {nearest}, if that is what was meant.", failure.Remedy);
    }

    [Fact]
    public async Task How_properties_are_given_is_said_where_that_is_the_matter()
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SetAsync(new() { Property = new Hashtable { ["spark.x"] = null } }));

        Assert.Contains("-Property as a table", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_driver_host_that_nobody_knows_is_told_when_it_is_set()
    {
        var unknown = new SparkConfigOptions { DriverHost = "dss.nowhere", AddressesOf = (_, _) => throw new SocketException((int)SocketError.HostNotFound) };

        await SetAsync(unknown);
        Assert.Contains(_caller.Warnings, w => w.Contains("'dss.nowhere' cannot be resolved on this host", StringComparison.Ordinal));

        _caller.Warnings.Clear();
        await SetAsync(unknown);
        await SetAsync(unknown with { DriverHost = "10.0.0.4", AddressesOf = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }) });
        Assert.Empty(_caller.Warnings);
    }

    private Task<DssSparkConfig> SetAsync(SparkConfigOptions options) => SparkConfig.SetAsync(
        new DssAddress { DataDirectory = _host.DataDirectory }, options, _caller, CancellationToken.None);
}
