using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Spark;

public sealed class SparkDistributionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Releases => [.. SparkReleases.All.Select(r => r.From)];

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
    public async Task A_Spark_that_DSS_cannot_use_on_Kubernetes_is_said()
    {
        var spark = SampleSpark.Create(_folder.Path);

        var note = Assert.Single((await ReadAsync(OtherRelease.Of(spark.Home, "2.3.4"))).Notes);

        Assert.StartsWith("Spark 2.3.4 has no client mode on Kubernetes, which came with 2.4.0", note, StringComparison.Ordinal);
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
        Assert.Equal(["httpclient"], distribution.Missing);
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
    [MemberData(nameof(Releases))]
    public async Task Every_row_of_the_releases_says_what_its_first_release_lacks(string version)
    {
        var row = SparkReleases.Find(version)!;
        new SampleJar("org.apache.spark", "spark-tags_2.12", version).WriteTo(_folder["jars"]);

        var distribution = await ReadAsync(_folder.Path);

        Assert.Equal(version, row.From);
        Assert.Equal(row.Files.Count + row.Jars.Count + 1, distribution.Missing.Count);
        Assert.Contains(distribution.Missing, m => m.StartsWith("kubernetes-client", StringComparison.Ordinal));
        Assert.NotEmpty(row.Source);
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task A_hadoop_that_an_official_archive_has_is_no_news(string version)
    {
        var row = SparkReleases.Find(version)!;
        foreach (var hadoop in row.Hadoop.DefaultIfEmpty("3.4.9"))
        {
            var home = _folder[hadoop];
            new SampleJar("org.apache.spark", "spark-core_2.12", version).WriteTo(Path.Combine(home, "jars"));
            new SampleJar("org.apache.hadoop", "hadoop-client-api", hadoop).WriteTo(Path.Combine(home, "jars"));
            await File.WriteAllTextAsync(Path.Combine(home, "RELEASE"), $"Spark {version} built for Hadoop {hadoop}\n");

            // Of a release without client mode there is news, and none of its Hadoop.
            Assert.DoesNotContain((await ReadAsync(home)).Notes, n => n.Contains("Hadoop", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_rows_of_the_releases_leave_no_gap()
    {
        Assert.Equal(SparkReleases.All.Skip(1).Select(r => r.From), SparkReleases.All.SkipLast(1).Select(r => r.Before));
        Assert.All(SparkReleases.All, r => Assert.True(ReleaseNumber.Parse(r.From) < ReleaseNumber.Parse(r.Before)));
        Assert.Null(SparkReleases.Find("2.2.3"));
        Assert.Null(SparkReleases.Find("one"));
    }

    private static Task<SparkDistribution> ReadAsync(string home) => SparkDistributions.ReadAsync(home, new RecordingCaller(), CancellationToken.None);
}
