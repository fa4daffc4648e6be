namespace SparkAzure.Core.Java;

/// <summary>What an administrator should know of a jar that could not be read as it should.</summary>
/// <param name="Path">The jar.</param>
/// <param name="Text">What was found.</param>
internal sealed record JarNote(string Path, string Text);
