using System.Globalization;
using System.Net;
using System.Text.Json;
using SparkAzure.Core.Oci;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Oci.Registry;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images.Registry;

/// <summary>A publication over a link on which everything goes wrong that does: it ends right, or with one clear error; no tag names a part; and the next run does the rest.</summary>
public sealed class RegistryFaultTests : IDisposable
{
    private const int AtOnce = 30;

    // Each takes a second or two; by hand it may be more of them.
    private static readonly int Schedules =
        int.Parse(Environment.GetEnvironmentVariable("SPARKAZURE_TEST_SCHEDULES") ?? "40", CultureInfo.InvariantCulture);

    // What a broken link, a damaged answer or a registry in trouble may come to.
    private static readonly string[] Clear = ["RegistryUnavailable", "RegistryRefused", "ImageContentCorrupt", "BaseImageNotFound", "RegistryLoginRefused"];

    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task Whatever_goes_wrong_a_tag_names_a_whole_image_or_none_and_the_next_run_sends_only_what_is_missing()
    {
        var options = new RegistryOptions { Authentication = RegistryAuthentication.AcrToken };
        await using var registry = await SparkHomeFixture.RegistryAsync(options);
        var (right, failed) = await RunSchedulesAsync(registry.Host, $"{registry.Host}/base/jre:8", Schedules, new NetworkCredential(options.UserName, options.Password));

        Assert.True(right > Schedules / 4, $"{right} ended right");
        Assert.True(failed > 0, "none failed: the schedules are too mild");
    }

    [SkippableFact]
    public async Task So_it_is_with_the_distribution_projects_own_registry()
    {
        await using var real = await RealRegistry.StartOrSkipAsync();
        await using var source = await SparkHomeFixture.RegistryAsync(oci: true);
        var (right, failed) = await RunSchedulesAsync(real.Host, $"{source.Host}/base/jre:8", Schedules / 3, null);

        Assert.True(right > Schedules / 12, $"{right} ended right");
        Assert.True(failed > 0, "none failed: the schedules are too mild");
    }

    private async Task<(int Right, int Failed)> RunSchedulesAsync(string target, string baseImage, int count, NetworkCredential? login)
    {
        var (right, failed) = (0, 0);
        await Parallel.ForEachAsync(Enumerable.Range(1, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
        {
            if (await RunAsync(seed, target, baseImage, login))
            {
                Interlocked.Increment(ref right);
            }
            else
            {
                Interlocked.Increment(ref failed);
            }
        });
        return (right, failed);
    }

    // True when the publication ended right in spite of it all.
    private async Task<bool> RunAsync(int seed, string target, string baseImage, NetworkCredential? login)
    {
        var schedule = new FaultSchedule(seed);
        await using var proxy = await FaultyProxy.StartAsync(target);
        await using var source = await FaultyProxy.StartAsync(baseImage.Split('/')[0]);
        proxy.Next = schedule.Next;
        source.Next = schedule.Next;
        var options = _spark.Options($"{proxy.Host}/s{seed}", SparkImageEngine.Registry) with
        {
            BaseImage = baseImage.StartsWith(target, StringComparison.Ordinal) ? baseImage.Replace(target, proxy.Host, StringComparison.Ordinal) : baseImage.Replace(baseImage.Split('/')[0], source.Host, StringComparison.Ordinal),
            CacheFolder = _spark.Home("..", $"cache{seed}"),
        };
        options = login is null ? options : options with { Access = options.Access with { Credential = login } };
        List<SparkImage>? first = null;
        try
        {
            first = await SparkHomeFixture.PublishAsync(options);
        }
        catch (SparkAzureException exception)
        {
            Assert.True(Clear.Contains(exception.Id), $"seed {seed}: {exception}");
        }

        (proxy.Next, source.Next) = (_ => Fault.None, _ => Fault.None);
        using var client = new RegistryClient(RegistryAddress.Parse(proxy.Host), login is null ? null : PasswordLogin.From(login), new RecordingCaller());
        foreach (var name in options.Images)
        {
            await AssertWholeOrAbsentAsync(client, $"s{seed}/{name}", "v1", seed, mustBeThere: first is not null);
        }

        var sentBefore = proxy.Requests.Where(r => r.CompletedBlob is not null).Select(RepositoryAndDigest).ToHashSet(StringComparer.Ordinal);
        var seen = proxy.Requests.Count;
        var second = await SparkHomeFixture.PublishAsync(options);

        Assert.All(second, i => Assert.True(first is null || (first.Exists(f => f.Digest == i.Digest) && !i.Changed), $"seed {seed}: {i}"));
        Assert.DoesNotContain(proxy.Requests.Skip(seen).Where(r => r.CompletedBlob is not null).Select(RepositoryAndDigest), sentBefore.Contains);
        foreach (var image in second)
        {
            await AssertWholeOrAbsentAsync(client, image.Repository, "v1", seed, mustBeThere: true);
        }

        return first is not null;

        static string RepositoryAndDigest(ProxiedRequest request) => request.Url[..request.Url.IndexOf("/blobs/", StringComparison.Ordinal)] + " " + request.CompletedBlob;
    }

    // Every blob that the manifest names is there, with the bytes that its digest says: the client verifies what it reads.
    private static async Task AssertWholeOrAbsentAsync(RegistryClient client, string repository, string tag, int seed, bool mustBeThere)
    {
        var manifest = await client.GetManifestAsync(repository, tag, CancellationToken.None);
        Assert.True(manifest is not null || !mustBeThere, $"seed {seed}: {repository} has no tag {tag}");
        if (manifest is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(manifest.Content);
        foreach (var descriptor in document.RootElement.GetProperty("layers").EnumerateArray().Append(document.RootElement.GetProperty("config")))
        {
            var blob = await client.GetBlobAsync(repository, descriptor.GetProperty("digest").GetString()!, CancellationToken.None);
            Assert.Equal(descriptor.GetProperty("size").GetInt64(), blob.Length);
        }
    }
}
