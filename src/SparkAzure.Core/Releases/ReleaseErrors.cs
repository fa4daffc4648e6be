using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Releases;

/// <summary>What is refused because a release cannot do it.</summary>
internal static class ReleaseErrors
{
    /// <param name="found">Which Spark was found where, and what it lacks.</param>
    /// <param name="otherwise">What to do for who means it.</param>
    /// <param name="target">What was found.</param>
    internal static SparkAzureException SparkClientModeMissing(
        string found, string otherwise, string target) => Failure.Create(
        ErrorKind.NotSupported,
        $"{found} Nothing was changed.",
        $"Use Spark {SparkFacts.ClientMode.Since} or later, and give it to DSS with Install-DssSparkIntegration. "
            + otherwise,
        target);
}
