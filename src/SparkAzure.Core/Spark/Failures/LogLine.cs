namespace SparkAzure.Core.Spark.Failures;

/// <summary>A line of a log without what logging systems and tools put before it.</summary>
/// <param name="Text">What was logged; where it began an entry, as <c>LEVEL Logger: message</c>.</param>
/// <param name="Level">The entry's level; null where the line begins none.</param>
/// <param name="IsPart">True where the container runtime has cut the line and its rest follows.</param>
internal sealed record LogLine(string Text, string? Level, bool IsPart = false);
