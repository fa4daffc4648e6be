namespace SparkAzure.Core.Java;

/// <summary>A class that stands in several jars, and which of them a JVM takes matters.</summary>
/// <param name="Class">The class, with dots.</param>
/// <param name="Jars">The jars that have it.</param>
/// <param name="Faults">What fails when the wrong one comes first; each says whose fault it is.</param>
internal sealed record ClassConflict(string Class, IReadOnlyList<JarOnPath> Jars, IReadOnlyList<LinkFault> Faults);
