using SparkAzure.Core.Setup.Checks;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>Whether the parts say the same.</summary>
public sealed class AgreementCheckTests : IAsyncLifetime
{
    private SetupSite _site = null!;

    public async Task InitializeAsync() => _site = await SetupSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Theory]
    [InlineData("3.2.0", "3.2.0", "3.2.0", "lake", SparkAzureCheckState.Passed)]
    [InlineData("3.2.0", "3.2.0", "2.7.3", "lake", SparkAzureCheckState.Failed)]
    [InlineData("2.8.5", "2.8.5", null, "lake", SparkAzureCheckState.Failed)]
    [InlineData("2.8.5", "2.8.5", null, null, SparkAzureCheckState.Passed)]
    [InlineData("3.2.0", "2.7.3", null, null, SparkAzureCheckState.Failed)]
    [InlineData(null, "3.3.4", "3.3.4", "lake", SparkAzureCheckState.Unknown)]
    [InlineData("3.2.0", "2.7.3, 3.2.0", null, null, SparkAzureCheckState.Failed)]
    public void Hadoops_are_held_against_each_other(string? dss, string? spark, string? image, string? gen2, SparkAzureCheckState expected) =>
        Assert.Equal(expected, AgreementChecks.OfHadoop(dss, spark, image, gen2).State);

    [Fact]
    public async Task Limits_of_the_procedure_are_told()
    {
        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("LimitClientMode")).State);
        _site.Set(("spark.submit.deployMode", "cluster"));
        Assert.Equal(SparkAzureCheckState.Failed, (await _site.CheckAsync("LimitClientMode")).State);

        Assert.Equal(SparkAzureCheckState.NotApplicable, (await _site.CheckAsync("LimitUserIsolation")).State);
        Assert.Equal(SparkAzureCheckState.NotApplicable, (await _site.CheckAsync("OpenSslFallback")).State);

        await using var isolated = await SetupSite.StartAsync(new SampleDssHostOptions { UserIsolation = true });
        isolated.Write("config/connections.json", Lake);
        Assert.Equal(SparkAzureCheckState.Failed, (await isolated.CheckAsync("LimitUserIsolation")).State);
        Assert.Equal(SparkAzureCheckState.Warning, (await isolated.CheckAsync("OpenSslFallback")).State);
        isolated.Set(("spark.executor.extraJavaOptions", "-Dorg.wildfly.openssl.path=/dev/null"));
        Assert.Equal(SparkAzureCheckState.Passed, (await isolated.CheckAsync("OpenSslFallback")).State);
    }

    [Fact]
    public async Task What_Sparks_own_jars_say_is_held_against_DSS_and_against_its_Hive()
    {
        using var folder = new TemporaryFolder();
        var spark = SampleSpark.Create(folder["opt"]);
        _site.IntegrateSpark("2.4.0", spark.Home);

        var sql = await _site.CheckAsync("LimitSparkSql");
        var scala = await _site.CheckAsync("AgreementScala");

        Assert.Equal(SparkAzureCheckState.Passed, sql.State);
        Assert.Equal(SparkAzureCheckState.Passed, scala.State);
        Assert.Equal(SparkAzureCheckState.Unknown, (await _site.CheckAsync("AgreementSpark")).State);

        _site.IntegrateSpark("3.1.3", spark.Home);
        Assert.Contains("DSS noted Spark 3.1.3", (await _site.CheckAsync("DssSparkIntegration")).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recipes_of_Spark_with_a_code_environment_are_named()
    {
        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("LimitCodeEnvironments")).State);
        Directory.CreateDirectory(Path.Combine(_site.Host.DataDirectory, "config/projects/SALES/recipes"));
        const string Environment = """{"envMode":"EXPLICIT_ENV","envName":"py36"}""";
        _site.Write("config/projects/SALES/recipes/score.json", $$$"""{"type":"pyspark","params":{"envSelection":{{{Environment}}}}}""");
        _site.Write("config/projects/SALES/recipes/plain.json", $$$"""{"type":"python","params":{"envSelection":{{{Environment}}}}}""");

        var check = await _site.CheckAsync("LimitCodeEnvironments");

        Assert.Equal(SparkAzureCheckState.Warning, check.State);
        Assert.StartsWith("SALES.score (py36):", check.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_to_be_looked_at_says_so_by_its_id()
    {
        await using var site = new CheckSite(_site.Options(), new RecordingCaller(), default);

        Assert.Equal("DssHasNoSpark", (await Assert.ThrowsAsync<SparkAzureException>(() => site.SparkAsync(default))).Id);
        Assert.Equal("SetupImageMissing", (await Assert.ThrowsAsync<SparkAzureException>(() => site.ImageAsync(default))).Id);
    }

    private const string Lake = """
        {"connections": {"lake": {"type": "HDFS", "params": {"root": "abfss://data@samplelake.dfs.core.windows.net/",
        "extraConf": [{"name": "fs.azure.account.key.samplelake.dfs.core.windows.net", "value": "e:AES:0000", "secret": true}]}}}}
        """;
}
