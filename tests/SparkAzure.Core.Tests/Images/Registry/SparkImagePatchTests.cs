using System.Formats.Tar;
using System.Text.Json;
using SparkAzure.Core.Images;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

public sealed class SparkImagePatchTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_jars_that_differ_go_up_in_one_layer_that_the_images_share(bool oci)
    {
        await using var registry = await PublishedAsync(oci);
        Swap();
        registry.ClearRequests();
        var caller = new RecordingCaller();
        var options = PatchOptions(registry) with { Tag = "v2" };

        var images = await SparkHomeFixture.PublishAsync(options, caller);

        Assert.All(images, i => Assert.True(i is { Changed: true, UnverifiedInstructions: [] }));
        var blob = Assert.Single(registry.Requests, r => r.IsBlobUpload && r.BodyBytes > 9_000);
        Assert.True(blob.BodyBytes < 20_000, $"{blob.BodyBytes} bytes for one jar of 10 KB");
        foreach (var repository in new[] { "spark", "spark-py" })
        {
            var (before, after) = (registry.Manifest(repository, "v1")!.Value.Content.RootElement, registry.Manifest(repository, "v2")!.Value.Content.RootElement);
            var layers = after.GetProperty("layers").EnumerateArray().ToList();
            Assert.Equal(before.GetProperty("layers").GetArrayLength() + 1, layers.Count);
            Assert.Equal(before.GetProperty("mediaType").GetString(), after.GetProperty("mediaType").GetString());
            Assert.Equal(oci, layers[^1].GetProperty("mediaType").GetString()!.Contains("oci", StringComparison.Ordinal));
            Assert.Equal(
                ["opt/", "opt/spark/", "opt/spark/jars/", "opt/spark/jars/.wh.part1-2.4.0.jar", "opt/spark/jars/new-1.0.jar", "opt/spark/jars/part2-2.4.0.jar"],
                Entries(registry, repository, layers[^1]).Select(e => e.Name));
            Assert.True((await _spark.CompareAsync($"{registry.Host}/{repository}:v2")) is { Match: true, Source: SparkJarSource.Label });
        }

        Assert.Contains("layers below", Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task A_second_run_finds_nothing_to_send_whether_the_patch_went_on_the_base_or_beside_it(string tag)
    {
        await using var registry = await PublishedAsync();
        Swap();
        var options = PatchOptions(registry) with { Tag = tag };
        var first = await SparkHomeFixture.PublishAsync(options);
        registry.ClearRequests();
        var caller = new RecordingCaller();

        var second = await SparkHomeFixture.PublishAsync(options, caller);

        Assert.Equal(first.Select(i => i.Digest), second.Select(i => i.Digest));
        Assert.All(second, i => Assert.True(i is { Changed: false, BytesUploaded: 0 }));
        Assert.Empty(caller.Asked);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task An_image_that_has_all_files_becomes_that_image_under_another_tag()
    {
        await using var registry = await PublishedAsync(oci: true);
        registry.ClearRequests();

        var images = await SparkHomeFixture.PublishAsync(PatchOptions(registry) with { Tag = "v2" });

        Assert.All(images, i => Assert.Equal(registry.Manifest(i.Repository, "v1")!.Value.Digest, i.Digest));
        Assert.All(images, i => Assert.True(i is { Changed: true, BytesUploaded: 0 }));
        Assert.DoesNotContain(registry.Requests, r => r.IsBlobUpload);
    }

    [Fact]
    public async Task Other_files_that_COPY_brings_are_brought_up_to_date_and_keep_their_mode()
    {
        await using var registry = await PublishedAsync();
        _spark.Write("kubernetes/dockerfiles/spark/entrypoint.sh", "#!/bin/sh\n# new\nexec \"$@\"\n");
        File.SetUnixFileMode(_spark.Home("kubernetes", "dockerfiles", "spark", "entrypoint.sh"), (UnixFileMode)0b110_100_100);
        _spark.Write("bin/added", "new");
        var caller = new RecordingCaller();

        await SparkHomeFixture.PublishAsync(PatchOptions(registry) with { Tag = "v2", Images = ["spark"] }, caller);

        var layer = registry.Manifest("spark", "v2")!.Value.Content.RootElement.GetProperty("layers").EnumerateArray().Last();
        var entries = Entries(registry, "spark", layer);
        Assert.Equal(["opt/", "opt/entrypoint.sh", "opt/spark/", "opt/spark/bin/", "opt/spark/bin/added"], entries.Select(e => e.Name));
        Assert.Equal((UnixFileMode)0b111_101_101, entries[1].Mode);
        Assert.Empty(caller.Warnings);
        Assert.Contains(caller.VerboseLines, l => l.Contains("2 other files differ (/opt/entrypoint.sh, /opt/spark/bin/added)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_Dockerfile_that_changed_since_is_warned_about()
    {
        await using var registry = await PublishedAsync();
        File.AppendAllText(_spark.Home("kubernetes", "dockerfiles", "spark", "Dockerfile"), "ENV LD_LIBRARY_PATH /lib64\n");
        var caller = new RecordingCaller();

        await SparkHomeFixture.PublishAsync(PatchOptions(registry) with { Images = ["spark"] }, caller);

        Assert.Contains("is not the Dockerfile that", Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_patched_is_refused_before_anything_is_sent()
    {
        await using var registry = await PublishedAsync();
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "alone");
        var digest = registry.Manifest("spark", "v1")!.Value.Digest;
        registry.ClearRequests();
        var options = PatchOptions(registry);

        var noSibling = await SparkHomeFixture.RefusedAsync(options with { BaseImage = $"{registry.Host}/spark:alone" });
        Assert.Equal("PatchBaseNotFound", noSibling.Id);
        Assert.Contains("spark-py:alone", noSibling.Message, StringComparison.Ordinal);
        Assert.Equal("PatchBaseNotFound", (await SparkHomeFixture.RefusedAsync(options with { BaseImage = $"{registry.Host}/spark@{digest}" })).Id);
        Assert.Equal("OptionNotForPatch", (await SparkHomeFixture.RefusedAsync(options with { SparkUid = 7, Images = ["spark"], Dockerfile = UidDockerfile() })).Id);
        File.Move(_spark.Home("jars", "spark-core_2.11-2.4.0.jar"), _spark.Home("jars", "spark-core_2.11-2.4.5.jar"));
        _spark.Write("RELEASE", "Spark 2.4.5 built for Hadoop 2.7.3\n");
        var otherRelease = await SparkHomeFixture.RefusedAsync(options);
        Assert.Equal("PatchBaseOtherRelease", otherRelease.Id);
        Assert.Contains("2.4.0", otherRelease.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task One_image_alone_can_be_patched_by_its_digest()
    {
        await using var registry = await PublishedAsync();
        Swap();
        var digest = registry.Manifest("spark-py", "v1")!.Value.Digest;

        var image = Assert.Single(await SparkHomeFixture.PublishAsync(PatchOptions(registry) with { BaseImage = $"{registry.Host}/spark-py@{digest}", Images = ["spark-py"], Tag = "v2" }));

        Assert.True(image.Changed);
        Assert.True((await _spark.CompareAsync(image.Reference)).Match);
    }

    private string UidDockerfile()
    {
        _spark.Write("uid.Dockerfile", "FROM x\nARG spark_uid=185\nCOPY jars /opt/spark/jars\n");
        return _spark.Home("uid.Dockerfile");
    }

    private void Swap()
    {
        File.Delete(_spark.Home("jars", "part1-2.4.0.jar"));
        _spark.Write("jars/part2-2.4.0.jar", "other bytes");
        _spark.Write("jars/new-1.0.jar", new string('n', 10_000));
    }

    private PublishOptions PatchOptions(RegistryStandIn registry) => _spark.Options(registry.Host, SparkImageEngine.Registry) with { BaseImage = $"{registry.Host}/spark:v1" };

    private async Task<RegistryStandIn> PublishedAsync(bool oci = false)
    {
        var registry = await SparkHomeFixture.RegistryAsync(oci: oci, index: oci);
        await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));
        return registry;
    }

    private static List<TarEntry> Entries(RegistryStandIn registry, string repository, JsonElement layer)
    {
        using var blob = registry.OpenBlob(repository, layer.GetProperty("digest").GetString()!)!;
        using var reader = new TarReader(blob);
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry() is { } entry)
        {
            entries.Add(entry);
        }

        return entries;
    }
}
