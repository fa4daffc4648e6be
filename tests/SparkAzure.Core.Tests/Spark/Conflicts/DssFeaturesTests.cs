using System.Text.Json.Nodes;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>The storages that a DSS uses are what matters to the conflicts of its Spark.</summary>
public sealed class DssFeaturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SampleDssHost _host;
    private readonly string _spark;
    private readonly RecordingCaller _caller = new();

    public DssFeaturesTests()
    {
        _host = SampleDssHost.Create(_folder.Path);
        _spark = _folder["spark"];
        new SampleJar("org.apache.spark", "spark-core_2.12", "3.5.0").WriteTo(Path.Combine(_spark, "jars"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"type": "HDFS", "params": {"root": "abfss://data@acct.dfs.core.windows.net/"}}""", SparkFeature.Abfs)]
    [InlineData("""{"type": "HDFS", "params": {"root": "abfs://data@acct.dfs.core.windows.net/${projectKey}"}}""", SparkFeature.Abfs)]
    [InlineData("""{"type": "HDFS", "params": {"root": "wasbs://data@acct.blob.core.windows.net/"}}""", SparkFeature.Wasb)]
    [InlineData("""{"type": "HDFS", "params": {"root": "wasb://data@${account}.blob.core.windows.net/"}}""", SparkFeature.Wasb)]
    [InlineData("""{"type": "HDFS", "params": {"root": "adl://acct.azuredatalakestore.net/"}}""", SparkFeature.Adl)]
    [InlineData("""{"type": "HDFS", "params": {"root": "hdfs://namenode:8020/data"}}""", SparkFeature.Hdfs)]
    [InlineData("""{"type": "HDFS", "params": {"root": "hdfs:///data", "hiveSynchronizationMode": "KEEP_IN_SYNC"}}""", SparkFeature.Hdfs)]
    [InlineData("""{"type": "Azure", "params": {"storageAccount": "acct", "hdfsInterface": "ABFS"}}""", SparkFeature.Abfs)]
    [InlineData("""{"type": "Azure", "params": {"storageAccount": "acct", "hdfsInterface": "WASB", "useSSL": false}}""", SparkFeature.Wasb)]
    public async Task A_connection_asks_for_its_file_system(string connection, SparkFeature feature)
    {
        Write("lake", connection);

        var conflict = Assert.Single(await BesideThoseOfEveryJobAsync());

        Assert.Equal(("FeatureMissing", SparkJarConflictSeverity.Error, feature), (conflict.Rule, conflict.Severity, conflict.Features.Single()));
        Assert.Contains(_caller.VerboseLines, l => l.Contains("'lake'", StringComparison.Ordinal) && l.EndsWith($"use {feature}.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"type": "HDFS", "params": {"root": "/user/dataiku", "hiveSynchronizationMode": "KEEP_IN_SYNC"}}""")]
    [InlineData("""{"type": "HDFS", "params": {"root": "gs://bucket/"}}""")]
    [InlineData("""{"type": "HDFS", "params": {}}""")]
    [InlineData("""{"type": "Azure", "params": {"storageAccount": "acct", "hdfsInterface": "NONE"}}""")]
    [InlineData("""{"type": "Azure", "params": {"storageAccount": "acct"}}""")]
    [InlineData("""{"type": "EC2", "params": {"root": "abfss://data@acct.dfs.core.windows.net/"}}""")]
    [InlineData("""{"params": "abfss"}""")]
    public async Task What_names_no_storage_of_these_asks_for_nothing(string connection)
    {
        Write("other", connection);

        Assert.Empty(await BesideThoseOfEveryJobAsync());
    }

    [Fact]
    public async Task Each_storage_counts_once_beside_what_was_asked_for()
    {
        Write("one", """{"type": "HDFS", "params": {"root": "abfss://one@acct.dfs.core.windows.net/"}}""");
        Write("two", """{"type": "Azure", "params": {"storageAccount": "acct", "hdfsInterface": "ABFS"}}""");

        var conflicts = await BesideThoseOfEveryJobAsync(SparkFeature.Abfs, SparkFeature.Adl);

        Assert.Equal([SparkFeature.Abfs, SparkFeature.Adl], conflicts.Select(c => c.Features.Single()).Order());
    }

    [Fact]
    public async Task A_dss_without_connections_asks_for_nothing()
    {
        File.Delete(_host.Connections);

        Assert.Empty(await BesideThoseOfEveryJobAsync());
    }

    [Fact]
    public async Task What_is_no_dss_or_cannot_be_understood_is_refused()
    {
        await File.WriteAllTextAsync(_host.Connections, "{\"connections\": ");
        Assert.Equal("SettingsNotJson", (await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(_host.DataDirectory))).Id);
        await File.WriteAllTextAsync(_host.Connections, "{\"connections\": []}");
        Assert.Equal("SettingsUnexpected", (await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(_host.DataDirectory))).Id);
        Assert.Equal("NotADataDirectory", (await Assert.ThrowsAsync<SparkAzureException>(() => FindAsync(_spark))).Id);
    }

    private void Write(string name, string connection)
    {
        var file = JsonNode.Parse(File.ReadAllText(_host.Connections))!;
        file["connections"]![name] = JsonNode.Parse(connection);
        File.WriteAllText(_host.Connections, file.ToJsonString());
    }

    private async Task<IReadOnlyList<SparkJarConflict>> BesideThoseOfEveryJobAsync(params SparkFeature[] asked)
    {
        var usual = (await FindAsync(null)).Select(c => c.Summary).ToHashSet();
        return [.. (await FindAsync(_host.DataDirectory, asked)).Where(c => !usual.Contains(c.Summary))];
    }

    private Task<IReadOnlyList<SparkJarConflict>> FindAsync(string? dataDirectory, params SparkFeature[] asked)
    {
        var options = new SparkJarConflictOptions
        {
            SparkHome = _spark,
            DataDirectory = dataDirectory,
            For = asked,
            IndexFolder = _folder["index"],
        };
        return SparkJarConflicts.FindAsync(options, _caller, CancellationToken.None);
    }
}
