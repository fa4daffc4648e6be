using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SparkAzure.Core.Images;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

/// <summary>Whatever a publication is doing when it is told to stop, it ends within a second, leaves no file and no tag.</summary>
public sealed class PublishStopTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task While_it_hashes()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        using (var jar = File.Create(_spark.Home("jars", "huge-1.0.jar")))
        {
            // Zeros that take no space, and half a minute to hash.
            jar.SetLength(40L << 30);
        }

        await StopsAsync(_spark.Options(registry.Host, SparkImageEngine.Registry), _ => registry.Requests.Any(r => r is { Method: "GET", Status: 200 } && r.Url.Contains("/blobs/", StringComparison.Ordinal)), registry);
    }

    [Fact]
    public async Task While_it_waits_for_the_base_image()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var registry = await RegistryStandIn.StartAsync();

        await StopsAsync(_spark.Options(registry.Host, SparkImageEngine.Registry) with { BaseImage = $"{mute.LocalEndpoint}/base:1" }, _ => mute.Pending(), registry);
    }

    [Fact]
    public async Task While_it_uploads_on_a_slow_link()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        proxy.Speed = 4000;

        await StopsAsync(_spark.Options(proxy.Host, SparkImageEngine.Registry), o => o.VerboseLines.Any(l => l.StartsWith("Uploading", StringComparison.Ordinal)), registry);
    }

    [Fact]
    public async Task While_it_waits_because_the_registry_asked_it_to()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        proxy.RetryAfter = TimeSpan.FromMinutes(1);
        proxy.Next = r => r.Method == "PUT" ? Fault.TooManyRequests : Fault.None;

        await StopsAsync(_spark.Options(proxy.Host, SparkImageEngine.Registry), o => o.VerboseLines.Any(l => l.Contains("Trying again", StringComparison.Ordinal)), registry);
    }

    [SkippableFact]
    public async Task While_docker_builds()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        var seconds = 5000 + Random.Shared.Next(4000);
        _spark.WriteDockerfile($"FROM sparkazure-test/base:1\nRUN /bin/busybox sleep {seconds}");

        await StopsAsync(_spark.Options(registry.Host), o => o.VerboseLines.Any(l => l.StartsWith("Step 2/", StringComparison.Ordinal)), registry);

        // The daemon ends the build's container when nobody waits for it any more.
        for (var left = 100; left > 0 && await IsRunningAsync(); left--)
        {
            await Task.Delay(100);
        }

        Assert.False(await IsRunningAsync(), "the build goes on");

        async Task<bool> IsRunningAsync() =>
            (await ContainerTools.RunAsync("docker", ["ps", "--no-trunc", "--format", "{{.Command}}"])).Contains($"sleep {seconds}", StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task While_docker_pushes()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        registry.Faults.HoldUploads = new TaskCompletionSource();
        try
        {
            await StopsAsync(_spark.Options(registry.Host) with { Images = ["spark"] }, o => o.VerboseLines.Any(l => l.StartsWith("Pushing", StringComparison.Ordinal)), registry);
        }
        finally
        {
            await ContainerTools.TryRunAsync("docker", ["rmi", "-f", $"{registry.Host}/spark:v1"]);
        }
    }

    // The best of three: a busy machine can take a second for itself.
    private async Task StopsAsync(PublishOptions options, Func<RecordingCaller, bool> isThere, RegistryStandIn registry)
    {
        var best = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 3 && best >= TimeSpan.FromSeconds(1); attempt++)
        {
            registry.ClearRequests();
            using var stop = new CancellationTokenSource();
            var caller = new RecordingCaller();
            var publishing = SparkHomeFixture.PublishAsync(options, caller, stop.Token);
            var limit = Stopwatch.StartNew();
            while (!isThere(caller))
            {
                Assert.False(publishing.IsCompleted, $"It ended before it could be stopped: {publishing.Exception}");
                Assert.True(limit.Elapsed < TimeSpan.FromMinutes(1), "It did not get as far as waiting.");
                await Task.Delay(10);
            }

            await Task.Delay(100);
            var clock = Stopwatch.StartNew();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }

        Assert.True(best < TimeSpan.FromSeconds(1), $"It took {best.TotalSeconds:0.0} s to stop.");
        Assert.Null(registry.Manifest("spark", "v1"));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(_spark.Path)!, "*.tmp", SearchOption.AllDirectories));
    }
}
