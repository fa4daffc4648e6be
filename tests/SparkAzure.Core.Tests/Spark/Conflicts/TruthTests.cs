using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Runs.Java;
using SparkAzure.Runs.Scenes;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>
/// What real JVMs said of real Sparks with real Hadoop libraries, row by row: nothing where it runs, and where it does not
/// the exception that comes first, for the feature that meets it.
/// </summary>
[TakesLong(seconds: 25)]
public sealed class TruthTests
{
    private const string JettyMissing = "java.lang.NoClassDefFoundError: org/eclipse/jetty/util/ajax/JSON";
    private const string WildflyMissing = "java.lang.NoClassDefFoundError: org/wildfly/openssl/OpenSSLProvider";
    [SkippableTheory]
    [InlineData("2.4.8", "released")]
    [InlineData("2.4.8", "hadoop-2.8.5", SparkFeature.Wasb)]
    [InlineData("2.4.8", "hadoop-3.2.0", SparkFeature.Abfs, SparkFeature.Adl)]
    [InlineData("2.4.8", "hadoop-3.2.0+jetty-util-ajax", SparkFeature.Abfs, SparkFeature.Wasb, SparkFeature.Adl)]
    [InlineData("3.5.9", "released")]
    [InlineData("3.5.9", "hadoop-azure-3.3.4", SparkFeature.Abfs)]
    [InlineData("3.5.9", "azure-3.3.4", SparkFeature.Abfs, SparkFeature.Wasb, SparkFeature.Adl)]
    public async Task What_runs_is_nothing_to_speak_of(string spark, string libraries, params SparkFeature[] features)
    {
        var findings = await FindAsync(Lay(spark, libraries), features);

        Assert.Empty(findings.Where(f => f.Severity > SparkJarConflictSeverity.Information).Select(f => $"{f}: {f.Symptom}"));
    }

    [SkippableTheory]
    [InlineData("2.4.8", "hadoop-3.2.0", "", SparkFeature.Wasb, "MissingJettyUtilAjax", JettyMissing, "jetty-util-ajax 9.3.24.v20180605")]
    [InlineData("2.4.8", "hadoop-3.2.0", "wildfly-openssl-*", SparkFeature.Abfs, "MissingWildflyOpenssl", WildflyMissing, "wildfly-openssl 1.0.4.Final")]
    [InlineData("2.4.8", "hadoop-3.2.0+jetty-util-ajax", "azure-storage-*", SparkFeature.Wasb, "MissingAzureStorage", "java.lang.NoClassDefFoundError: com/microsoft/azure/storage/", "azure-storage 7.0.0")]
    [InlineData("3.5.9", "azure-3.3.4", "azure-storage-*", SparkFeature.Wasb, "MissingAzureStorage", "java.lang.NoClassDefFoundError: com/microsoft/azure/storage/", "azure-storage 7.0.1")]
    [InlineData("3.5.9", "azure-3.3.4", "wildfly-openssl-*", SparkFeature.Adl, "MissingWildflyOpenssl", WildflyMissing, "wildfly-openssl 1.0.7.Final")]
    [InlineData("2.4.8", "hadoop-3.2.0", "azure-data-lake-store-sdk-*", SparkFeature.Adl, "MissingDataLakeStoreSdk", "java.lang.NoClassDefFoundError: com/microsoft/azure/datalake/store/", "azure-data-lake-store-sdk 2.2.9")]
    public async Task A_storage_that_fails_is_an_error_for_who_uses_it_and_known_to_the_others(
        string spark, string libraries, string without, SparkFeature feature, string rule, string symptom, string bring)
    {
        var scene = Lay(spark, libraries);
        if (without.Length > 0)
        {
            Assert.NotEmpty(scene.LeaveOut(without));
        }

        var finding = Assert.Single(await FindAsync(scene, feature), f => f.Rule == rule);

        Assert.Equal((SparkJarConflictSeverity.Error, SparkJarConflictBasis.Run), (finding.Severity, finding.Basis));
        Assert.StartsWith(symptom, finding.Symptom, StringComparison.Ordinal);
        Assert.Contains(bring, finding.RequiredJars);
        Assert.Contains(feature, finding.Features);
        Assert.NotNull(finding.ReferringJar);
        Assert.Equal(SparkJarConflictSeverity.Information, Assert.Single(await FindAsync(scene), f => f.Rule == rule).Severity);
    }

