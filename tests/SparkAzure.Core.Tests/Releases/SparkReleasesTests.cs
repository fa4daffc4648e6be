using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Tests.Spark;

namespace SparkAzure.Core.Tests.Releases;

/// <summary>What the embedded tables say of releases; needs nothing but themselves.</summary>
public sealed class SparkReleasesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Known => [.. SparkReleases.Known];

    public void Dispose() => _folder.Dispose();

    // The home of a release, whole and untouched: nothing is missing, nothing stands out, each version is the release's.
    [Theory]
    [MemberData(nameof(Known))]
    public async Task A_home_of_a_release_lacks_nothing(string version)
    {
        var release = SparkReleases.Find(version)!;
        SparkHomeOfNames.Lay(_folder.Path, release.Jars.Select(j => j.FileName));
        SparkHomeOfNames.LayFiles(_folder.Path, version);

        var distribution = await SparkDistributions.ReadAsync(_folder.Path, new RecordingCaller(), CancellationToken.None);

        Assert.Empty(distribution.Missing);

        // Spark 2.3 has no client mode, which is told of it whatever its jars are.
        Assert.DoesNotContain(distribution.Notes, n => !n.Contains("client mode", StringComparison.Ordinal));
        Assert.Equal((version, release.Scala, release.Hadoop), (distribution.SparkVersion, distribution.ScalaVersion, distribution.HadoopRelease));
        Assert.Equal(release.Jars.Count, distribution.JarCount);
        Assert.Equal(
            (release.VersionOf("kubernetes-client"), release.VersionOf("snappy-java"), release.VersionOf("guava")),
            (distribution.KubernetesClientVersion, distribution.SnappyVersion, distribution.GuavaVersion));
    }

    [Theory]
    [InlineData("2.4.2", "scala-library", "2.12.8")]
    [InlineData("2.4.3", "scala-library", "2.11.12")]
    [InlineData("3.0.2", "snappy-java", "1.1.8.2")]
    [InlineData("3.0.3", "hadoop-common", "3.2.0")]
    [InlineData("3.1.3", "okhttp", "2.7.5, 3.12.12")]
    [InlineData("3.5.9", "hadoop-shaded-guava", "1.1.1")]
    [InlineData("4.0.3", "jackson-databind", "2.18.6")]
    [InlineData("4.0.0", "hadoop-shaded-guava", null)]
    [InlineData("4.3.0", "spark-udf-worker-core", "4.3.0")]
    [InlineData("3.5.10", "snappy-java", null)]
    [InlineData("3.5.10", "spark-sql", null)]
    public void A_release_ships_what_was_read(string release, string artifact, string? version) =>
        Assert.Equal(version, SparkReleases.Find(release)!.VersionOf(artifact));

    [Theory]
    [InlineData("3.5.9", "3.5.9", SparkReleaseKnowledge.Itself)]
    [InlineData("3.5.10", "3.5.9", SparkReleaseKnowledge.Nearest)]
    [InlineData("3.1.0", "3.1.1", SparkReleaseKnowledge.Nearest)]
    [InlineData("2.4.0.7.1.7", "2.4.0", SparkReleaseKnowledge.Nearest)]
    [InlineData("4.0.0-preview2", "4.0.0", SparkReleaseKnowledge.Nearest)]
    [InlineData("4.4.0", "4.3.0", SparkReleaseKnowledge.Line)]
    public void A_release_that_was_not_read_is_answered_for_by_another_and_says_so(string version, string nearest, object knowledge)
    {
        var release = SparkReleases.Find(version)!;

        Assert.Equal((version, nearest, (SparkReleaseKnowledge)knowledge), (release.Version, release.Nearest, release.Knowledge));
        Assert.All(release.Jars.Where(j => SparkReleases.Modules.Contains(j.Name)), j => Assert.Equal(version, j.Version));
    }

    [Theory]
    [InlineData("2.2.3")]
    [InlineData("one")]
    [InlineData("")]
    public void What_is_no_spark_on_kubernetes_is_not_known(string version) => Assert.Null(SparkReleases.Find(version));

    [Fact]
    public void Every_row_about_archives_and_deciding_jars_says_why()
    {
        Assert.All(SparkArchives.OtherHadoops.Concat(SparkArchives.Files), r => Assert.NotEmpty(r.Source));
        Assert.All(DecidingJars.All, r => Assert.NotEmpty(r.Reason));
        // A row that no release triggers would be a name typed wrong.
        var shipped = SparkReleases.Known.SelectMany(r => SparkReleases.Find(r)!.Jars).Select(j => j.Name).ToHashSet();
        Assert.All(DecidingJars.All, r => Assert.Contains(shipped, r.Means));
    }

    [Fact]
    public void Hive_knows_Hadoop_3_since_the_release_that_the_fact_says()
    {
        foreach (var release in SparkReleases.Known)
        {
            var hive = ReleaseNumber.Parse(SparkReleases.Find(release)!.VersionOf("hive-exec")!);

            Assert.Equal(hive >= ReleaseNumber.Parse("2.3"), SparkFacts.HiveKnowsHadoop3.IsTrueOf(ReleaseNumber.Parse(release)));
        }
    }
}
