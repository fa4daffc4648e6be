using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup;

/// <summary>What can be wrong with a question about a whole setup.</summary>
internal static class SetupErrors
{
    internal static SparkAzureException SetupCheckUnknown(string pattern, IReadOnlyList<string> ids) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"There is no check '{pattern}'.",
        $"Name checks by their ids, with * for any characters: {string.Join(", ", ids)}.",
        pattern);

    internal static SparkAzureException DssHasNoSpark(string dataDirectory) => Failure.Create(
        ErrorKind.NotFound,
        $"The DSS at '{dataDirectory}' is not integrated with Spark, so there is no Spark home to look at.",
        "Integrate it with Install-DssSparkIntegration -SparkHome ….",
        dataDirectory);

    internal static SparkAzureException SetupImageMissing(string configuration) => Failure.Create(
        ErrorKind.NotFound,
        $"The Spark configuration '{configuration}' names no image for executors.",
        "Set it with Set-DssSparkConfig -Image … to what Publish-SparkImage made.",
        configuration);
}