    [SkippableTheory]
    [InlineData("hadoop-3.2.0", "woodstox-core-*", "MissingWoodstox", "woodstox-core 5.0.3")]
    [InlineData("hadoop-3.2.0", "stax2-api-*", "MissingStax2", "stax2-api 3.1.4")]
    [InlineData("hadoop-3.2.0", "commons-configuration2-*", "MissingCommonsConfiguration2", "commons-configuration2 2.1.1")]
    [InlineData("hadoop-3.2.0", "htrace-core4-*", "MissingHtrace4", "htrace-core4 4.1.0-incubating")]
    [InlineData("hadoop-3.2.0", "re2j-*", "MissingRe2j", "re2j 1.1")]
    [InlineData("hadoop-2.8.5", "htrace-core4-*", "MissingHtrace4", "htrace-core4 4.0.1-incubating")]
    [InlineData("released", "snappy-java-*", "MissingSnappy", "snappy-java 1.1.8.2")]
    public async Task What_every_job_needs_is_an_error(string libraries, string without, string rule, string bring)
    {
        var scene = Lay("2.4.8", libraries);
        scene.LeaveOut(without);

        var finding = Assert.Single(await FindAsync(scene), f => f.Rule == rule);

        Assert.Equal(SparkJarConflictSeverity.Error, finding.Severity);
        Assert.StartsWith("java.lang.NoClassDefFoundError: ", finding.Symptom, StringComparison.Ordinal);
        Assert.Equal([bring], finding.RequiredJars);
    }

    [SkippableTheory]
    [InlineData("released", "java.io.IOException: No FileSystem for scheme: abfss")]
    [InlineData("hadoop-2.8.5", "java.io.IOException: No FileSystem for scheme: abfss")]
    public async Task A_hadoop_without_abfs_says_so(string libraries, string symptom)
    {
        var findings = await FindAsync(Lay("2.4.8", libraries), SparkFeature.Abfs);

        var finding = Assert.Single(findings, f => f.Severity == SparkJarConflictSeverity.Error);
        Assert.Equal(("FeatureMissing", symptom), (finding.Rule, finding.Symptom));
        Assert.Empty(finding.RequiredJars);
    }

