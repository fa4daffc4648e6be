namespace SparkAzure.Core.Java;

/// <summary>How a class path is read.</summary>
/// <param name="JavaRelease">The Java that will run it: 8, 11, 17.</param>
internal sealed record JavaClassPathOptions(int JavaRelease)
{
    /// <summary>
    /// A JDK or JRE of that release on this host; without, or of another release, a table of packages stands for it.
    /// </summary>
    public string? JavaHome { get; init; }

    /// <summary>Where what was read is kept for the next time; null keeps nothing.</summary>
    public string? IndexFolder { get; init; }
}
