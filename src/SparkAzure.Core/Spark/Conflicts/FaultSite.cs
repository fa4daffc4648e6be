using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>Where a reference stands.</summary>
/// <param name="Recorded">What runs tell of the class.</param>
/// <param name="Class">The class's number.</param>
/// <param name="Known">The runs that had the very same class; 0 when it is another one.</param>
/// <param name="Method">The method's place; -1 where the class as a whole refers.</param>
/// <param name="Use">What is done with it.</param>
/// <param name="Basis">What says that a JVM comes there.</param>
internal readonly record struct FaultSite(
    RecordedClass Recorded, int Class, UInt128 Known, int Method, ReferenceUse Use, LinkBasis Basis)
{
    /// <summary>The runs that it counts for.</summary>
    public UInt128 Only { get; init; } = UInt128.MaxValue;

    /// <summary>True where no run met it, and the release as it is shipped would not.</summary>
    public bool IsOfChange { get; init; }
}
