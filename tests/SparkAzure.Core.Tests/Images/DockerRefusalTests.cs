using SparkAzure.Core.Tests.Images.Docker;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Core.Tests.Images;

/// <summary>What the daemon cannot fetch or deliver, with its own words.</summary>
public sealed class DockerRefusalTests : IDisposable
{
    private readonly SparkHomeFixture _spark = new();

    public void Dispose() => _spark.Dispose();

    [SkippableFact]
    public async Task A_base_image_that_its_registry_does_not_have()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        await using var registry = await RegistryStandIn.StartAsync();
        _spark.WriteDockerfile($"FROM {registry.Host}/base/none:1\nCOPY jars /opt/spark/jars");

        var failure = await Refusal.IsAsync(
            "BaseImagePullFailed",
            ErrorKind.OperationFailed,
            $"could not pull the base image {registry.Host}/base/none:1",
            "Look at the FROM line",
            () => SparkHomeFixture.PublishAsync(_spark.Options(registry.Host)));

        Assert.Matches("not found|unknown", failure.Message);
        Assert.DoesNotContain(registry.Requests, r => r.Method is not ("GET" or "HEAD"));
    }

    [SkippableFact]
    public async Task A_registry_that_goes_away_before_the_push()
    {
        await ContainerTools.SkipWithoutDockerAsync();
        var registry = await RegistryStandIn.StartAsync();
        var host = registry.Host;
        var isGone = false;
        var told = new AttentiveCaller(message =>
        {
            if (message.StartsWith("Pushing ", StringComparison.Ordinal))
            {
                isGone = true;
                registry.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        });
        try
        {
            var failure = await Refusal.IsAsync(
                "ImagePushFailed",
                ErrorKind.OperationFailed,
                $"could not push {host}/spark:v1",
                "The image is built and stays with the daemon",
                () => SparkHomeFixture.PublishAsync(_spark.Options(host) with { Images = ["spark"] }, told));

            Assert.Contains("connection refused", failure.Message, StringComparison.Ordinal);
            Assert.NotEmpty(await ContainerTools.RunAsync("docker", ["images", "-q", $"{host}/spark:v1"]));
        }
        finally
        {
            if (!isGone)
            {
                await registry.DisposeAsync();
            }

            await DockerEngineTests.ForgetAsync(host);
        }
    }
}
