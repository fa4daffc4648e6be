using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Core.Tests.Java;
using SparkAzure.Core.Tests.Releases;
using SparkAzure.Core.Tests.Spark.Conflicts;
using Xunit.Abstractions;

namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>Exchanges of real jars: what the result needs comes, what it does not stays out, and the JVM agrees.</summary>
[TakesLong(seconds: 30)]
public sealed class LinkedPlanTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("hadoop-3.2.0", "htrace-core4-4.1.0-incubating.jar", "woodstox-core-5.0.3.jar", "stax2-api-3.1.4.jar", "commons-configuration2-2.1.1.jar", "azure-storage-7.0.0.jar", "azure-data-lake-store-sdk-2.2.9.jar", "wildfly-openssl-1.0.4.Final.jar", "re2j-1.1.jar")]
    [InlineData("hadoop-2.8.5", "htrace-core4-4.0.1-incubating.jar", "azure-storage-2.2.0.jar", "azure-data-lake-store-sdk-2.2.3.jar")]
    public async Task Hadoop_of_DSS_comes_into_Spark_2_4_with_what_it_needs_and_the_JVM_runs_it(string libraries, params string[] needed)
    {
        var options = Options("2.4.8", libraries) with { ExcludeAws = true };

        var update = await SparkJars.UpdateAsync(options, _caller, default);
        output.WriteLine($"{string.Join('\n', update.Changes)}\n{string.Join('\n', update.Notes)}");

        var hadoop = libraries.Replace("hadoop-", "", StringComparison.Ordinal);
        var beside = update.Added.Where(j => !j.StartsWith("hadoop-", StringComparison.Ordinal));
        Assert.All(needed, j => Assert.Contains(j, update.Added));

        // The homes of ../shared/spark are without Jetty 6 and protobuf, which whole distributions have: wasb and hdfs need them.
        Assert.Empty(beside.Except([.. needed, "jetty-util-6.1.26.jar", "jetty-util-9.3.24.v20180605.jar", "protobuf-java-2.5.0.jar"]));
        Assert.Contains("snappy-java-1.1.8.2.jar", Standing());
        Assert.Contains("guava-14.0.1.jar", Standing());
        Assert.Contains(update.Notes, n => n.StartsWith("Left out, as ", StringComparison.Ordinal) && n.Contains("guava-11.0.2.jar", StringComparison.Ordinal));
        if (libraries == "hadoop-3.2.0")
        {
            Assert.Contains(update.Notes, n => n.Contains("org/eclipse/jetty/util/ajax/JSON", StringComparison.Ordinal) && n.Contains("jetty-util-ajax 9.3.24", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(update.Conflicts, c => c.Severity == SparkJarConflictSeverity.Error);
        await LinksAsync("2.4.8");
        Assert.False((await SparkJars.UpdateAsync(options, _caller, default)).Changed);
        Assert.Contains("fs.defaultFS", JavaTools.Run(Java(8, "org.apache.hadoop.conf.Configuration")), StringComparison.Ordinal);
        Assert.Contains("Getting UGI", JavaTools.Run(Java(8, "org.apache.hadoop.security.UserGroupInformation")), StringComparison.Ordinal);
        Assert.Contains(hadoop, JavaTools.Run(Java(8, "org.apache.hadoop.util.VersionInfo")), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_jar_that_no_folder_has_is_a_Spark_that_would_not_start_and_nothing_is_touched()
    {
        var options = Options("2.4.8", "hadoop-3.2.0");
        File.Delete(Path.Combine(options.LibraryPath, "woodstox-core-5.0.3.jar"));
        var before = Standing();

        var refusal = await Refusal.IsAsync(
            "SparkWouldNotStart", ErrorKind.InvalidData, "java.lang.NoClassDefFoundError: com/ctc/wstx/", "woodstox-core 5.0.3", () => SparkJars.UpdateAsync(options, _caller, default));
        output.WriteLine($"{refusal.Message}\n{refusal.Remedy}");
        Assert.Equal(before, Standing());

        Assert.True((await SparkJars.UpdateAsync(options with { Force = true }, _caller, default)).Changed);
        Assert.Contains(_caller.Warnings, w => w.Contains("com/ctc/wstx/", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task For_abfs_a_shaded_Spark_gets_hadoop_azure_alone()
    {
        var options = Options("3.5.9", "azure-3.3.4") with { For = [SparkFeature.Abfs] };

        var update = await SparkJars.UpdateAsync(options, _caller, default);
        output.WriteLine(string.Join('\n', update.Notes));

        Assert.Equal(["hadoop-azure-3.3.4.jar"], update.Added);
        Assert.Empty(update.Removed);
        Assert.False((await SparkJars.UpdateAsync(options, _caller, default)).Changed);
        Assert.Contains(update.Notes, n => n.Contains("fs.azure.ssl.channel.mode=OpenSSL", StringComparison.Ordinal) && n.Contains("wildfly-openssl-1.0.7.Final.jar", StringComparison.Ordinal));
        await LinksAsync("3.5.9");
    }

    [SkippableFact]
    public async Task For_all_storages_a_shaded_Spark_gets_what_each_calls()
    {
        var update = await SparkJars.UpdateAsync(Options("3.5.9", "azure-3.3.4"), _caller, default);
        output.WriteLine($"{string.Join('\n', update.Changes)}\n{string.Join('\n', update.Notes)}");

        Assert.Equal(
            [
                "azure-data-lake-store-sdk-2.3.9.jar", "azure-storage-7.0.1.jar", "hadoop-azure-3.3.4.jar", "hadoop-azure-datalake-3.3.4.jar",
                "jetty-util-9.4.43.v20210629.jar", "jetty-util-ajax-9.4.43.v20210629.jar", "wildfly-openssl-1.0.7.Final.jar",
            ],
            update.Added);
        Assert.Contains(update.Notes, n => n.Contains("azure-keyvault-core-1.0.0.jar", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("3.1.3")]
    public async Task Hadoop_2_comes_into_Spark_3_with_the_commons_configuration_that_it_needs(string spark)
    {
        var options = Options(spark, "hadoop-2.8.5", isHollow: true) with { ExcludeAws = true };

        var planned = await SparkJars.UpdateAsync(options, RecordingCaller.WhatIf(), default);
        output.WriteLine($"{string.Join('\n', planned.Changes)}\n{string.Join('\n', planned.Notes)}");
        Assert.Contains("commons-configuration-1.6.jar", planned.Added);
        Assert.DoesNotContain("httpclient-4.5.6.jar", planned.Removed);

        File.Delete(Path.Combine(options.LibraryPath, "commons-configuration-1.6.jar"));
        await Refusal.IsAsync(
            "SparkWouldNotStart", ErrorKind.InvalidData, "NoClassDefFoundError: org/apache/commons/configuration/", "commons-configuration 1.6", () => SparkJars.UpdateAsync(options, _caller, default));
    }

    private SparkJarUpdateOptions Options(string spark, string libraries, bool isHollow = false)
    {
        if (isHollow)
        {
            LayHollow(spark);
        }
        else
        {
            RealSpark.Lay(spark, _folder["home"]);
        }

        Skip.If(JavaTools.SparkFolder is null, "there is no ../shared/spark (or SPARKAZURE_TEST_SPARK).");
        JavaTools.Run(["cp", "-a", $"{SparkScenes.Libraries}/.", _folder["libs"]]);
        return new SparkJarUpdateOptions { SparkHome = _folder["home"], LibraryPath = _folder["libs", libraries] };
    }

    private void LayHollow(string spark)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        Skip.IfNot(HollowJars.CanBeRead, "there is no xz on this machine: the hollow jars cannot be read.");
        JavaTools.Run(["tar", "-xJf", Path.Combine(ReleaseLists.Folder!, "hollow.tar.xz"), "-C", _folder.Path]);
        Directory.CreateDirectory(_folder["home", "jars"]);
        foreach (var (fileName, stored) in ReleaseLists.StoredNamesOf(spark))
        {
            File.Move(_folder["hollow", stored], _folder["home", "jars", fileName]);
        }
    }

    private string[] Standing() => [.. Directory.GetFiles(_folder["home", "jars"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private async Task LinksAsync(string spark)
    {
        var request = new JarLinkageRequest(Directory.GetFiles(_folder["home", "jars"]), spark) { IndexFolder = Path.Combine(SparkScenes.Folder, "index") };
        var linkage = await JarLinkage.ReadAsync(request, default);
        Assert.All(linkage.Verdicts.Where(v => SparkFeatures.Of(v.Feature).OfEveryJob), v => Assert.True(v.Works, $"{v.Feature}: {v.First}"));
        Assert.True(linkage.Verdicts.Single(v => v.Feature == SparkFeature.Abfs) is { IsThere: false } or { Works: true });
    }

    private IEnumerable<string> Java(int release, params string[] arguments)
    {
        var machine = JavaTools.Machine(release);
        Skip.If(machine is null, $"there is no JVM of Java {release} on this machine: the result was linked and not run.");
        return [.. machine!.Command, "-cp", _folder["home", "jars", "*"], .. arguments];
    }
}
