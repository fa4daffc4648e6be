using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using SparkAzure.Core.Images;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>Single faults, and what exactly is done about each; and processes that are killed.</summary>
public sealed class RegistryInterruptionTests : IDisposable
{
    private const int JarLength = 3 << 20;

    private readonly SparkHomeFixture _spark = new();

    public RegistryInterruptionTests() => _spark.Write("jars/large-1.0.jar", new string('j', JarLength));

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task A_reset_in_the_middle_of_a_blob_sends_only_the_rest_again()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();

        var requests = await ResetInLargeBlobAsync(registry.Host, registry.Host);

        var broken = Assert.Single(requests, r => r.Fault == Fault.ResetInBody);
        var rest = Assert.Single(requests, r => r.Method == "PATCH");
        Assert.True(rest.BodyBytes > 0 && rest.BodyBytes < JarLength, $"{rest.BodyBytes} of {JarLength} bytes were sent again after {broken.BodyBytes} had gone");
    }

    // The distribution project's registry drops an upload whose size is not that of its last answer (blobupload.go, "upload resumed at wrong offset").
    [SkippableFact]
    public async Task A_registry_that_keeps_no_part_gets_the_blob_anew()
    {
        await using var real = await RealRegistry.StartOrSkipAsync();
        await using var source = await SparkHomeFixture.RegistryAsync();

        var requests = await ResetInLargeBlobAsync(real.Host, source.Host);

        Assert.Contains(requests, r => r.Fault == Fault.ResetInBody);
        Assert.InRange(requests.Where(r => r.Method == "PATCH").Sum(r => r.BodyBytes), JarLength, 2 * JarLength);
    }

    [Theory]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.TooManyRequestsUntil)]
    internal async Task A_registry_that_asks_for_patience_gets_it(Fault fault)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        proxy.RetryAfter = TimeSpan.FromSeconds(2);
        proxy.Next = Once(r => r.Method == "PUT", fault);
        var caller = new RecordingCaller();

        await SparkHomeFixture.PublishAsync(_spark.Options(proxy.Host, SparkImageEngine.Registry), caller);

        // A date counts from a whole second.
        var line = Assert.Single(caller.VerboseLines, l => l.Contains("Trying again in", StringComparison.Ordinal));
        var seconds = double.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture);
        Assert.InRange(seconds, fault == Fault.TooManyRequests ? 2 : 0.5, 2);
    }

    [Theory]
    [InlineData("/blobs/uploads/")]
    [InlineData("/manifests/v1")]
    public async Task A_token_that_ends_in_the_middle_is_renewed_and_nothing_is_lost(string where)
    {
        await using var registry = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken });
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        proxy.Next = Once(r => r.Method == "PUT" && r.Path.Value!.Contains(where, StringComparison.Ordinal), Fault.LoseLogin);
        var options = _spark.Options(proxy.Host, SparkImageEngine.Registry);

        var images = await SparkHomeFixture.PublishAsync(options with { Access = options.Access with { Credential = new("sandbox", "sandbox-password") } });

        Assert.Contains(proxy.Requests, r => r is { Fault: Fault.LoseLogin, Status: 401 });
        Assert.All(images, i => Assert.Equal(i.Digest, registry.Manifest(i.Repository, "v1")!.Value.Digest));
    }

    [Fact]
    public async Task A_slow_link_takes_its_time_and_shows_how_far_it_is()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        proxy.Speed = 1 << 20;
        var caller = new RecordingCaller();

        var images = await SparkHomeFixture.PublishAsync(_spark.Options(proxy.Host, SparkImageEngine.Registry), caller);

        Assert.All(images, i => Assert.True(i.Changed));
        var shown = caller.ProgressRecords.Select(r => r.Percent).ToList();
        Assert.True(shown.Count > 1, "no progress was shown");
        Assert.Equal(shown.Order(), shown);
        Assert.Equal(100, shown[^1]);
    }

    // SIGKILL at moments spread over the whole run of a real process, on a link slow enough that most fall into an upload.
    [Fact]
    public async Task A_killed_publication_leaves_no_half_image_and_the_next_one_sends_no_blob_twice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);
        await using var registry = await SparkHomeFixture.RegistryAsync();
        await using var proxy = await FaultyProxy.StartAsync(registry.Host);
        proxy.Speed = 4 << 20;
        var options = _spark.Options(proxy.Host, SparkImageEngine.Registry);
        var whole = await PublishAndKillAsync(options with { Registry = proxy.Host + "/timing" }, TimeSpan.FromMinutes(2));
        var random = new Random(20240229);
        for (var i = 0; i < kills; i++)
        {
            await PublishAndKillAsync(options, whole * random.NextDouble());
            foreach (var name in options.Images)
            {
                if (registry.Manifest(name, "v1") is { } manifest)
                {
                    Assert.All(
                        manifest.Content.RootElement.GetProperty("layers").EnumerateArray(),
                        l => registry.OpenBlob(name, l.GetProperty("digest").GetString()!)!.Dispose());
                }
            }
        }

        var images = await SparkHomeFixture.PublishAsync(options);

        Assert.All(images, i => Assert.Equal(i.Digest, registry.Manifest(i.Repository, "v1")!.Value.Digest));
        Assert.All(
            proxy.Requests.Where(r => r.CompletedBlob is not null).GroupBy(r => r.Url[..r.Url.IndexOf("/blobs/", StringComparison.Ordinal)] + r.CompletedBlob),
            blob => Assert.Single(blob));
    }

    private async Task<List<ProxiedRequest>> ResetInLargeBlobAsync(string target, string source)
    {
        await using var proxy = await FaultyProxy.StartAsync(target);
        proxy.Next = Once(r => r.ContentLength > JarLength, Fault.ResetInBody);
        var options = _spark.Options(proxy.Host, SparkImageEngine.Registry) with { BaseImage = $"{source}/base/jre:8", Images = ["spark"] };

        Assert.True(Assert.Single(await SparkHomeFixture.PublishAsync(options)).Changed);
        var requests = proxy.Requests.ToList();
        Assert.False(Assert.Single(await SparkHomeFixture.PublishAsync(options)).Changed);
        return requests;
    }

    private static Func<HttpRequest, Fault> Once(Func<HttpRequest, bool> which, Fault fault)
    {
        var done = 0;
        return request => which(request) && Interlocked.Exchange(ref done, 1) == 0 ? fault : Fault.None;
    }

    private static Task<TimeSpan> PublishAndKillAsync(PublishOptions options, TimeSpan after) => KilledProcess.RunAsync(
        ["publish", options.SparkHome, options.Registry, options.BaseImage!, options.CacheFolder!],
        after,
        ("DOCKER_CONFIG", options.Access.DockerConfigFolder!));
}
