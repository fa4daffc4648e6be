namespace SparkAzure.Core.Text;

/// <summary>How long a regular expression may take with a document of others, where it can be made to go back and forth.</summary>
internal static class PatternLimit
{
    /// <summary>
    /// Milliseconds of the clock on the wall, not of a processor: on a busy host a process stands still for a second, so a
    /// limit that short would refuse what is right. Whoever made a document that takes this long meant it.
    /// </summary>
    public const int Milliseconds = 10_000;
}
