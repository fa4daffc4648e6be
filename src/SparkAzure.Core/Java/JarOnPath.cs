namespace SparkAzure.Core.Java;

/// <summary>A jar of a class path, or what stands for the JDK.</summary>
/// <param name="Path">The file.</param>
/// <param name="Segment">What its classes say.</param>
/// <param name="IsJdk">True for the JDK's own, which the JVM asks first.</param>
internal sealed record JarOnPath(string Path, JarSegment Segment, bool IsJdk)
{
    /// <summary>The file's name.</summary>
    public string FileName => System.IO.Path.GetFileName(Path);
}
