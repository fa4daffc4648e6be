using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Docker;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

public sealed class ImageEnginesTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly RecordingCaller _caller = RecordingCaller.WhatIf();

    public void Dispose() => _spark.Dispose();

    [Fact]
    public async Task A_daemon_that_answers_is_taken_first()
    {
        await using var daemon = new ListeningDaemon(line => line.Contains("_ping", StringComparison.Ordinal)
            ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
            : "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
        UseDaemon($"{daemon.Address}");

        var images = await SparkHomeFixture.PublishAsync(_spark.Options("127.0.0.1:1", SparkImageEngine.Auto), _caller);

        Assert.All(images, i => Assert.True(i is { Engine: SparkImageEngine.Docker, Planned: true }));
        Assert.Contains("Engine Docker", _caller.VerboseLines);
        Assert.All(daemon.RequestLines, l => Assert.StartsWith("GET ", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_base_image_leaves_the_engine_registry_and_a_daemon_by_name_docker_and_neither_is_asked_for_first()
    {
        await using var registry = await SparkHomeFixture.RegistryAsync();
        UseDaemon("tcp://127.0.0.1:1");
        var options = _spark.Options(registry.Host, SparkImageEngine.Auto);

        var images = await SparkHomeFixture.PublishAsync(options with { BaseImage = $"{registry.Host}/base/jre:8" }, _caller);
        Assert.All(images, i => Assert.Equal(SparkImageEngine.Registry, i.Engine));

        // The daemon's own error, not a list of engines.
        Assert.Equal("DockerUnavailable", (await SparkHomeFixture.RefusedAsync(options with { DockerHost = new Uri("tcp://127.0.0.1:1") })).Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_daemon_azure_builds_where_it_can_and_a_rehearsal_chooses_the_same(bool rehearsal)
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        await using var images = await SparkHomeFixture.RegistryAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken, EntraAccessToken = "none", ArmAccessToken = azure.AccessToken });
        azure.AddRegistry(new StandInContainerRegistry(azure.AddSubscription("Data platform"), "rg-data", "dataplatform", images));
        using var handler = azure.Certificate.CreateTrustingHandler();
        UseDaemon("tcp://127.0.0.1:1");
        _spark.WriteDockerfile($"FROM {images.Host}/base/jre:8\nCOPY jars /opt/spark/jars\nENV SPARK_HOME /opt/spark");
        var caller = new RecordingCaller(!rehearsal);

        var published = await SparkHomeFixture.PublishAsync(Options(azure, images, handler), caller);

        Assert.All(published, i => Assert.Equal((SparkImageEngine.AcrTask, rehearsal), (i.Engine, i.Planned)));
        Assert.Contains(caller.VerboseLines, l => l.StartsWith("Engine AcrTask, because Docker: No Docker daemon answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_no_engine_can_one_error_says_what_each_lacks()
    {
        await using var azure = await AzureStandIn.StartAsync(CancellationToken.None);
        await using var images = await SparkHomeFixture.RegistryAsync();
        azure.AddRegistry(new StandInContainerRegistry(azure.AddSubscription("Data platform"), "rg-data", "dataplatform", images) { PublicNetworkAccess = "Disabled" });
        using var handler = azure.Certificate.CreateTrustingHandler();
        UseDaemon("ssh://build.example.com");

        var elsewhere = await SparkHomeFixture.RefusedAsync(_spark.Options("127.0.0.1:1", SparkImageEngine.Auto), _caller);
        var closed = await SparkHomeFixture.RefusedAsync(Options(azure, images, handler), _caller);
        var cached = await SparkHomeFixture.RefusedAsync(_spark.Options("127.0.0.1:1", SparkImageEngine.Auto) with { NoCache = true, BaseImage = "127.0.0.1:1/base:1" }, _caller);

        Assert.Equal(("EngineNotAvailable", ErrorKind.Unavailable), (elsewhere.Id, elsewhere.Kind));
        foreach (var part in new[] { "Docker: The Docker host 'ssh://build.example.com'", "AcrTask: 127.0.0.1:1 is no Azure Container Registry", "Registry: it runs no RUN instruction and so needs -BaseImage" })
        {
            Assert.Contains(part, elsewhere.Message, StringComparison.Ordinal);
        }

        Assert.Contains("AcrTask: the network rules", closed.Message, StringComparison.Ordinal);
        Assert.Contains("Registry: it cannot honour -NoCache", cached.Message, StringComparison.Ordinal);
        Assert.Contains("Docker: it cannot honour -BaseImage", cached.Message, StringComparison.Ordinal);
    }

    private PublishOptions Options(AzureStandIn azure, RegistryStandIn images, HttpMessageHandler handler) => _spark.Options(images.Host, SparkImageEngine.Auto) with
    {
        Access = new RegistryAccess
        {
            DockerConfigFolder = _spark.DockerConfig,
            ResourceManagerEndpoint = azure.Endpoint,
            Azure = new AzureAccess { AccessToken = new NetworkCredential("", azure.AccessToken).SecurePassword, Handler = handler },
        },
    };

    // The context in use names the daemon, so that this machine's own stays out.
    private void UseDaemon(string host)
    {
        var id = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("test"))).ToLowerInvariant();
        var folder = Directory.CreateDirectory(Path.Combine(_spark.DockerConfig, "contexts", "meta", id)).FullName;
        File.WriteAllText(Path.Combine(folder, "meta.json"), JsonSerializer.Serialize(new { Name = "test", Endpoints = new { docker = new { Host = host } } }));
        File.WriteAllText(Path.Combine(_spark.DockerConfig, "config.json"), """{"currentContext":"test"}""");
    }
}
