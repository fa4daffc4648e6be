using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark;

public sealed class SparkDistributionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_distribution_with_separate_hadoop_jars_is_read()
    {
        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { WithR = true });

        var distribution = await ReadAsync(spark.Home);

        Assert.Equal(("2.4.0", "2.11.12", 2, "2.7.3"), (distribution.SparkVersion, distribution.ScalaVersion, distribution.HadoopLine, distribution.HadoopRelease));
        Assert.Equal((SparkJarLayout.Split, "3.0.0", "1.1.7.1", "14.0.1"), (distribution.JarLayout, distribution.KubernetesClientVersion, distribution.SnappyVersion, distribution.GuavaVersion));
        Assert.Equal(spark.Jars.Count, distribution.JarCount);
        Assert.Equal(Directory.GetFiles(spark.JarsFolder).Sum(f => new FileInfo(f).Length), distribution.JarBytes);
        Assert.Equal(
            [("spark", "openjdk:8-alpine"), ("spark-py", ""), ("spark-r", "")],
            distribution.Dockerfiles.Select(d => (d.Image, d.BaseImage)));
        Assert.Empty(distribution.Missing);
        Assert.Empty(distribution.Notes);
    }

    [Fact]
    public async Task A_distribution_with_shaded_hadoop_is_read()
    {
        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { SparkVersion = "3.5.0" });

        var distribution = await ReadAsync(spark.Home);

        Assert.Equal((SparkJarLayout.Shaded, 3, "3.3.4", "2.12.18"), (distribution.JarLayout, distribution.HadoopLine, distribution.HadoopRelease, distribution.ScalaVersion));
        Assert.Empty(distribution.Notes);
    }

    [Fact]
    public async Task Without_release_the_jars_tell()
    {
        var spark = SampleSpark.Create(_folder.Path);
        File.Delete(Path.Combine(spark.Home, "RELEASE"));

        var distribution = await ReadAsync(spark.Home);

        Assert.Equal("2.4.0", distribution.SparkVersion);
        Assert.Equal(["RELEASE"], distribution.Missing);
        Assert.Contains("no RELEASE file", Assert.Single(distribution.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Spark 3.0.1 built for Hadoop 3.2.0\n", "RELEASE states Spark 3.0.1, but the jars are of 2.4.0.")]
    [InlineData("my own build\n", "RELEASE does not state a Spark version")]
    [InlineData("", "RELEASE does not state a Spark version")]
    public async Task A_wrong_release_file_is_said_and_the_jars_believed(string release, string note)
    {
        var spark = SampleSpark.Create(_folder.Path);
        await File.WriteAllTextAsync(Path.Combine(spark.Home, "RELEASE"), release);

        var distribution = await ReadAsync(spark.Home);

        Assert.Equal("2.4.0", distribution.SparkVersion);
        Assert.Contains(note, Assert.Single(distribution.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jars_of_two_releases_are_said()
    {
        var spark = SampleSpark.Create(_folder.Path);
        new SampleJar("org.apache.spark", "spark-core_2.11", "2.4.5").WriteTo(spark.JarsFolder);

        Assert.Contains("spark-core_2.11-2.4.5.jar", Assert.Single((await ReadAsync(spark.Home)).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_swap_by_hand_leaves_behind_shows()
    {
        var spark = SampleSpark.Create(_folder.Path, new SampleSparkOptions { HadoopRelease = "2.8.5" });
        new SampleJar("org.xerial.snappy", "snappy-java", "1.0.5").WriteTo(spark.JarsFolder);
        File.Delete(Path.Combine(spark.JarsFolder, "httpclient-4.5.6.jar"));

        var distribution = await ReadAsync(spark.Home);

        Assert.Equal("1.0.5, 1.1.7.1", distribution.SnappyVersion);
        Assert.Equal(["httpclient 4.5.6"], distribution.Missing);
        Assert.Contains("2.8.5", Assert.Single(distribution.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hadoops_and_none_are_told_apart()
    {
        var spark = SampleSpark.Create(_folder.Path);
        var shaded = new SampleJar("org.apache.hadoop", "hadoop-client-api", "3.3.4").WriteTo(spark.JarsFolder);
        Assert.Equal(SparkJarLayout.Both, (await ReadAsync(spark.Home)).JarLayout);

        File.Delete(shaded);
        Array.ForEach(Directory.GetFiles(spark.JarsFolder, "hadoop-*.jar"), File.Delete);
        var without = await ReadAsync(spark.Home);

        Assert.Equal((SparkJarLayout.None, null, null), (without.JarLayout, without.HadoopLine, without.HadoopRelease));
        Assert.Equal(["hadoop-common or hadoop-client-api"], without.Missing);
    }

    [Fact]
    public async Task A_release_that_no_row_knows_is_read_all_the_same()
    {
        new SampleJar("org.apache.spark", "spark-core_2.13", "9.1.0").WriteTo(_folder["jars"]);
        _folder.Write("RELEASE", "Spark 9.1.0 built for Hadoop 4.0.0\n");

        var distribution = await ReadAsync(_folder.Path);

        Assert.Equal(("9.1.0", "2.13"), (distribution.SparkVersion, distribution.ScalaVersion));
        Assert.Contains("not in this module's table", Assert.Single(distribution.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dockerfile_that_cannot_be_read_is_a_note()
    {
        var spark = SampleSpark.Create(_folder.Path);
        await File.WriteAllTextAsync(spark.Dockerfile, "FROM ${unclosed\n");

        var distribution = await ReadAsync(spark.Home);

        Assert.Single(distribution.Notes);
        Assert.Contains(distribution.Dockerfiles, d => d.Path == spark.Dockerfile && d.BaseImage.Length == 0);
    }

    [Fact]
    public async Task What_is_no_distribution_is_refused()
    {
        Directory.CreateDirectory(_folder["jars"]);

        Assert.Equal("NotASparkHome", (await Assert.ThrowsAsync<SparkAzureException>(() => ReadAsync(_folder.Path))).Id);
        Assert.Equal("NotASparkHome", (await Assert.ThrowsAsync<SparkAzureException>(() => ReadAsync(_folder["absent"]))).Id);
    }

    [Theory]
    [InlineData("3.5.9", "3.5.10", "3.5.9", "kubernetes-client (6.7.2 in 3.5.9)")]
    [InlineData("4.0.0", "4.0.0-preview1", "4.0.0", "kubernetes-client (7.1.0 in 4.0.0)")]
    public async Task A_release_that_was_not_read_is_held_against_its_neighbour(
        string like, string version, string nearest, string missing)
    {
        LayJarsOf(like, version);
        File.Delete(Directory.GetFiles(_folder["jars"], "kubernetes-client-?.*.jar").Single());
        File.Delete(Directory.GetFiles(_folder["jars"], "spark-sql_*.jar").Single());
        LayFiles(version);

        var distribution = await ReadAsync(_folder.Path);

        Assert.Equal([missing, $"spark-sql {version}"], distribution.Missing);
        var note = Assert.Single(distribution.Notes);
        Assert.Contains($"Spark {version} is not in this module's table", note, StringComparison.Ordinal);
        Assert.EndsWith($"it was held against {nearest}, the nearest one.", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_was_not_read_is_held_against_what_all_releases_ship()
    {
        LayJarsOf("4.3.0", "4.4.0");
        new SampleJar("org.apache.spark", "spark-newest_2.13", "4.4.0").WriteTo(_folder["jars"]);
        File.Delete(Directory.GetFiles(_folder["jars"], "snappy-java-*.jar").Single());
        File.Delete(Directory.GetFiles(_folder["jars"], "spark-pipelines_*.jar").Single());
        LayFiles("4.4.0");

        var distribution = await ReadAsync(_folder.Path);

        Assert.Equal(["snappy-java"], distribution.Missing);
        Assert.EndsWith("it was held against what all of them ship.", Assert.Single(distribution.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_is_told_by_the_version_of_spark_core_and_a_jar_of_another_project_is_none()
    {
        LayJarsOf("4.3.0", "4.4.0");
        foreach (var jar in new[] { "spark-newest_2.13-4.4.0.jar", "spark-xml_2.13-0.18.0.jar", "spark-avro_2.11-4.0.0.jar", "spark-excel_2.13-4.0.0_0.20.4.jar" })
        {
            await File.WriteAllTextAsync(_folder[Path.Combine("jars", jar)], "");
        }

        var modules = SparkHome.Open(_folder.Path).Modules.Select(m => m.Artifact).ToList();

        Assert.Contains("spark-newest_2.13", modules);
        Assert.Contains("spark-udf-worker-core_2.13", modules);
        Assert.DoesNotContain(modules, m => m.StartsWith("spark-xml", StringComparison.Ordinal));
        Assert.DoesNotContain(modules, m => m.StartsWith("spark-avro", StringComparison.Ordinal));
        Assert.DoesNotContain(modules, m => m.StartsWith("spark-excel", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_module_of_another_release_is_told_whichever_it_is()
    {
        LayJarsOf("4.1.4", "4.1.4");
        await File.WriteAllTextAsync(_folder["jars/spark-pipelines_2.13-4.1.3.jar"], "");
        LayFiles("4.1.4");

        var note = Assert.Single((await ReadAsync(_folder.Path)).Notes);

        Assert.Contains("spark-pipelines_2.13-4.1.3.jar beside those of 4.1.4", note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.4.8", "2.7.3", "2.6.5")]
    [InlineData("3.0.0", "2.7.4", "3.2.0")]
    [InlineData("3.0.3", "3.2.0", "2.7.4")]
    [InlineData("3.1.3", "3.2.0", "2.7.4")]
    public async Task An_archive_with_another_hadoop_lacks_nothing_of_the_first(string version, string hadoop, string other)
    {
        LayJarsOf(version, version);
        foreach (var jar in Directory.GetFiles(_folder["jars"], $"hadoop-*-{hadoop}.jar"))
        {
            File.Move(jar, jar.Replace(hadoop, other, StringComparison.Ordinal));
        }

        string[] ofOneHadoop = ["htrace-core*", "jetty-util-*", "commons-configuration*", "re2j*", "woodstox*", "stax2*", "hadoop-hdfs*", "hadoop-yarn-registry*"];
        Array.ForEach([.. ofOneHadoop.SelectMany(p => Directory.GetFiles(_folder["jars"], p))], File.Delete);
        LayFiles(version);

        var distribution = await ReadAsync(_folder.Path);

        Assert.Equal(other, distribution.HadoopRelease);
        Assert.Empty(distribution.Missing);
        Assert.Empty(distribution.Notes);
    }

    // Hadoop 2.7 is not shaded: Spark 3.2 and 3.3 have its separate jars in that archive.
    [Theory]
    [InlineData("3.2.4")]
    [InlineData("3.3.4")]
    public async Task An_archive_with_an_older_hadoop_needs_no_shaded_one(string version)
    {
        LayJarsOf(version, version);
        Array.ForEach(Directory.GetFiles(_folder["jars"], "hadoop-*.jar"), File.Delete);
        new SampleJar("org.apache.hadoop", "hadoop-common", "2.7.4").WriteTo(_folder["jars"]);
        LayFiles(version);

        var distribution = await ReadAsync(_folder.Path);

        Assert.Empty(distribution.Missing);
        Assert.Empty(distribution.Notes);
    }

    // "Built without Hadoop" leaves to the Hadoop that is there what comes with it, and has no Hive.
    [Fact]
    public async Task An_archive_without_hadoop_lacks_hadoop_alone()
    {
        LayJarsOf("3.5.9", "3.5.9");
        string[] provided = ["hadoop-*", "hive-*", "spark-hive*", "guava-*", "zookeeper-*", "slf4j-*", "log4j-*", "snappy-java-*", "httpc*"];
        Array.ForEach([.. provided.SelectMany(p => Directory.GetFiles(_folder["jars"], p))], File.Delete);
        LayFiles("3.5.9");

        var distribution = await ReadAsync(_folder.Path);

        Assert.Equal(["hadoop-common or hadoop-client-api"], distribution.Missing);
    }

    [Fact]
    public async Task Scala_of_another_archive_is_not_named_by_a_version_that_it_does_not_have()
    {
        LayJarsOf("3.5.9", "3.5.9");
        foreach (var jar in Directory.GetFiles(_folder["jars"], "*_2.12-*.jar"))
        {
            File.Move(jar, jar.Replace("_2.12-", "_2.13-", StringComparison.Ordinal));
        }

        Array.ForEach(Directory.GetFiles(_folder["jars"], "scala-*.jar"), File.Delete);
        LayFiles("3.5.9");

        Assert.Equal(["scala-library", "scala-reflect"], (await ReadAsync(_folder.Path)).Missing);
    }

    [Fact]
    public async Task What_is_missing_is_told_with_the_version_that_the_release_ships()
    {
        LayJarsOf("3.4.1", "3.4.1");
        string[] gone = ["hadoop-shaded-guava-*", "hadoop-client-runtime-*", "snappy-java-*", "spark-connect*", "spark-sql-api_*", "okhttp-3*"];
        Array.ForEach([.. gone.SelectMany(p => Directory.GetFiles(_folder["jars"], p))], File.Delete);
        LayFiles("3.4.1");
        File.Delete(_folder["RELEASE"]);

        Assert.Equal(
            ["RELEASE", "hadoop-shaded-guava 1.1.1", "okhttp 3.12.12", "snappy-java 1.1.10.1", "hadoop-client-runtime 3.3.4"],
            (await ReadAsync(_folder.Path)).Missing);
    }

    // The jars of a release, empty, Spark's own under another version.
    private void LayJarsOf(string release, string version) =>
        SparkHomeOfNames.Lay(_folder.Path, SparkReleases.Find(release)!.Jars.Select(j => j.FileName.Replace($"-{release}", $"-{version}", StringComparison.Ordinal)));

    private void LayFiles(string version) => SparkHomeOfNames.LayFiles(_folder.Path, version);

    private static Task<SparkDistribution> ReadAsync(string home) => SparkDistributions.ReadAsync(home, new RecordingCaller(), CancellationToken.None);
}
