using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Conflicts.Runs;
using SparkAzure.Core.Tests.Java;
using SparkAzure.Sandbox.Samples;
using static SparkAzure.SparkFeatureOutcome;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>Which features of a Spark would work, and with which jars they would: of real releases, and of jars that nobody can read.</summary>
[TakesLong(seconds: 26)]
public sealed class SparkFeatureStatesTests : IDisposable
{
    private const string NoSpark = "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK): no real Spark can be asked.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("2.4.8")]
    [InlineData("3.5.9")]
    public async Task A_release_does_what_every_job_needs_and_is_without_hive(string spark)
    {
        var states = await FeaturesAsync(Home(spark));

        Assert.Equal(Enum.GetValues<SparkFeature>(), states.Keys.Order());
        Assert.All([SparkFeature.Driver, SparkFeature.Parquet, SparkFeature.Sql], f => Assert.Equal((f, Works, null), (f, states[f].State, states[f].Exception)));
        Assert.All(states.Values.Where(s => s.State is Works or Unknown), s => Assert.Empty(s.RequiredJars));

        // That home was cut down; what its jars would need in turn nobody ran.
        Assert.Equal(Missing, states[SparkFeature.Hive].State);
        Assert.EndsWith("because Hive classes are not found.", states[SparkFeature.Hive].Exception, StringComparison.Ordinal);
        Assert.Empty(states[SparkFeature.Hive].RequiredJars);
    }

    // Linked and run: hadoop-azure alone for abfs; the sets of wasb and adl. That abfs does without wildfly-openssl only a run without it tells.
    [SkippableTheory]
    [InlineData(SparkFeature.Abfs, 2, "org.apache.hadoop.fs.azurebfs.SecureAzureBlobFileSystem", "hadoop-azure 3.3.4")]
    [InlineData(SparkFeature.Wasb, 1, "org.apache.hadoop.fs.azure.NativeAzureFileSystem", "azure-storage 7.0.1", "hadoop-azure 3.3.4", "jetty-util 9.4.43.v20210629", "jetty-util-ajax 9.4.43.v20210629")]
    [InlineData(SparkFeature.Adl, 1, "org.apache.hadoop.fs.adl.AdlFileSystem", "azure-data-lake-store-sdk 2.3.9", "hadoop-azure-datalake 3.3.4", "wildfly-openssl 1.0.7.Final")]
    public async Task What_azure_needs_is_named_jar_by_jar(SparkFeature feature, int libraries, string driver, params string[] jars)
    {
        var state = (await FeaturesAsync(Home("3.5.9")))[feature];

        Assert.Equal(Missing, state.State);
        Assert.Equal($"java.lang.RuntimeException: java.lang.ClassNotFoundException: Class {driver} not found", state.Exception);
        var recorded = SparkRuns.Shipped.Runs.Where(r => r.Spark == "3.5.9" && r.Feature == feature).Select(r => r.Libraries).Distinct().ToList();
        Skip.If(recorded.Count < libraries, $"{feature} of 3.5.9 was recorded with {recorded.Count} sets of libraries ({string.Join(", ", recorded)}), and {libraries} are needed to tell which jars it needs.");
        Assert.Equal(jars, state.RequiredJars.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task A_jar_that_was_taken_out_is_what_it_fails_for()
    {
        var home = Home("3.5.9");
        var jar = Directory.GetFiles(Path.Combine(home, "jars"), "commons-lang3-*.jar").Single();
        File.Delete(jar);

        var driver = (await FeaturesAsync(home))[SparkFeature.Driver];

        Assert.Equal(Fails, driver.State);
        Assert.StartsWith("java.lang.NoClassDefFoundError: org/apache/commons/lang3/", driver.Exception, StringComparison.Ordinal);
        Assert.Equal([Path.GetFileNameWithoutExtension(jar).Replace("3-", "3 ", StringComparison.Ordinal)], driver.RequiredJars);
    }

    [Fact]
    public async Task Of_jars_that_cannot_be_read_nothing_is_said_but_what_their_names_tell()
    {
        var states = await FeaturesAsync(SampleSpark.Create(_folder.Path, new SampleSparkOptions { HadoopRelease = "3.2.0" }).Home);

        Assert.All([SparkFeature.Driver, SparkFeature.Executor, SparkFeature.Sql, SparkFeature.Kubernetes, SparkFeature.PySpark], f => Assert.Equal((f, Unknown, null), (f, states[f].State, states[f].Exception)));

        // How Hadoop words it stands in its unreadable jar.
        Assert.Equal((Missing, null), (states[SparkFeature.Abfs].State, states[SparkFeature.Abfs].Exception));
        Assert.Equal(Fails, states[SparkFeature.Hive].State);
        Assert.Contains("Unrecognized Hadoop major version number: 3.2.0", states[SparkFeature.Hive].Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Left_out_no_jar_is_opened()
    {
        var home = SampleSpark.Create(_folder.Path).Home;
        var options = new SparkDistributionOptions { SparkHome = home, SkipFeature = true, IndexFolder = _folder["index"] };

        var distribution = await SparkDistributions.ReadAsync(options, new RecordingCaller(), CancellationToken.None);

        Assert.Empty(distribution.Features);
        Assert.Equal("2.4.0", distribution.SparkVersion);
        Assert.False(Directory.Exists(_folder["index"]));
    }

    private string Home(string spark)
    {
        Skip.If(JavaTools.SparkFolder is null, NoSpark);
        TestTime.SkipWhenShort();
        JavaTools.Run([Path.Combine(JavaTools.SparkFolder!, "spark"), "home", spark, _folder[spark]]);
        return _folder[spark];
    }

    private static async Task<Dictionary<SparkFeature, SparkFeatureState>> FeaturesAsync(string home)
    {
        // One index for all, as one account has: whole Sparks are read once.
        var options = new SparkDistributionOptions { SparkHome = home, IndexFolder = Path.Combine(SparkScenes.Folder, "index") };
        var distribution = await SparkDistributions.ReadAsync(options, new RecordingCaller(), CancellationToken.None);
        return distribution.Features.ToDictionary(f => f.Feature);
    }
}
