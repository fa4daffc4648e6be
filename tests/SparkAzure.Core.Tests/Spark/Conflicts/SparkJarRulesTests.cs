using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark.Conflicts;

/// <summary>The rules for what linking cannot see. The jars are hollow: names are all that these rules look at.</summary>
public sealed class SparkJarRulesTests : IDisposable
{
    // What triggers each rule, as coordinates.
    private static readonly Dictionary<string, string[]> Triggers = new()
    {
        ["ArtifactInSeveralVersions"] = ["org.xerial.snappy:snappy-java:1.1.7.3", "org.xerial.snappy:snappy-java:1.1.7.1"],
        ["HadoopVersionsMixed"] = ["org.apache.hadoop:hadoop-common:2.7.4", "org.apache.hadoop:hadoop-auth:3.2.0"],
        ["HadoopSplitAndShaded"] = ["org.apache.hadoop:hadoop-common:3.3.4", "org.apache.hadoop:hadoop-client-api:3.3.4"],
        ["Log4j1BesideLog4j2"] = ["log4j:log4j:1.2.17", "org.apache.logging.log4j:log4j-1.2-api:2.20.0"],
        ["WildflyOpensslTooOld"] = ["org.apache.hadoop:hadoop-azure:3.2.0", "org.wildfly.openssl:wildfly-openssl:1.0.4.Final"],
        ["SnappyTooOld"] = ["org.apache.spark:spark-repl_2.11:2.4.8", "org.xerial.snappy:snappy-java:1.0.5"],
        ["HiveBeforeHadoop3"] = ["org.apache.hadoop:hadoop-common:3.2.0", "org.spark-project.hive:hive-exec:1.2.1.spark2"],
        ["WasbDriverGone"] = ["org.apache.hadoop:hadoop-azure:3.5.0", "org.apache.hadoop:hadoop-common:3.5.0"],
        ["KubernetesClientTooOld"] = ["org.apache.spark:spark-kubernetes_2.11:2.4.0", "io.fabric8:kubernetes-client:3.0.0"],
        ["ScalaVersionsMixed"] = ["org.scala-lang:scala-library:2.13.16", "io.delta:delta-spark_2.12:3.2.0"],
        ["JacksonVersionsMixed"] = ["com.fasterxml.jackson.core:jackson-databind:2.9.8", "com.fasterxml.jackson.module:jackson-module-scala_2.11:2.6.7.1"],
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Rules => [.. SparkJarRules.All.Select(r => r.Id)];

    public static TheoryData<string> VersionRules => [.. SparkJarRules.Versions.Select(r => r.Rule.Id)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Every_rule_has_jars_that_trigger_it_and_says_what_why_and_what_to_do(string rule)
    {
        if (rule == SparkJarRules.Unreadable.Id)
        {
            _folder.Write("guava-14.0.1.jar", "no zip");
        }
        else if (rule == SparkJarRules.ClassUnreadable.Id)
        {
            TestJar.Of("com.example:broken:1.0").Class("com/example/Broken").WriteTo(_folder.Path);
        }
        else
        {
            Write(Triggers[rule]);
        }

        var finding = Assert.Single(await FindAllAsync(), f => f.Rule == rule);

        Assert.NotEmpty(finding.Jars);
        Assert.All(finding.Jars, j => Assert.True(File.Exists(_folder[j]), j));
        Assert.Equal(SparkJarConflictBasis.Rule, finding.Basis);
        Assert.All([finding.Summary, finding.Symptom, finding.Remedy, finding.Source], text =>
        {
            Assert.NotEmpty(text);
            Assert.DoesNotContain("{", text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(VersionRules))]
    public async Task A_rule_ends_where_its_versions_end(string rule)
    {
        var row = SparkJarRules.Versions.Single(r => r.Rule.Id == rule);
        var (of, other) = (Triggers[rule][0], Triggers[rule][1]);
        if (row.With.Contains(row.Artifact))
        {
            (of, other) = (other, of);
        }

        var suited = other.Split(':');
        suited[2] = row.AtLeast ?? "3.4.2";
        Write([of, string.Join(':', suited)]);

        Assert.DoesNotContain(await FindAsync(), f => f.Rule == rule);
    }

    [Fact]
    public async Task Whoever_uses_hive_is_told_an_error_of_it()
    {
        Write(Triggers["HiveBeforeHadoop3"]);

        var finding = Assert.Single(await FindAsync(SparkFeature.Hive), f => f.Rule == "HiveBeforeHadoop3");

        Assert.Equal(SparkJarConflictSeverity.Error, finding.Severity);
        Assert.Equal([SparkFeature.Hive], finding.Features);
        Assert.Contains("Unrecognized Hadoop major version number: 3.2.0", finding.Symptom, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.4.0")]
    [InlineData("3.5.0")]
    public async Task An_untouched_distribution_has_no_rule_against_it(string version)
    {
        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { SparkVersion = version });

        var findings = await SparkJarConflicts.FindAsync(
            new SparkJarConflictOptions { SparkHome = spark.Home, IndexFolder = _folder["index"] }, new RecordingCaller(), CancellationToken.None);

        var rules = findings.Where(f => f.Basis == SparkJarConflictBasis.Rule).ToList();
        Assert.All(rules, f => Assert.Equal(SparkJarConflictSeverity.Information, f.Severity));
        Assert.Equal(version == "2.4.0", rules.Exists(f => f.Rule == "KubernetesClientTooOld" && f.SparkHome == spark.Home));
    }

    [Fact]
    public async Task Namesakes_of_two_groups_are_two_artifacts()
    {
        Write(
        [
            "com.squareup.okhttp:okhttp:2.7.5", "com.squareup.okhttp3:okhttp:3.12.6", "org.mortbay.jetty:jetty-util:6.1.26",
            "org.eclipse.jetty:jetty-util:9.3.24.v20180605", "jline:jline:2.14.6", "org.jline:jline:3.27.1",
        ]);

        Assert.DoesNotContain(await FindAsync(), f => f.Basis == SparkJarConflictBasis.Rule);
    }

    [Fact]
    public async Task A_scala_version_in_the_name_does_not_hide_a_second_one()
    {
        Write(["org.apache.spark:spark-core_2.11:2.4.5", "org.apache.spark:spark-core_2.12:2.4.5"]);

        Assert.Single(await FindAsync(), f => f.Rule == "ArtifactInSeveralVersions");
    }

    [Theory]
    [InlineData("org.scala-lang:scala-library:2.13.16", "org.apache.spark:spark-hadoop-cloud_2.12:3.5.3", true)]
    [InlineData("org.scala-lang:scala-library:2.12.18", "org.apache.spark:spark-avro_2.13:3.5.3", true)]
    [InlineData("org.scala-lang:scala-library:2.11.12", "com.microsoft.azure:azure-cosmosdb-spark_2.4.0_2.12:1.3.5", true)]
    [InlineData("org.scala-lang:scala-library:2.13.16", "org.apache.spark:spark-hadoop-cloud_2.13:4.0.4", false)]
    [InlineData("org.scala-lang:scala-library:2.13.16", "org.typelevel:cats-core_3:2.10.0", false)]
    [InlineData("org.scala-lang:scala-library:2.13.16", "com.example:names_1:1.0", false)]
    [InlineData("org.scala-lang:scala-reflect:2.13.16", "io.delta:delta-spark_2.12:3.2.0", false)]
    public async Task What_is_built_for_another_Scala_is_told(string library, string other, bool told)
    {
        Write([library, other]);

        Assert.Equal(told, (await FindAsync()).Any(f => f.Rule == "ScalaVersionsMixed"));
    }

    [Fact]
    public async Task A_jar_that_is_itself_too_new_is_told_for_what_it_is_used()
    {
        Write(Triggers["WasbDriverGone"]);

        var finding = Assert.Single(await FindAsync(), f => f.Rule == "WasbDriverGone");

        Assert.Equal("hadoop-azure is of 3.5.0; wasb: and wasbs: paths need it below 3.5.0.", finding.Summary);
    }

    private async Task<IReadOnlyList<SparkJarConflict>> FindAllAsync(params SparkFeature[] features)
    {
        var request = new JarLinkageRequest(Directory.GetFiles(_folder.Path, "*.jar"), "2.4.5");
        var options = new SparkJarConflictOptions { SparkHome = _folder.Path, For = features };
        return (await SparkJarConflicts.FindAsync(request, options, new RecordingCaller(), CancellationToken.None)).Findings;
    }

    // A test's jar has no class that a JVM would read.
    private async Task<IReadOnlyList<SparkJarConflict>> FindAsync(params SparkFeature[] features) =>
        [.. (await FindAllAsync(features)).Where(f => f.Rule != SparkJarRules.ClassUnreadable.Id)];

    private void Write(IEnumerable<string> jars)
    {
        foreach (var coordinates in jars)
        {
            TestJar.Of(coordinates).WriteTo(_folder.Path);
        }
    }
}
