namespace SparkAzure.Runs.Java;

/// <summary>A JVM.</summary>
/// <param name="Release">Its release: 8, 17.</param>
/// <param name="Home">Its home as this process sees it.</param>
/// <param name="Command">How to start it.</param>
internal sealed record JavaMachine(int Release, string Home, string[] Command)
{
    /// <summary>What it says of itself: <c>openjdk version "17.0.15" 2025-04-15</c>.</summary>
    public string Version => JavaTools.RunAll([.. Command, "-version"]).Split('\n')[0].Trim();
}
