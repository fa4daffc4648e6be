using System.Formats.Tar;
using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Tests.Images.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

public sealed class SparkImageComparerTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task An_image_of_the_same_jars_matches_by_its_label_and_no_layer_is_read()
    {
        await using var registry = await PublishedAsync();
        registry.ClearRequests();

        var comparison = await CompareAsync(registry, "spark-py");

        Assert.True(comparison is { Match: true, Same: 3, Jars: [], Source: SparkJarSource.Label, JarFolder: "/opt/spark/jars" });
        Assert.Equal(registry.Manifest("spark-py", "v1")!.Value.Digest, comparison.Digest);
        Assert.Single(registry.Requests, r => r.Method == "GET" && r.Url.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_kind_of_difference_is_told_from_the_label_and_from_the_layers(bool hasLabel)
    {
        _spark.Write("jars/guava-14.0.1.jar", "guava");
        _spark.Write("jars/image-only-1.jar", "extra");
        await using var registry = await PublishedAsync();
        if (!hasLabel)
        {
            await DerivedImage.PushAsync(registry.Host, "spark", "v1", "v1", draft => draft.Config.Remove("Labels"));
        }

        File.Delete(_spark.Home("jars", "guava-14.0.1.jar"));
        File.Delete(_spark.Home("jars", "image-only-1.jar"));
        _spark.Write("jars/guava-27.0-jre.jar", "other guava");
        _spark.Write("jars/part1-2.4.0.jar", "other bytes");
        _spark.Write("jars/driver-only-1.jar", "missing");
        var caller = new RecordingCaller();

        var comparison = await CompareAsync(registry, "spark", caller);

        Assert.Equal(hasLabel ? SparkJarSource.Label : SparkJarSource.Layers, comparison.Source);
        Assert.False(comparison.Match);
        Assert.Equal(2, comparison.Same);
        Assert.Equal(
            [
                ("driver-only-1.jar", SparkJarState.Missing), ("guava-27.0-jre.jar", SparkJarState.OtherVersion),
                ("image-only-1.jar", SparkJarState.Extra), ("part1-2.4.0.jar", SparkJarState.OtherBytes),
            ],
            comparison.Jars.Select(j => (j.Name, j.State)));
        Assert.Equal(("guava-14.0.1.jar", "14.0.1", "27.0-jre"), comparison.Jars[1] is var j ? (j.ImageName, j.ImageVersion, j.Version) : default);
        Assert.Contains("4 of 6 differ", Assert.Single(caller.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_is_not_believed_about_jars_that_a_layer_above_it_changed()
    {
        await using var registry = await PublishedAsync();
        var jar = new TarItem { Name = "opt/spark/jars/part1-2.4.0.jar", Type = TarEntryType.RegularFile, Content = [1], Length = 1, Mode = TarItem.Plain };
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "changed", null, jar);
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "removed", null, TarItem.Whiteout("opt/spark/jars/part2-2.4.0.jar"));
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "elsewhere", null, jar with { Name = "opt/other.txt" });

        var changed = await CompareAsync(registry, "spark", tag: "changed");
        var removed = await CompareAsync(registry, "spark", tag: "removed");
        var elsewhere = await CompareAsync(registry, "spark", tag: "elsewhere");

        Assert.Equal((SparkJarSource.Layers, SparkJarState.OtherBytes), (changed.Source, Assert.Single(changed.Jars).State));
        Assert.Equal((SparkJarSource.Layers, SparkJarState.Missing), (removed.Source, Assert.Single(removed.Jars).State));
        Assert.True(elsewhere is { Source: SparkJarSource.Label, Match: true });
    }

    [Fact]
    public async Task A_list_that_was_tampered_with_or_that_no_entry_of_the_history_wrote_is_not_believed()
    {
        await using var registry = await PublishedAsync();
        File.Delete(_spark.Home("jars", "part1-2.4.0.jar"));
        var jars = await JarSet.ReadAsync(_spark.Home("jars"), CancellationToken.None);
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "cut", draft => draft.Config["Labels"]!["sparkazure.jars.0"] = jars.Text);
        await DerivedImage.PushAsync(registry.Host, "spark", "v1", "forged", draft =>
        {
            foreach (var (name, value) in ImageLabels.ForJars(jars))
            {
                ((JsonObject)draft.Config["Labels"]!)[name] = value;
            }
        });

        foreach (var tag in new[] { "cut", "forged" })
        {
            var comparison = await CompareAsync(registry, "spark", tag: tag);
            Assert.Equal((SparkJarSource.Layers, SparkJarState.Extra), (comparison.Source, Assert.Single(comparison.Jars).State));
        }
    }

    [Fact]
    public async Task An_image_without_jars_is_refused()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => CompareAsync(registry, "base/jre", tag: "8"));

        Assert.Equal("ImageHasNoJars", refusal.Id);
    }

    private async Task<RegistryStandIn> PublishedAsync()
    {
        var registry = await SparkHomeFixture.RegistryAsync();
        await SparkHomeFixture.PublishAsync(_spark.Options(registry.Host, SparkImageEngine.Registry));
        return registry;
    }

    private Task<SparkImageComparison> CompareAsync(RegistryStandIn registry, string repository, ICaller? caller = null, string tag = "v1") =>
        _spark.CompareAsync($"{registry.Host}/{repository}:{tag}", caller);
}
