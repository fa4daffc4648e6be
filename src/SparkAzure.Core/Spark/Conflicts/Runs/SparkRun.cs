namespace SparkAzure.Core.Spark.Conflicts.Runs;

/// <summary>A run of a feature in a real JVM, which worked.</summary>
/// <param name="Number">Its place: the bit that stands for it.</param>
/// <param name="Spark">The Spark release.</param>
/// <param name="Libraries">The set of Hadoop libraries: <c>released</c>, <c>hadoop-3.2.0</c>.</param>
/// <param name="Java">The Java release.</param>
/// <param name="Role">Whose JVM was watched: <c>driver</c> or <c>executor</c>.</param>
/// <param name="Feature">The feature.</param>
internal sealed record SparkRun(
    int Number, string Spark, string Libraries, int Java, string Role, SparkFeature Feature)
{
    /// <summary>The bit of the run in a set of runs.</summary>
    public UInt128 Bit => UInt128.One << Number;
}
