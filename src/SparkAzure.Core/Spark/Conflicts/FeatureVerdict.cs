using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>What becomes of a feature on a class path.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="IsThere">False where the distribution does not have it at all.</param>
/// <param name="First">What a JVM throws first; null where nothing is known that stops it.</param>
/// <param name="Faults">What it meets, the first one first.</param>
/// <param name="Requires">
/// The jars with which it would work, as far as they are known; empty where it works, or where nothing tells.
/// </param>
internal sealed record FeatureVerdict(
    SparkFeature Feature,
    bool IsThere,
    LinkProblem? First,
    IReadOnlyList<FeatureFault> Faults,
    IReadOnlyList<Releases.LibrarySuggestion> Requires)
{
    /// <summary>True when nothing is known that stops it.</summary>
    public bool Works => IsThere && First is null;
}
