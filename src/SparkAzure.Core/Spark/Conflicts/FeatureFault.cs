using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A fault that a feature meets.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Fault">The reference and what is thrown.</param>
/// <param name="Class">The number of the class that refers.</param>
/// <param name="Target">The class that is missing, or lacks what is called; with slashes.</param>
/// <param name="Rank">When it is met, in the order in which runs loaded classes: the lowest comes first.</param>
/// <param name="Basis">What says that it is met.</param>
internal sealed record FeatureFault(
    SparkFeature Feature, LinkFault Fault, int Class, string Target, int Rank, LinkBasis Basis);
