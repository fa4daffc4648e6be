using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci.Registry;
using SparkAzure.Core.Tests.Dss;
using SparkAzure.Sandbox.Azure;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

/// <summary>What can go wrong around a run in Azure, and that no tag is made or moved by it.</summary>
public sealed class AcrTaskRefusalTests : IAsyncLifetime, IDisposable
{
    private const string UploadUrl = "listBuildSourceUploadUrl";

    private readonly SparkHomeFixture _spark = new();
    private AzureStandIn _azure = null!;
    private RegistryStandIn _images = null!;
    private HttpMessageHandler _handler = null!;
    private StandInContainerRegistry _registry = null!;

    public async Task InitializeAsync()
    {
        _azure = await AzureStandIn.StartAsync(CancellationToken.None);
        _handler = _azure.Certificate.CreateTrustingHandler();
        _images = await SparkHomeFixture.RegistryAsync(new RegistryOptions
        {
            Authentication = RegistryAuthentication.AcrToken,
            EntraAccessToken = "none",
            ArmAccessToken = _azure.AccessToken,
        });
        _registry = _azure.AddRegistry(
            new StandInContainerRegistry(_azure.AddSubscription("Data platform"), "rg-data", "dataplatform", _images));
        _spark.WriteDockerfile($"FROM {_images.Host}/base/jre:8\nCOPY jars /opt/spark/jars\nENV SPARK_HOME /opt/spark");
    }

    public async Task DisposeAsync()
    {
        await _images.DisposeAsync();
        await _azure.DisposeAsync();
    }

    public void Dispose()
    {
        _handler.Dispose();
        _spark.Dispose();
    }

    [Theory]
    [InlineData(UploadUrl, "lacks a place for the build context")]
    [InlineData("scheduleRun", "lacks its id")]
    public async Task An_answer_that_starts_no_run(string call, string says)
    {
        _azure.AnswerNext(200, "{}", target: call);

        await Refusal.IsAsync(
            "AcrRunNotStarted",
            ErrorKind.InvalidData,
            says,
            "-ResourceManagerEndpoint",
            () => PublishAsync());

        Assert.Empty(_registry.Runs);
        Assert.Null(_images.Manifest("spark", "v1"));
    }

    [Fact]
    public async Task Somebody_else_pushed_the_same_tag_meanwhile()
    {
        var callerWithRival = new AttentiveCaller(message =>
        {
            if (message.StartsWith("Run ", StringComparison.Ordinal)
                && message.Contains(" succeeded", StringComparison.Ordinal))
            {
                _images.SeedBaseImage("spark", "v1");
            }
        });

        var failure = await Refusal.IsAsync(
            "AcrRunResultDiffers",
            ErrorKind.InvalidData,
            "but the registry has sha256:",
            "a tag of your own",
            () => PublishAsync(callerWithRival));

        // Whose image stands there now is said, and it is left.
        Assert.Contains(_images.Manifest("spark", "v1")!.Value.Digest, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_storage_of_the_tasks_refuses_the_build_context()
    {
        _azure.AnswerNext(403, "", method: "PUT", target: "/blobs/source");

        var failure = await Refusal.IsAsync(
            "AcrStorageRefused",
            ErrorKind.OperationFailed,
            "refused the build context: 403 Forbidden.",
            "a proxy between",
            () => PublishAsync());

        Assert.DoesNotContain("sig=", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(_registry.Runs);
    }

    [Fact]
    public async Task The_storage_of_the_tasks_cannot_be_reached_from_here()
    {
        using var port = new RefusingPort();
        var address = $"https://127.0.0.1:{port.Number}/source/1.tar.gz?sig=planted-5e7";
        var answer = $$"""{"uploadUrl":"{{address}}","relativePath":"source/1.tar.gz"}""";
        _azure.AnswerNext(200, answer, target: UploadUrl);

        var failure = await Refusal.IsAsync(
            "AcrStorageUnavailable",
            ErrorKind.Unavailable,
            "did not take or give the build context",
            "HTTPS_PROXY",
            () => PublishAsync());

        Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-5e7", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(_registry.Runs);
    }

    private Task<List<SparkImage>> PublishAsync(ICaller? told = null)
    {
        var access = new RegistryAccess
        {
            DockerConfigFolder = _spark.DockerConfig,
            ResourceManagerEndpoint = _azure.Endpoint,
            Azure = new AzureAccess { AccessToken = Secret.Of(_azure.AccessToken), Handler = _handler },
        };
        var options = _spark.Options(_images.Host, SparkImageEngine.AcrTask);
        return SparkHomeFixture.PublishAsync(options with { Images = ["spark"], Access = access }, told);
    }
}
