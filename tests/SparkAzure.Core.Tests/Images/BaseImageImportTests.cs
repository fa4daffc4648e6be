using System.Net;
using System.Text.Json;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Images;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

public sealed class BaseImageImportTests : IAsyncLifetime, IDisposable
{
    private readonly SparkHomeFixture _spark = new();
    private readonly RecordingCaller _caller = new();
    private AzureStandIn _azure = null!;
    private RegistryStandIn _target = null!;
    private RegistryStandIn _source = null!;
    private HttpMessageHandler _handler = null!;
    private string _digest = "";

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _target = await RegistryStandIn.StartAsync(new RegistryOptions { Authentication = RegistryAuthentication.AcrToken, EntraAccessToken = "none", ArmAccessToken = _azure.AccessToken });
        _source = await RegistryStandIn.StartAsync();
        _digest = _source.SeedBaseImage("base/jre", "8", index: true);
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _target.DisposeAsync();
        await _azure.DisposeAsync();
    }

    public void Dispose()
    {
        _handler.Dispose();
        _spark.Dispose();
    }

    [Fact]
    public async Task A_base_image_elsewhere_is_imported_within_azure_once()
    {
        AddRegistry(isReachable: true);
        var images = await SparkHomeFixture.PublishAsync(Options(), _caller);
        var again = await SparkHomeFixture.PublishAsync(Options());

        Assert.All(images, i => Assert.True(i is { Changed: true, Engine: SparkImageEngine.Registry }));
        Assert.All(again, i => Assert.False(i.Changed));
        var repository = $"sparkazure/base/{_source.Host.Replace(':', '-')}/base/jre";
        Assert.Equal(_digest, _target.Manifest(repository, _digest.Replace(':', '-'))!.Value.Digest);
        Assert.Contains(_caller.Asked, a => a.Target.EndsWith($"{repository}:{_digest.Replace(':', '-')}", StringComparison.Ordinal));
        Assert.Single(_azure.Requests, r => r.Method == "POST" && r.Target.Contains("importImage", StringComparison.Ordinal));
        Assert.DoesNotContain(_source.Requests, r => r.Url.Contains("/blobs/", StringComparison.Ordinal));

        // Its layers are taken over from there, and what the image says of its base is where that came from.
        var manifest = _target.Manifest("spark", images[0].Digest!)!.Value.Content.RootElement;
        using var config = _target.OpenBlob("spark", manifest.GetProperty("config").GetProperty("digest").GetString()!)!;
        Assert.Equal($"{_source.Host}/base/jre:8", JsonDocument.Parse(config).RootElement.GetProperty("config").GetProperty("Labels").GetProperty("org.opencontainers.image.base.name").GetString());
        Assert.Contains(_target.Requests, r => r.Url.Contains($"from={Uri.EscapeDataString(repository)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_azure_cannot_import_it_the_base_image_passes_through_this_host()
    {
        AddRegistry(isReachable: false);

        Assert.All(await SparkHomeFixture.PublishAsync(Options(), _caller), i => Assert.True(i.Changed));
        Assert.Contains(_caller.VerboseLines, l => l.Contains("passes through this host", StringComparison.Ordinal));
        Assert.Contains(_source.Requests, r => r.Url.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rehearsal_imports_nothing()
    {
        AddRegistry(isReachable: true);

        Assert.All(await SparkHomeFixture.PublishAsync(Options(), RecordingCaller.WhatIf()), i => Assert.True(i.Planned));
        Assert.All(_azure.Requests, r => Assert.Equal("GET", r.Method));
    }

    private void AddRegistry(bool isReachable) => _azure.AddRegistry(
        new StandInContainerRegistry(_azure.AddSubscription("Data platform"), "rg-data", "dataplatform", _target) { Reachable = isReachable ? [_source] : [] });

    private PublishOptions Options() => _spark.Options(_target.Host, SparkImageEngine.Registry) with
    {
        BaseImage = $"{_source.Host}/base/jre:8",
        Access = new RegistryAccess
        {
            DockerConfigFolder = _spark.DockerConfig,
            ResourceManagerEndpoint = _azure.Endpoint,
            Azure = new AzureAccess { AccessToken = new NetworkCredential("", _azure.AccessToken).SecurePassword, Handler = _handler },
        },
    };
}
