using System.Text;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

public sealed class SparkJarConflictsTests : IDisposable
{
    // What triggers each rule. Coordinates, and behind a bar the classes that the jar holds.
    private static readonly Dictionary<string, string[]> Triggers = new()
    {
        ["ArtifactInSeveralVersions"] = ["org.xerial.snappy:snappy-java:1.0.5", "org.xerial.snappy:snappy-java:1.1.7.1"],
        ["ClassInSeveralJars"] = ["com.example:my-job:1.0|com/google/common/base/Joiner", "com.google.guava:guava:14.0.1|com/google/common/base/Joiner"],
        ["HadoopVersionsMixed"] = ["org.apache.hadoop:hadoop-common:2.7.4", "org.apache.hadoop:hadoop-auth:3.2.0"],
        ["AddOnOfAnotherHadoop"] = ["org.apache.hadoop:hadoop-common:2.7.4", "org.apache.hadoop:hadoop-azure:3.2.0"],
        ["HadoopSplitAndShaded"] = ["org.apache.hadoop:hadoop-common:3.3.4", "org.apache.hadoop:hadoop-client-api:3.3.4"],
        ["Log4j1BesideLog4j2"] = ["log4j:log4j:1.2.17", "org.apache.logging.log4j:log4j-1.2-api:2.20.0"],
        ["MissingAzureStorage"] = ["org.apache.hadoop:hadoop-azure:2.7.3|org/apache/hadoop/fs/azure/NativeAzureFileSystem"],
        ["MissingWildflyOpenssl"] = ["org.apache.hadoop:hadoop-azure:3.2.0|org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem"],
        ["MissingStreamCapabilities"] = ["org.apache.hadoop:hadoop-azure:3.2.0|org/apache/hadoop/fs/azure/NativeAzureFileSystem"],
        ["MissingStreamCapabilitiesForS3"] = ["org.apache.hadoop:hadoop-aws:3.2.0|org/apache/hadoop/fs/s3a/S3AFileSystem"],
        ["MissingWeakReferenceMap"] = ["org.apache.hadoop:hadoop-azure:3.3.4|org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem"],
        ["MissingJettyUtilAjax"] = ["org.apache.hadoop:hadoop-azure:3.2.0|org/apache/hadoop/fs/azure/NativeAzureFileSystem"],
        ["MissingJettyUtil"] = ["org.eclipse.jetty:jetty-util-ajax:9.3.24.v20180605|org/eclipse/jetty/util/ajax/JSON"],
        ["MissingDataLakeStoreSdk"] = ["org.apache.hadoop:hadoop-azure-datalake:2.8.5|org/apache/hadoop/fs/adl/AdlFileSystem"],
        ["MissingShadedGuava"] = ["org.apache.hadoop:hadoop-azure:3.3.4|org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem"],
        ["MissingWoodstox"] = ["org.apache.hadoop:hadoop-common:3.2.0|org/apache/hadoop/conf/Configuration"],
        ["MissingStax2"] = ["com.fasterxml.woodstox:woodstox-core:5.0.3|com/ctc/wstx/io/InputBootstrapper"],
        ["MissingCommonsConfiguration2"] = ["org.apache.hadoop:hadoop-common:3.2.0|org/apache/hadoop/conf/Configuration"],
        ["MissingRe2j"] = ["org.apache.hadoop:hadoop-common:3.2.0|org/apache/hadoop/conf/Configuration"],
        ["MissingHtrace4"] = ["org.apache.hadoop:hadoop-common:2.8.5|org/apache/hadoop/conf/Configuration"],
        ["MissingSnappy"] = ["org.apache.parquet:parquet-hadoop:1.10.1|org/apache/parquet/hadoop/codec/SnappyCodec"],
        ["GuavaTooOld"] = ["org.apache.hadoop:hadoop-common:3.2.1", "com.google.guava:guava:14.0.1"],
        ["AzureStorageTooOld"] = ["org.apache.hadoop:hadoop-azure:3.2.0", "com.microsoft.azure:azure-storage:2.2.0"],
        ["AzureStorageTooNew"] = ["org.apache.hadoop:hadoop-azure:2.7.3", "com.microsoft.azure:azure-storage:8.6.6"],
        ["JettyUtilTooNew"] = ["org.apache.hadoop:hadoop-azure:3.3.4", "org.eclipse.jetty:jetty-util:9.4.57.v20241219"],
        ["WildflyOpensslTooOld"] = ["org.apache.hadoop:hadoop-azure:3.2.0", "org.wildfly.openssl:wildfly-openssl:1.0.4.Final"],
        ["HttpClientTooOld"] = ["org.apache.hadoop:hadoop-azure:3.2.0", "org.apache.httpcomponents:httpclient:4.2.5"],
        ["HttpCoreTooOld"] = ["org.apache.httpcomponents:httpclient:4.5.6", "org.apache.httpcomponents:httpcore:4.2.4"],
        ["SnappyTooOld"] = ["org.apache.hadoop:hadoop-client-api:3.3.4", "org.xerial.snappy:snappy-java:1.0.5"],
        ["HiveBeforeHadoop3"] = ["org.apache.hadoop:hadoop-common:3.2.0", "org.spark-project.hive:hive-exec:1.2.1.spark2"],
        ["KubernetesClientTooOld"] = ["org.apache.spark:spark-kubernetes_2.11:2.4.0", "io.fabric8:kubernetes-client:3.0.0"],
        ["JacksonVersionsMixed"] = ["com.fasterxml.jackson.core:jackson-databind:2.9.8", "com.fasterxml.jackson.module:jackson-module-scala_2.11:2.6.7.1"],
        ["JettyVersionsMixed"] = ["org.eclipse.jetty:jetty-util:9.4.40.v20210413", "org.eclipse.jetty:jetty-util-ajax:9.3.24.v20180605"],
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Rules => [.. SparkJarRules.All.Select(r => r.Id)];

    public static TheoryData<string> ClassRules => [.. SparkJarRules.Classes.Select(r => r.Rule.Id)];

    public static TheoryData<string> VersionRules => [.. SparkJarRules.Versions.Select(r => r.Rule.Id)];

    public static TheoryData<int> HarmlessRows => [.. Enumerable.Range(0, SparkJarRules.Harmless.Count)];

    public static TheoryData<string> WatchedPackages => [.. SparkJarRules.Watched.Select(w => w.Package)];

    public static TheoryData<string> WholePackages => [.. SparkJarRules.WholePackages];

    public static TheoryData<string> AddOns => [.. SparkJarRules.AddOns];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Every_rule_has_jars_that_trigger_it_and_says_what_why_and_what_to_do(string rule)
    {
        if (rule == SparkJarRules.Unreadable.Id)
        {
            _folder.Write("guava-14.0.1.jar", "no zip");
        }
        else
        {
            Write(Triggers[rule]);
        }

        var finding = Assert.Single(await FindAsync(), f => f.Rule == rule);

        Assert.NotEmpty(finding.Jars);
        Assert.All(finding.Jars, j => Assert.True(File.Exists(_folder[j]), j));
        Assert.All([finding.Summary, finding.Symptom, finding.Remedy, finding.Source], text =>
        {
            Assert.NotEmpty(text);
            Assert.DoesNotContain("{", text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(ClassRules))]
    public async Task A_needed_class_that_is_there_in_whatever_jar_ends_the_finding(string rule)
    {
        var row = SparkJarRules.Classes.Single(r => r.Rule.Id == rule);
        Write(Triggers[rule]);
        new TestJar("all-in-one.jar").Class(row.Needs).WriteTo(_folder.Path);

        Assert.DoesNotContain(await FindAsync(), f => f.Rule == rule);
    }

    [Theory]
    [MemberData(nameof(ClassRules))]
    [MemberData(nameof(VersionRules))]
    public async Task A_rule_ends_where_its_versions_end(string rule)
    {
        var (from, before) = SparkJarRules.Classes.Where(r => r.Rule.Id == rule).Select(r => (r.From, r.Before))
            .Concat(SparkJarRules.Versions.Where(r => r.Rule.Id == rule).Select(r => (r.From, r.Before))).Single();
        var first = Triggers[rule][0].Split(':', '|');
        foreach (var outside in new[] { from is null ? null : "0.9", before }.OfType<string>())
        {
            using var folder = new TemporaryFolder();
            first[2] = outside;
            Write([$"{first[0]}:{first[1]}:{outside}" + (first.Length > 3 ? $"|{first[3]}" : ""), .. Triggers[rule][1..]], folder);

            Assert.DoesNotContain(await FindAsync(folder), f => f.Rule == rule);
        }
    }

    [Theory]
    [MemberData(nameof(HarmlessRows))]
    public async Task An_overlap_of_released_distributions_is_no_alarm_and_says_why(int index)
    {
        var row = SparkJarRules.Harmless[index];
        var (one, other) = (row.One.Replace("*", "x", StringComparison.Ordinal), row.Other.Replace("*", "y", StringComparison.Ordinal));
        new TestJar($"{one}-1.0.jar").Class("javax/example/Standard", "one").WriteTo(_folder.Path);
        new TestJar($"{other}-{(one == other ? "1.0-2" : "1.0")}.jar").Class("javax/example/Standard", "other").WriteTo(_folder.Path);

        var finding = Assert.Single(await FindAsync());

        Assert.Equal(SparkJarConflictSeverity.Information, finding.Severity);
        Assert.Contains(row.Reason, finding.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WatchedPackages))]
    public async Task Two_versions_of_a_class_that_a_swap_touches_are_a_warning(string package)
    {
        var name = $"{package.Replace('.', '/')}Thing";
        TestJar.Of("com.example:one:1.0").Class(name).WriteTo(_folder.Path);
        TestJar.Of("com.example:other:1.1").Class(name).WriteTo(_folder.Path);

        var finding = Assert.Single(await FindAsync());

        Assert.Equal(("ClassInSeveralJars", SparkJarConflictSeverity.Warning), (finding.Rule, finding.Severity));
        Assert.Contains($"{package}Thing", finding.Symptom, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AddOns))]
    public async Task Every_add_on_must_be_of_hadoop_s_version_also_beside_the_shaded_one(string addOn)
    {
        Write(["org.apache.hadoop:hadoop-client-api:3.3.4", $"org.apache.hadoop:{addOn}:3.3.6"]);

        Assert.Contains(await FindAsync(), f => f.Rule == "AddOnOfAnotherHadoop" && f.Summary.Contains(addOn, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hadoop_azure_3_2_on_hadoop_2_7_names_versions_missing_classes_and_exceptions()
    {
        Write(
        [
            "org.apache.hadoop:hadoop-common:2.7.4|org/apache/hadoop/conf/Configuration",
            "org.apache.hadoop:hadoop-auth:2.7.4",
            "org.apache.hadoop:hadoop-azure:3.2.0|org/apache/hadoop/fs/azure/NativeAzureFileSystem,org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem",
        ]);

        var findings = await FindAsync();

        Assert.All(findings, f => Assert.Equal(SparkJarConflictSeverity.Error, f.Severity));
        Assert.Equal(
            "The Hadoop jars are of 2 versions: 1 of 3.2.0 and 2 of 2.7.4.",
            Assert.Single(findings, f => f.Rule == "HadoopVersionsMixed").Summary);
        Assert.Contains("java.lang.NoClassDefFoundError: org/apache/hadoop/fs/StreamCapabilities", Assert.Single(findings, f => f.Rule == "AddOnOfAnotherHadoop").Symptom, StringComparison.Ordinal);
        var symptoms = findings.Select(f => f.Symptom).ToList();
        Assert.Contains("java.lang.NoClassDefFoundError: org/apache/hadoop/fs/StreamCapabilities", symptoms);
        Assert.Contains("java.lang.ClassNotFoundException: com.microsoft.azure.storage.StorageErrorCode", symptoms);
        Assert.Contains("java.lang.NoClassDefFoundError: org/wildfly/openssl/OpenSSLProvider", symptoms);
    }

    [Theory]
    [InlineData("2.4.0")]
    [InlineData("3.5.0")]
    public async Task An_untouched_distribution_has_nothing_above_information(string version)
    {
        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { SparkVersion = version });

        var findings = await SparkJarConflicts.FindAsync(spark.Home, new RecordingCaller(), CancellationToken.None);

        Assert.All(findings, f => Assert.Equal(SparkJarConflictSeverity.Information, f.Severity));
        Assert.Equal(version == "2.4.0", findings.Any(f => f.Rule == "KubernetesClientTooOld" && f.SparkHome == spark.Home));
    }

    [Fact]
    public async Task Namesakes_of_two_groups_without_a_class_in_common_are_two_artifacts()
    {
        Write(
        [
            "com.squareup.okhttp:okhttp:2.7.5|com/squareup/okhttp/Call",
            "com.squareup.okhttp3:okhttp:3.12.6|okhttp3/Call",
            "org.mortbay.jetty:jetty-util:6.1.26|org/mortbay/util/IO",
            "org.eclipse.jetty:jetty-util:9.3.24.v20180605|org/eclipse/jetty/util/IO",
            "jline:jline:2.14.6|jline/Terminal",
            "org.jline:jline:3.27.1|org/jline/terminal/Terminal",
        ]);

        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Namesakes_without_a_group_are_one_artifact_when_they_share_classes()
    {
        new TestJar("snappy-java-1.0.5.jar").Class("org/xerial/snappy/Snappy").WriteTo(_folder.Path);
        new TestJar("snappy-java-1.1.7.1.jar").Class("org/xerial/snappy/Snappy").WriteTo(_folder.Path);
        new TestJar("util-1.0.jar").Class("a/Util").WriteTo(_folder.Path);
        new TestJar("util-2.0.jar").Class("b/Util").WriteTo(_folder.Path);

        var finding = Assert.Single(await FindAsync());

        Assert.Equal("ArtifactInSeveralVersions", finding.Rule);
        Assert.Equal(["snappy-java-1.0.5.jar", "snappy-java-1.1.7.1.jar"], finding.Jars);
    }

    [Fact]
    public async Task Modules_of_one_release_may_overlap()
    {
        TestJar.Of("org.apache.hadoop:hadoop-yarn-api:2.7.3").Class("org/apache/hadoop/yarn/Thing").WriteTo(_folder.Path);
        TestJar.Of("org.apache.hadoop:hadoop-yarn-common:2.7.3").Class("org/apache/hadoop/yarn/Thing").WriteTo(_folder.Path);

        Assert.Equal(SparkJarConflictSeverity.Information, Assert.Single(await FindAsync()).Severity);
    }

    [Fact]
    public async Task A_shaded_hadoop_needs_no_jars_beside_it()
    {
        Write(["org.apache.hadoop:hadoop-client-api:3.3.4|org/apache/hadoop/conf/Configuration", "org.apache.hadoop:hadoop-client-runtime:3.3.4"]);

        Assert.Empty(await FindAsync());
    }

    [Theory]
    [MemberData(nameof(WholePackages))]
    public async Task Classes_that_jars_of_another_hadoop_call_and_no_jar_has_are_read_from_their_code(string package)
    {
        TestJar.Of("org.apache.hadoop:hadoop-common:2.7.4").Class($"{package}Old").WriteTo(_folder.Path);
        TestJar.Of("org.apache.hadoop:hadoop-azure:3.2.0")
            .With("org/apache/hadoop/fs/azure/Caller.class", ClassNaming($"{package}Old", $"{package}New", "org/apache/hadoop/hdfs/LeftOut", $"[L{package}Array;"))
            .WriteTo(_folder.Path);

        var findings = await FindAsync();

        Assert.Equal(
            $"java.lang.NoClassDefFoundError: {package}New, as soon as a job opens a path of that file system.",
            Assert.Single(findings, f => f.Rule == "AddOnOfAnotherHadoop").Symptom);
        Assert.Contains($"{package}New", Assert.Single(findings, f => f.Rule == "HadoopVersionsMixed").Symptom, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_bytes_twice_do_no_harm()
    {
        TestJar.Of("org.apache.spark:spark-tags_2.12:3.0.1").Class("org/apache/spark/unused/UnusedStubClass", "stub").WriteTo(_folder.Path);
        TestJar.Of("org.apache.spark:spark-repl_2.12:3.0.1").Class("org/apache/spark/unused/UnusedStubClass", "stub").WriteTo(_folder.Path);

        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task What_code_never_calls_may_differ()
    {
        foreach (var artifact in new[] { "one", "other" })
        {
            TestJar.Of($"com.example:{artifact}:1.0")
                .Class("module-info").Class("com/google/common/base/package-info").Class("META-INF/versions/9/com/google/common/base/Joiner")
                .With("META-INF/LICENSE", artifact).With("reference.conf", artifact).WriteTo(_folder.Path);
        }

        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task A_scala_version_in_the_name_does_not_hide_a_second_one()
    {
        Write(["org.apache.spark:spark-core_2.11:2.4.5", "org.apache.spark:spark-core_2.12:2.4.5"]);

        Assert.Equal("ArtifactInSeveralVersions", Assert.Single(await FindAsync()).Rule);
    }

    [Fact]
    public async Task A_set_that_is_only_planned_is_judged_before_it_stands_anywhere()
    {
        var guava = TestJar.Of("com.google.guava:guava:14.0.1").WriteTo(_folder["jars"]);
        var hadoop = TestJar.Of("org.apache.hadoop:hadoop-common:3.2.1").WriteTo(_folder["libraries"]);

        var findings = await SparkJarConflicts.FindAsync([guava, hadoop], "2.4.5", _folder.Path, new RecordingCaller(), CancellationToken.None);

        var finding = Assert.Single(findings);
        Assert.Equal("GuavaTooOld", finding.Rule);
        Assert.Equal(["guava-14.0.1.jar", "hadoop-common-3.2.1.jar"], finding.Jars);
    }

    [Fact]
    public async Task What_the_release_ships_is_named_beside_what_is_there()
    {
        Write(["org.apache.hadoop:hadoop-common:3.3.1", "org.xerial.snappy:snappy-java:1.0.5"]);

        var findings = await SparkJarConflicts.FindAsync(Jars(_folder), "3.2.1", _folder.Path, new RecordingCaller(), CancellationToken.None);

        Assert.Contains("(Spark 3.2.1 ships 1.1.8.4)", Assert.Single(findings).Summary, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<SparkJarConflict>> FindAsync(TemporaryFolder? folder = null) =>
        SparkJarConflicts.FindAsync(Jars(folder ?? _folder), "2.4.5", (folder ?? _folder).Path, new RecordingCaller(), CancellationToken.None);

    // The beginning of a class file, as far as the constant pool; a Long in front takes two places, as the format has it.
    private static byte[] ClassNaming(params string[] classes)
    {
        var bytes = new List<byte> { 0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 52, 0, (byte)(3 + (2 * classes.Length)), 5, 0, 0, 0, 0, 0, 0, 0, 7 };
        for (var i = 0; i < classes.Length; i++)
        {
            bytes.AddRange([1, 0, (byte)classes[i].Length, .. Encoding.UTF8.GetBytes(classes[i]), 7, 0, (byte)(3 + (2 * i))]);
        }

        return [.. bytes];
    }

    private static string[] Jars(TemporaryFolder folder) => Directory.GetFiles(folder.Path, "*.jar");

    private void Write(IEnumerable<string> jars, TemporaryFolder? folder = null)
    {
        foreach (var text in jars)
        {
            var parts = text.Split('|');
            var jar = TestJar.Of(parts[0]);
            foreach (var name in parts.Length > 1 ? parts[1].Split(',') : [])
            {
                jar.Class(name);
            }

            jar.WriteTo((folder ?? _folder).Path);
        }
    }
}
