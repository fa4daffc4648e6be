using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Java;

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
        if (Obstacle(linkage, cancellationToken) is { } obstacle)
        {
            Tell(obstacle, jars, target, force, caller);
        }
    }

    /// <summary>
    /// Links jars, and refuses them like <see cref="Require"/>; a second look at the same jars takes what the first one
    /// found.
    /// </summary>
    /// <inheritdoc cref="Require"/>
    public static async Task RequireAsync(
        JarLinkageRequest request,
        string jars,
        string target,
        bool force,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var known = new KnownFindings(SegmentStore.Open(request.IndexFolder));
        var name = await NameAsync(known, request, cancellationToken).ConfigureAwait(false);
        var found = known.Find(name);
        if (found is null)
        {
            var linkage = await JarLinkage.ReadAsync(request, cancellationToken).ConfigureAwait(false);
            found = [.. new[] { Obstacle(linkage, cancellationToken) }.OfType<SparkJarConflict>()];
            known.Keep(name, found);
        }

        caller.Verbose(
            $"Whether Spark would start with {request.Jars.Count} jars was looked up in "
            + $"{clock.Elapsed.TotalSeconds:0.00} s.");
        foreach (var obstacle in found)
        {
            Tell(obstacle, jars, target, force, caller);
        }
    }

    // Another question than that of a search, so it has another name.
    private static async Task<string?> NameAsync(
        KnownFindings known, JarLinkageRequest request, CancellationToken cancellationToken)
    {
        var asked = new SparkJarConflictOptions { SparkHome = "" };
        var name = await known.NameAsync(request, asked, cancellationToken).ConfigureAwait(false);
        if (name is null)
        {
            return null;
        }

        return "start-" + name;
    }

    private static void Tell(SparkJarConflict obstacle, string jars, string target, bool force, ICaller caller)
    {
        var refusal = SparkErrors.SparkWouldNotStart(jars, obstacle, target);
        if (!force)
        {
            throw refusal;
        }

        caller.Warning($"{refusal.Message} {obstacle.Remedy}");
    }
}
