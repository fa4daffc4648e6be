using System.Globalization;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>Says that nothing decides why a job failed: what was looked for, and where to look on.</summary>
internal static class NothingFound
{
    private const string LookedFor =
        "the driver's name and ports, images and registries, pods and nodes, the API server and its rights, the storage " +
        "and its sign-in, Hive, Python, codecs, jars and Java";

    /// <summary>The warning.</summary>
    /// <param name="reader">What has read.</param>
    /// <param name="what">What was read.</param>
    /// <param name="lines">How many lines it has.</param>
    public static string Said(SparkFailureReader reader, string what, long lines) => string.Create(
        CultureInfo.InvariantCulture,
        $"Nothing in {what} ({lines:N0} lines) decides why a job failed. Looked for: {LookedFor} " +
        $"({FailureCauses.All.Count} causes). {Next(reader)}");

    private static string Next(SparkFailureReader reader)
    {
        if (reader.IsWaiting)
        {
            return "The driver waits for executors or has lost them: their own logs (kubectl logs, while they run) and their pods " +
                "(kubectl describe pod, kubectl get events) tell why.";
        }

        if (reader.HasFailed)
        {
            return "A job failed, by what its own code or its data did, as far as this can be seen.";
        }

        if (reader.HasSucceeded)
        {
            return "Its jobs were done.";
        }

        return "Nothing in it says that a job failed.";
    }
}
