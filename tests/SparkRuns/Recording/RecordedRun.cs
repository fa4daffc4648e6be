namespace SparkAzure.Runs.Recording;

/// <summary>A JVM of a feature that worked.</summary>
/// <param name="Home">The home and its Java.</param>
/// <param name="Role"><c>driver</c> or <c>executor</c>.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Classes">What it loaded from the home's jars.</param>
/// <param name="Survived">The faults in these classes that it was none the worse for: the class that refers, with slashes, and what a JVM
/// would have said.</param>
internal sealed record RecordedRun(
    PlannedHome Home,
    string Role,
    string Feature,
    IReadOnlySet<string> Classes,
    IReadOnlySet<(string Referrer, string Message)> Survived);
