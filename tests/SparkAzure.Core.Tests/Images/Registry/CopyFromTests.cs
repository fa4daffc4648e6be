using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using SparkAzure.Core.Images;
using SparkAzure.Core.Images.Registry;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>COPY --from with the engine Registry. That it gives what a daemon builds is shown by <see cref="EngineEqualityTests"/>.</summary>
public sealed class CopyFromTests : IDisposable
{
    private const string Entry = "COPY kubernetes/dockerfiles/spark/entrypoint.sh /opt/\nENV SPARK_HOME=/opt/spark\nCOPY jars /opt/spark/jars\n";

    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task A_stage_is_known_by_name_and_number_and_one_that_nothing_is_copied_from_is_not_looked_at()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.WriteDockerfile($"""
            FROM unreachable.invalid/x AS unused
            RUN make world
            FROM base AS made
            RUN mkdir -p /m/sub && echo content > /m/sub/file && chmod 600 /m/sub/file
            FROM base
            {Entry}COPY --from=Made /m /by-name
            COPY --from=1 /m/sub/file /by-number
            """);

        await PublishAsync(registry);

        var files = await FilesAsync(registry.Host);
        Assert.Equal((UnixFileMode)0x180, files.Find("by-name/sub/file")!.Mode);
        Assert.Equal("content\n"u8.ToArray(), (await files.ReadAsync([files.Find("by-number")!], CancellationToken.None))["by-number"]);
    }

    [Fact]
    public async Task An_entry_point_from_another_image_is_looked_into()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await DerivedImage.PushAsync(registry.Host, "base/jre", "8", "tools", null, new TarItem { Name = "t/start", Type = TarEntryType.RegularFile, Content = "#!/bin/zsh\n"u8.ToArray(), Length = 11, Mode = TarItem.Executable });
        _spark.WriteDockerfile($"FROM base\nCOPY --from={registry.Host}/base/jre:tools /t/start /opt/\nENTRYPOINT [\"/opt/start\"]");

        var refusal = await SparkHomeFixture.RefusedAsync(Options(registry.Host));

        Assert.Equal("BaseImageLacks", refusal.Id);
        Assert.Contains("/bin/zsh (the first line of /opt/start)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_swap_sends_the_layer_of_the_exchanged_jars_also_where_they_pass_through_a_stage()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        for (var i = 0; i < 6; i++)
        {
            await File.WriteAllBytesAsync(_spark.Home("jars", $"large{i}-1.jar"), RandomNumberGenerator.GetBytes(3 << 20));
        }

        _spark.WriteDockerfile($"FROM base AS prepared\nCOPY jars /p/jars\nFROM base\n{Entry.Replace("COPY jars /opt/spark/jars\n", "", StringComparison.Ordinal)}COPY --from=prepared /p /opt/spark");
        await PublishAsync(registry);
        await File.WriteAllTextAsync(_spark.Home("jars", "hadoop-aws-3.3.4.jar"), "exchanged");

        var swapped = await PublishAsync(registry);

        Assert.InRange(swapped.BytesUploaded!.Value, 1, 3 << 20);
        Assert.NotNull((await FilesAsync(registry.Host)).Find("opt/spark/jars/hadoop-aws-3.3.4.jar"));
    }

    [Theory]
    [InlineData("RUN make-world", "COPY --from=made /bin/sh /x", "StageNotFollowed", "make-world (what it does is not known before it runs)")]
    [InlineData("RUN mkdir /m", "COPY --from=made /m/none /x", "StageFileMissing", "copies '/m/none', which stage 'made' does not have")]
    [InlineData("RUN mkdir /m", "COPY --from=last /m /x", "DockerfileUnreadable", "copies from 'last', which is no earlier stage")]
    [InlineData("RUN mkdir /m", "COPY --from=2 /m /x", "DockerfileUnreadable", "copies from '2', which is no earlier stage")]
    [InlineData("ADD https://example.com/m /m", "COPY --from=made /m /x", "InstructionNotSupported", "Line 2")]
    public async Task What_a_stage_cannot_be_vouched_for_is_one_refusal_and_nothing_is_sent(string instruction, string copy, string id, string message)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.WriteDockerfile($"FROM base AS made\n{instruction}\nFROM base AS last\n{Entry}{copy}");

        var refusal = await SparkHomeFixture.RefusedAsync(Options(registry.Host));

        Assert.Equal(id, refusal.Id);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [Fact]
    public async Task Publishing_again_reads_nothing_of_the_other_image_and_a_change_of_it_sends_its_layer_alone()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await PushToolsAsync(registry, "first");
        WriteCopyingDockerfile(registry);
        var first = await PublishAsync(registry);
        registry.ClearRequests();

        var second = await PublishAsync(registry);
        Assert.Equal((first.Digest, false), (second.Digest, second.Changed));
        Assert.Empty(LargeBlobs(registry, "GET"));

        await PushToolsAsync(registry, "second");
        registry.ClearRequests();
        var third = await PublishAsync(registry);
        Assert.True(third.Changed);

        // Two COPY lines take from one layer: it is read for what it holds, and once more for both.
        Assert.Equal(2, LargeBlobs(registry, "GET").Count());
        Assert.InRange(third.BytesUploaded!.Value, 300_000, 400_000);
    }

    [Fact]
    public async Task What_is_damaged_on_the_way_never_becomes_part_of_the_target()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        var digest = await PushToolsAsync(registry, "first");
        WriteCopyingDockerfile(registry);

        // What the layer holds is known already; its bytes are read only now.
        await SparkHomeFixture.PublishAsync(Options(registry.Host), RecordingCaller.WhatIf());
        File.Delete(Path.Combine(Options(registry.Host).CacheFolder!, "digests"));
        registry.Faults.DamagedBlob = digest;
        var refusal = await SparkHomeFixture.RefusedAsync(Options(registry.Host));

        Assert.Equal("ImageContentCorrupt", refusal.Id);
        Assert.Null(registry.Manifest("spark", "v1"));
    }

    [Fact]
    public async Task Stopped_while_it_waits_for_a_layer_it_ends_at_once_and_leaves_no_file()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        var layer = await PushToolsAsync(registry, "first");
        WriteCopyingDockerfile(registry, proxy.Host);
        await SparkHomeFixture.PublishAsync(Options(registry.Host), RecordingCaller.WhatIf());
        File.Delete(Path.Combine(Options(registry.Host).CacheFolder!, "digests"));
        proxy.RetryAfter = TimeSpan.FromMinutes(1);
        proxy.Next = r => r.Path.Value!.EndsWith(layer, StringComparison.Ordinal) ? Fault.TooManyRequests : Fault.None;
        using var stop = new CancellationTokenSource();
        var caller = new RecordingCaller();

        var publishing = SparkHomeFixture.PublishAsync(Options(registry.Host), caller, stop.Token);
        while (!caller.VerboseLines.Any(l => l.Contains("Trying again", StringComparison.Ordinal)))
        {
            Assert.False(publishing.IsCompleted, $"It ended before it could be stopped: {publishing.Exception}");
            await Task.Delay(10);
        }

        var clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(3), $"It took {clock.Elapsed.TotalSeconds:0.0} s to stop.");
        Assert.Null(registry.Manifest("spark", "v1"));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "sparkazure-*"));
    }

    [Fact]
    public async Task What_is_copied_to_where_the_jars_are_makes_no_list_of_them()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        _spark.WriteDockerfile($"FROM base AS made\nRUN mkdir -p /m/opt/spark/jars && echo x > /m/opt/spark/jars/brought-1.jar\nFROM base\n{Entry}COPY --from=made /m /");
        await PublishAsync(registry);

        var comparison = await _spark.CompareAsync($"{registry.Host}/spark:v1");

        var difference = Assert.Single(comparison.Jars);
        Assert.Equal(("brought-1.jar", SparkJarState.Extra, SparkJarSource.Layers), (difference.ImageName ?? difference.Name, difference.State, comparison.Source));
    }

    private void WriteCopyingDockerfile(RegistryStandIn registry, string? host = null) => _spark.WriteDockerfile($"""
        FROM base
        {Entry}COPY --from={host ?? registry.Host}/base/jre:tools /t/tool /opt/tool
        COPY --from={host ?? registry.Host}/base/jre:tools /t/link /opt/other/
        """);

    private async Task<SparkImage> PublishAsync(RegistryStandIn registry) => Assert.Single(await SparkHomeFixture.PublishAsync(Options(registry.Host)));

    private PublishOptions Options(string host) => _spark.Options(host, SparkImageEngine.Registry) with { Images = ["spark"] };

    // An image with one layer more, of bytes that nothing compresses; gives the layer's digest.
    private static async Task<string> PushToolsAsync(RegistryStandIn registry, string seed)
    {
        var content = new byte[150_000];
        for (var i = 0; i < content.Length; i += 32)
        {
            SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed + i)).AsSpan(0, Math.Min(32, content.Length - i)).CopyTo(content.AsSpan(i));
        }

        var tool = new TarItem { Name = "t/tool", Type = TarEntryType.RegularFile, Content = content, Length = content.Length, Mode = TarItem.Executable };
        await DerivedImage.PushAsync(registry.Host, "base/jre", "8", "tools", null, tool, tool with { Name = "t/file" }, TarItem.Link("t/link", "file"));
        return registry.Manifest("base/jre", "tools")!.Value.Content.RootElement.GetProperty("layers").EnumerateArray().Last().GetProperty("digest").GetString()!;
    }

    private static IEnumerable<RegistryRequest> LargeBlobs(RegistryStandIn registry, string method)
    {
        var last = registry.Manifest("base/jre", "tools")!.Value.Content.RootElement.GetProperty("layers").EnumerateArray().Last().GetProperty("digest").GetString()!;
        return registry.Requests.Where(r => r.Method == method && r.Url.EndsWith(last, StringComparison.Ordinal));
    }

    internal static async Task<ImageFileSystem> FilesAsync(string host)
    {
        var client = new RegistryClient(RegistryAddress.Parse(host), null, new RecordingCaller());
        var draft = await ImageDraft.FromAsync(client, ImageReference.Parse($"{host}/spark:v1"), null, CancellationToken.None);
        await draft.ReadFilesAsync(new LayerIndexCache(null), new RecordingCaller(), CancellationToken.None);
        return draft.Files;
    }
}
