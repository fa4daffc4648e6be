using SparkAzure.Core.Tests.Images;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Oci.Layers;

public sealed class LayerDigestsTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly TemporaryFolder _cache = new();

    public void Dispose()
    {
        _spark.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public async Task What_is_remembered_saves_the_second_hashing_and_never_changes_the_image()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry) with { CacheFolder = _cache["there"] };

        var first = await MeasuredAsync(options);
        var second = await MeasuredAsync(options);
        var file = Path.Combine(_cache["there"], "digests");
        var lines = await File.ReadAllLinesAsync(file);

        // Cut short, of somebody else, and gone.
        await File.WriteAllLinesAsync(file, lines.Select(l => l[..^9]));
        var cut = await MeasuredAsync(options);
        await File.WriteAllLinesAsync(file, lines.Select(l => $"{l.Split(' ')[0]} sha256:{new string('0', 64)} {string.Join(' ', l.Split(' ')[2..])}"));
        var changed = await MeasuredAsync(options);
        var without = await MeasuredAsync(options with { CacheFolder = "/proc/nowhere" });

        Assert.True(second.Megabytes != first.Megabytes, $"{second.Megabytes} of {first.Megabytes} MB were read");
        Assert.All([cut, changed, without], m => Assert.Equal(first.Megabytes, m.Megabytes));
        Assert.All([second, cut, changed, without], m => Assert.Equal(first.Digests, m.Digests));
    }

    [Fact]
    public async Task Other_bytes_of_the_same_length_and_time_are_seen()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var options = _spark.Options(registry.Host, SparkImageEngine.Registry) with { CacheFolder = _cache["there"] };
        var jar = _spark.Home("jars", "part1-2.4.0.jar");
        var time = File.GetLastWriteTimeUtc(jar);

        var first = await MeasuredAsync(options);
        await File.WriteAllTextAsync(jar, new string('z', 70_000));
        File.SetLastWriteTimeUtc(jar, time);
        var second = await MeasuredAsync(options);

        Assert.Empty(first.Digests.Intersect(second.Digests));
    }

    private static async Task<(string Megabytes, IReadOnlyList<string?> Digests)> MeasuredAsync(Core.Images.PublishOptions options)
    {
        var caller = new RecordingCaller();
        var images = await SparkHomeFixture.PublishAsync(options, caller);
        var measured = caller.VerboseLines.Single(l => l.StartsWith("Measured", StringComparison.Ordinal));
        return (measured.Split(',')[1], [.. images.Select(i => i.Digest)]);
    }
}
