namespace SparkAzure.Runs.Features;

/// <summary>A class that a JVM loaded from a jar of the home.</summary>
/// <param name="Name">Its name, with slashes.</param>
/// <param name="Jar">The file name of the jar.</param>
internal sealed record LoadedClass(string Name, string Jar);