    // People take both out because of CVE-2019-10202; Hadoop needs them up to 3.3.4 (apache/spark#42446).
    [SkippableFact]
    public async Task Without_jackson_1_abfs_names_both_jars()
    {
        var scene = Lay("2.4.8", "hadoop-3.2.0");
        Assert.Equal(2, scene.LeaveOut("jackson-*-asl-*").Count);

        var errors = (await FindAsync(scene, SparkFeature.Abfs)).Where(f => f.Severity == SparkJarConflictSeverity.Error).ToList();

        Assert.NotEmpty(errors);
        Assert.All(errors, e => Assert.StartsWith("java.lang.NoClassDefFoundError: org/codehaus/jackson/", e.Symptom, StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Features.Contains(SparkFeature.Abfs));
        Assert.Equal(["jackson-core-asl 1.9.13", "jackson-mapper-asl 1.9.13"], errors.SelectMany(e => e.RequiredJars).Distinct().Order());
    }

    // The client's jars are one family, as its authors bring them (jupyter-server/enterprise_gateway#774).
    [SkippableFact]
    public async Task A_kubernetes_client_without_its_model_is_an_error_for_every_job()
    {
        var scene = Lay("3.5.9", "released");
        Assert.NotEmpty(scene.LeaveOut("kubernetes-model-common-*"));

        var finding = Assert.Single(await FindAsync(scene), f => f.Severity == SparkJarConflictSeverity.Error);

        Assert.StartsWith("java.lang.NoClassDefFoundError: io/fabric8/kubernetes/", finding.Symptom, StringComparison.Ordinal);
        Assert.Contains(SparkFeature.Kubernetes, finding.Features);
        Assert.Equal(["kubernetes-model-common 6.7.2"], finding.RequiredJars);
    }

    // Hadoop 2.7 passes the file system of another Hadoop over, and the job hears of a scheme that nobody knows.
    [SkippableFact]
    public async Task An_add_on_of_another_hadoop_is_passed_over()
    {
        var scene = Lay("2.4.8", "released");
        scene.Add(Directory.GetFiles(SparkScenes.Stock.Libraries("hadoop-3.2.0"), "hadoop-azure-3.2.0.jar").Single());

        var findings = await FindAsync(scene, SparkFeature.Abfs, SparkFeature.Wasb);

        var errors = findings.Where(f => f.Severity == SparkJarConflictSeverity.Error).ToList();
        Assert.Contains(errors, f => f.Symptom == "java.io.IOException: No FileSystem for scheme: abfss");
        Assert.Contains(errors, f => f.Rule is "MissingStreamCapabilities" or "AddOnOfAnotherHadoop");
    }

    // Spark's own guava 14 links all of Hadoop 3.2.0; guava 27 lacks a method that one of its options calls.
    [SkippableFact]
    public async Task Guava_27_in_hadoop_3_2_is_told_of_where_all_is_asked_for()
    {
        var scene = Lay("2.4.8", "hadoop-3.2.0");
        scene.LeaveOut("guava-*");
        scene.Add(Directory.GetFiles(SparkScenes.Stock.Libraries("companions-5.1"), "guava-27*").Single());
        scene.Add(Directory.GetFiles(SparkScenes.Stock.Libraries("companions-5.1"), "failureaccess-*").Single());

        Assert.DoesNotContain(await FindAsync(scene), f => f.Severity > SparkJarConflictSeverity.Information);
        var all = await FindAsync(scene, all: true);
        Assert.Contains(all, f => f.Rule == "GuavaTooNew"
            && f.Symptom.StartsWith("java.lang.NoSuchMethodError: com.google.common.util.concurrent.Futures.addCallback", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Azure_storage_of_hadoop_3_does_not_suit_hadoop_2()
    {
        var scene = Lay("2.4.8", "hadoop-2.8.5");
        scene.LeaveOut("azure-storage-*");
        scene.Add(Directory.GetFiles(SparkScenes.Stock.Libraries("hadoop-3.2.0"), "azure-storage-*").Single());

        var finding = Assert.Single(await FindAsync(scene, SparkFeature.Wasb), f => f.Severity == SparkJarConflictSeverity.Error);

        Assert.Equal("AzureStorageTooNew", finding.Rule);
        Assert.StartsWith("java.lang.NoSuchMethodError: com.microsoft.azure.storage.", finding.Symptom, StringComparison.Ordinal);
    }

    private static SparkScene Lay(string spark, string libraries)
    {
        Skip.If(JavaTools.SparkFolder is null, JavaTools.NoSparkFolder);
        TestTime.SkipWhenShort();
        return SparkScenes.Lay(spark, libraries);
    }

    private static Task<IReadOnlyList<SparkJarConflict>> FindAsync(SparkScene scene, params SparkFeature[] features) =>
        FindAsync(scene, all: false, features);

    private static Task<IReadOnlyList<SparkJarConflict>> FindAsync(SparkScene scene, bool all, params SparkFeature[] features)
    {
        var options = new SparkJarConflictOptions
        {
            SparkHome = scene.Home,
            For = features,
            All = all,
            JavaVersion = scene.Version == "2.4.8" ? 8 : 17,
            IndexFolder = Path.Combine(SparkScenes.Folder, "index"),
        };
        return SparkJarConflicts.FindAsync(options, new RecordingCaller(), CancellationToken.None);
    }
}
