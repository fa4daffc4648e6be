using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Tests.Releases;

public sealed class SparkClientModeTests
{
    private readonly RecordingCaller _caller = new();

    [Theory]
    [InlineData("2.3.0")]
    [InlineData("2.3.4")]
    [InlineData("2.3.2.3.1.0.0-78")]
    public async Task A_Spark_without_client_mode_is_refused_with_what_was_found_why_and_what_to_do(string version)
    {
        var failure = await Refusal.IsAsync(
            "SparkClientModeMissing",
            ErrorKind.NotSupported,
            $"The Spark {version} at '/opt/spark' has no client mode on Kubernetes",
            "Use Spark 2.4.0 or later",
            () => Task.Run(() => SparkClientMode.Require("/opt/spark", version, force: false, _caller)));

        Assert.Contains("Client mode is currently not supported for Kubernetes.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-Force", failure.Remedy, StringComparison.Ordinal);
        Assert.Empty(_caller.Warnings);

        SparkClientMode.Require("/opt/spark", version, force: true, _caller);
        Assert.Contains("no client mode", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.4.0")]
    [InlineData("2.4.0-SNAPSHOT")]
    [InlineData("3.5.1")]
    [InlineData("master")]
    [InlineData(null)]
    public void Any_other_and_one_that_is_not_known_passes(string? version)
    {
        SparkClientMode.Require("/opt/spark", version, force: false, _caller);

        Assert.Empty(_caller.Warnings);
    }
}
