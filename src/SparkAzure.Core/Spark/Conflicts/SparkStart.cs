using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Whether a job would come to its first task with a set of jars: the driver, its executors, and what asks the cluster
/// for them. Jars whose classes cannot be read, and a distribution without Kubernetes, tell nothing.
/// </summary>
internal static class SparkStart
{
    private static readonly IReadOnlyList<SparkFeature> Features =
        [SparkFeature.Driver, SparkFeature.Executor, SparkFeature.Kubernetes];

    /// <summary>What stops the start for certain; null where nothing is known to.</summary>
    public static SparkJarConflict? Obstacle(JarLinkage linkage, CancellationToken cancellationToken) =>
        new LinkFindings(linkage, wanted: [], all: false).Stopping(Features, cancellationToken);

    /// <summary>Refuses jars with which Spark would not start; where they are meant all the same, warns.</summary>
    /// <param name="linkage">The jars, linked.</param>
    /// <param name="jars">Which jars they are, as the end of a sentence: <c>the jars of '/opt/spark'</c>.</param>
    /// <param name="target">The Spark home or the image.</param>
    /// <param name="force">What -Force says.</param>
    /// <param name="caller">Is warned.</param>
    /// <param name="cancellationToken">Ends the search for the way there.</param>
    /// <exception cref="SparkAzureException">SparkWouldNotStart.</exception>
    public static void Require(
        JarLinkage linkage, string jars, string target, bool force, ICaller caller, CancellationToken cancellationToken)
    {
        if (Obstacle(linkage, cancellationToken) is not { } obstacle)
        {
            return;
        }

        var refusal = SparkErrors.SparkWouldNotStart(jars, obstacle, target);
        if (!force)
        {
            throw refusal;
        }

        caller.Warning($"{refusal.Message} {obstacle.Remedy}");
    }
}
