using System.Text.RegularExpressions;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Dockerfiles;
using SparkAzure.Core.Tests.Spark;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Releases;

/// <summary>Every table that speaks of releases, held against what was read of the releases themselves.</summary>
public sealed partial class ReleaseListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void The_embedded_table_is_what_the_lists_say()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        Assert.NotEmpty(ReleaseLists.Releases);
        Assert.Equal(ReleaseLists.Releases, SparkReleases.Known);

        foreach (var release in ReleaseLists.Releases)
        {
            Assert.Equal(
                ReleaseLists.JarsOf(release).Order(StringComparer.Ordinal),
                SparkReleases.Find(release)!.Jars.Select(j => j.FileName).Order(StringComparer.Ordinal));
        }
    }

    [SkippableFact]
    public async Task Every_release_is_read_as_it_is()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var rows = ReleaseLists.Table("What the module reads");
        Assert.Equal(ReleaseLists.Releases, rows.Select(r => r["Spark"]));

        foreach (var row in rows)
        {
            var version = row["Spark"];
            var home = _folder[version];
            SparkHomeOfNames.Lay(home, ReleaseLists.JarsOf(version));
            SparkHomeOfNames.LayFiles(home, version);

            var read = await SparkDistributions.ReadAsync(home, new RecordingCaller(), CancellationToken.None);

            var hadoop = row["Hadoop, layout (hadoop-* jars)"].Split(' ');
            var layout = hadoop[1] == "shaded" ? SparkJarLayout.Shaded : SparkJarLayout.Split;
            Assert.Equal((version, row["Scala"]), (read.SparkVersion, read.ScalaVersion));
            Assert.Equal((hadoop[0], layout), (read.HadoopRelease, read.JarLayout));
            Assert.Equal((row["kubernetes-client"], row["snappy-java"], row["guava"]), (read.KubernetesClientVersion, read.SnappyVersion, read.GuavaVersion));
            Assert.Equal(row["jars"], $"{read.JarCount}");
            Assert.True(read.Missing.Count == 0, $"{version} lacks {string.Join(", ", read.Missing)}");

            // Spark 2.3 has no client mode, which is told of it whatever its jars are.
            var untrue = read.Notes.Where(n => !n.Contains("client mode", StringComparison.Ordinal)).ToList();
            Assert.True(untrue.Count == 0, $"{version}: {string.Join(" ", untrue)}");
            Assert.Equal(version.StartsWith("2.3", StringComparison.Ordinal), read.Notes.Count == 1);
        }
    }

    // Whatever is taken out of an untouched home and decides something is told, with the version on its file.
    [SkippableFact]
    public void Whatever_is_taken_out_is_told()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        foreach (var version in ReleaseLists.Releases)
        {
            var jars = ReleaseLists.JarsOf(version).Select(JarName.Parse).ToList();
            var deciding = jars.Where(j => j.Artifact.StartsWith("spark-", StringComparison.Ordinal) || DecidingJars.Find(j.ArtifactWithoutScala) is not null).ToList();
            var release = SparkReleases.Find(version)!;
            var layout = release.IsShaded ? SparkJarLayout.Shaded : SparkJarLayout.Split;
            var distribution = new SparkDistribution { SparkHome = _folder.Path, SparkVersion = version, HadoopRelease = release.Hadoop, JarLayout = layout, ScalaVersion = release.Scala };
            Assert.True(deciding.Count > 40, $"{version}: {deciding.Count}");
            foreach (var jar in deciding)
            {
                var others = jars.Where(j => j.ArtifactWithoutScala != jar.ArtifactWithoutScala).ToList();

                var missing = MissingParts.Of(distribution, others, release).Where(m => !release.Files.Contains(m));

                var told = Assert.Single(missing).Split(' ', 2);
                Assert.Equal(jar.ArtifactWithoutScala, told[0]);
                Assert.Contains(jar.Version, told[1].Split(", "));
            }
        }
    }

    // A part of Hadoop that a release ships is there for its Hadoop and layout, and has its version.
    [SkippableFact]
    public void The_parts_of_Hadoop_are_where_the_table_says()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        foreach (var version in ReleaseLists.Releases)
        {
            var release = SparkReleases.Find(version)!;
            var layout = release.IsShaded ? SparkJarLayout.Shaded : SparkJarLayout.Split;
            var parts = ReleaseLists.JarsOf(version).Select(JarName.Parse).Where(j => HadoopLibraries.IsPart(j.Artifact)).ToList();

            Assert.NotEmpty(parts);
            Assert.All(parts, p => Assert.Equal(release.Hadoop, p.Version));
            Assert.All(parts, p => Assert.True(HadoopLibraries.HasPart(p.Artifact, ReleaseNumber.Parse(p.Version), layout), $"{version}: {p.FileName}"));
            // What the table says of the other archives is not what this one is.
            Assert.Contains(release.Hadoop, release.Hadoops);
        }
    }

    [SkippableFact]
    public void The_releases_that_Dockerfiles_name_are_there()
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var named = DockerfileReleases.All
            .Where(r => !r.Releases.StartsWith("spark-docker", StringComparison.Ordinal))
            .SelectMany(r => Number().Matches(r.Releases))
            .Select(m => m.Value)
            .Distinct()
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, n => Assert.Contains(n, ReleaseLists.Releases));
    }

    // Samples whose jars no release ships would show what no user has.
    [SkippableTheory]
    [InlineData("2.4.0")]
    [InlineData("3.5.0")]
    public void A_sample_distribution_has_jars_of_its_release(string version)
    {
        Skip.If(ReleaseLists.Folder is null, ReleaseLists.Absent);
        var sample = SampleSpark.Create(_folder.Path, new SampleSparkOptions { SparkVersion = version });

        Assert.Empty(sample.Jars.Select(j => j.FileName).Except(ReleaseLists.JarsOf(version)));
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex Number();
}
