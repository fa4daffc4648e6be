namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A run of a feature that worked, in a real JVM.</summary>
/// <param name="Index">Its place in the data.</param>
/// <param name="Spark">Spark's version: 2.4.8.</param>
/// <param name="Libraries">
/// Its set of libraries: <c>released</c> for what the release ships, else what was put into it: <c>hadoop-3.2.0</c>.
/// </param>
/// <param name="Java">The release of Java: 8, 17.</param>
/// <param name="Role">Whose JVM it was: <c>driver</c> or <c>executor</c>.</param>
/// <param name="Feature">The feature, by its name in SparkFeature.</param>
internal sealed record SparkRun(int Index, string Spark, string Libraries, int Java, string Role, string Feature);
