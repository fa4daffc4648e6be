using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Hadoop;

public sealed class HadoopArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, "2.8.5")]
    [InlineData(3, "3.2.0")]
    public async Task The_content_tells_the_Hadoop_release_and_every_jar(int version, string release)
    {
        var sample = SampleHadoopArchive.Create(_folder.Path, new SampleHadoopArchiveOptions { HadoopVersion = version });

        var archive = await ReadAsync(sample.Path);

        Assert.Equal(release, archive.Release.Text);
        Assert.Equal(version, archive.NamedLine);
        Assert.Equal("5.1.3", archive.NamedVersion?.Text);
        Assert.Equal(sample.Jars.Select(j => j.FileName).Order(StringComparer.Ordinal), archive.Jars.Select(j => j.FileName));
        Assert.All(archive.Jars, j => Assert.Equal(sample.Jars.Single(s => s.FileName == j.FileName).ToBytes().Length, j.Length));
        Assert.Equal(archive.Jars, (await HadoopLibraries.FromArchiveAsync(sample.Path, CancellationToken.None)).Jars);
    }

    [Theory]
    [InlineData("dataiku-dss-hadoop-standalone-libs-generic-5.1.3.tar.gz", 2, "5.1.3")]
    [InlineData("dataiku-dss-hadoop3-standalone-libs-generic.5.1.4.tar.gz", 3, "5.1.4")]
    [InlineData("dataiku-dss-hadoop-standalone-libs-generic-hadoop3-9.0.5.tar.gz", 3, "9.0.5")]
    [InlineData("libs.tar.gz", null, null)]
    public async Task Names_of_all_times_are_understood(string name, int? line, string? version)
    {
        var sample = SampleHadoopArchive.Create(_folder.Path, new SampleHadoopArchiveOptions { FileName = name });
        var archive = await ReadAsync(sample.Path);
        Assert.Equal((line, version), (archive.NamedLine, archive.NamedVersion?.Text));
    }

    [Theory]
    [InlineData(SampleArchiveDefect.CutInTheMiddle, "ArchiveDamaged")]
    [InlineData(SampleArchiveDefect.FlippedByte, "ArchiveDamaged")]
    [InlineData(SampleArchiveDefect.EntryOutside, "ArchiveUnsafe")]
    [InlineData(SampleArchiveDefect.AbsoluteEntry, "ArchiveUnsafe")]
    [InlineData(SampleArchiveDefect.LinkOutside, "ArchiveUnsafe")]
    [InlineData(SampleArchiveDefect.WithoutHadoop, "ArchiveWithoutHadoop")]
    public async Task Defects_are_found_before_anything_is_unpacked(SampleArchiveDefect defect, string id)
    {
        var sample = SampleHadoopArchive.Create(_folder.Path, new SampleHadoopArchiveOptions { Defect = defect });
        Assert.Equal(id, (await RefusalAsync(sample.Path)).Id);
    }

    [Fact]
    public async Task A_cut_at_any_place_is_found()
    {
        var whole = await File.ReadAllBytesAsync(SampleHadoopArchive.Create(_folder.Path).Path);

        // The last bytes matter most: there every jar is intact already, and only tar's end or gzip's trailer is missing.
        foreach (var missing in new[] { 1, 4, 8, 9, 12, 40, whole.Length / 3, whole.Length - 20, whole.Length - 1, whole.Length })
        {
            var cut = _folder["cut.tar.gz"];
            await File.WriteAllBytesAsync(cut, whole[..^missing]);
            Assert.Equal("ArchiveDamaged", (await RefusalAsync(cut)).Id);
        }
    }

    [Fact]
    public async Task What_is_no_archive_is_refused_with_what_it_is()
    {
        Assert.Equal("ArchiveNotFound", (await RefusalAsync(_folder["none.tar.gz"])).Id);
        Assert.Contains("it is a folder", (await RefusalAsync(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("not a gzip file", (await RefusalAsync(_folder.Write("page.tar.gz", "<html>404, but saved as an archive</html>"))).Message, StringComparison.Ordinal);
    }

    private static Task<HadoopArchive> ReadAsync(string path) => HadoopArchive.ReadAsync(path, null, CancellationToken.None);

    private static Task<SparkAzureException> RefusalAsync(string path) => Assert.ThrowsAsync<SparkAzureException>(() => ReadAsync(path));
}
