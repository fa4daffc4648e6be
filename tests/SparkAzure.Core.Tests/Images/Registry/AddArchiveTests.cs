using System.Formats.Tar;
using SparkAzure.Core.Images;
using SparkAzure.Core.Tests.Oci.Layers;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>ADD of archives and here-documents with the engine Registry. That archives become what a daemon makes of them is shown by <see cref="EngineEqualityTests"/>.</summary>
public sealed class AddArchiveTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Theory]
    [InlineData("../evil", null, "leads out of the folder")]
    [InlineData("a/../../evil", null, "leads out of the folder")]
    [InlineData("dir/.wh.passwd", null, "would take other files out of the image")]
    [InlineData("dir/link/evil", "dir/link", "goes through its link 'dir/link'")]
    [InlineData("lnk/evil", null, "goes through /x/lnk, which is no folder")]
    public async Task An_entry_that_would_be_written_elsewhere_is_refused(string name, string? link, string reason)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var layer = new LayerFixture();
        if (link is not null)
        {
            layer.Link(link, "/etc");
        }

        await File.WriteAllBytesAsync(_spark.Home("evil.tar"), layer.File(name, "evil").Tar());
        _spark.WriteDockerfile("FROM base\nRUN mkdir /x && ln -s /etc /x/lnk\nADD evil.tar /x");

        var refusal = await SparkHomeFixture.RefusedAsync(Options(registry.Host));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("evil.tar", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task An_archive_that_is_cut_short_is_refused()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var tar = new LayerFixture().File("a", new string('a', 5000)).Tar();
        await File.WriteAllBytesAsync(_spark.Home("cut.tar"), tar[..3000]);
        _spark.WriteDockerfile("FROM base\nADD cut.tar /x");

        var refusal = await SparkHomeFixture.RefusedAsync(Options(registry.Host));

        Assert.Equal("BuildSourceUnusable", refusal.Id);
        Assert.Contains("cut.tar", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_capability_is_refused_rather_than_copied_without_it()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        using (var writer = new TarWriter(File.Create(_spark.Home("ping.tar"))))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "bin/ping", new Dictionary<string, string> { ["SCHILY.xattr.security.capability"] = "\u0001\u0002" }) { DataStream = new MemoryStream([1, 2, 3]) });
        }

        _spark.WriteDockerfile("FROM base\nADD ping.tar /x");

        var refusal = await SparkHomeFixture.RefusedAsync(Options(registry.Host));

        Assert.Equal("CapabilityNotCopied", refusal.Id);
        Assert.Contains("'/bin/ping'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task The_variables_of_a_here_document_are_replaced_and_its_quotes_stay()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.WriteDockerfile("""
            FROM base
            ARG who=nobody
            ENV SPARK_HOME=/opt/spark
            COPY <<plain <<-"literal" /made/
            "$who" is 'at' ${SPARK_HOME:-"nowhere"}, \$who costs \\ ${none:-'5'}
            plain
            	$who stays \$
            literal
            """);
        await SparkHomeFixture.PublishAsync(Options(registry.Host) with { BuildArguments = new Dictionary<string, string> { ["who"] = "somebody" } });

        Assert.Equal("\"somebody\" is 'at' /opt/spark, $who costs \\ '5'\n", await TextAsync(registry.Host, "made/plain"));
        Assert.Equal("$who stays \\$\n", await TextAsync(registry.Host, "made/literal"));
    }

    private PublishOptions Options(string host) => _spark.Options(host, SparkImageEngine.Registry) with { Images = ["spark"] };

    private static async Task<string> TextAsync(string host, string path)
    {
        var files = await CopyFromTests.FilesAsync(host);
        return System.Text.Encoding.UTF8.GetString((await files.ReadAsync([files.Find(path)!], CancellationToken.None))[path]);
    }
}
