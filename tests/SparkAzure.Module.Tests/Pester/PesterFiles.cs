namespace SparkAzure.Module.Tests.Pester;

/// <summary>The files of tests/Module, by what they can run beside.</summary>
internal static class PesterFiles
{
    /// <summary>
    /// A cmdlet must stop within a second there, and no process may have the sample registry's password in its
    /// environment, where other files hand it to their own processes. Real Sparks take both cores, and times are measured.
    /// </summary>
    public static IReadOnlyList<string> Alone { get; } =
        ["Howto.Tests.ps1", "Invoke-SparkSmokeTest.Tests.ps1", "Publish-SparkImage.Tests.ps1", "Stop.Tests.ps1"];

    /// <summary>The long ones.</summary>
    public static IReadOnlyList<string> OfTheProcedure { get; } =
        ["Examples.Tests.ps1", "Invoke-SparkSmokeTest.Fault.Tests.ps1", "Procedure.Tests.ps1", "Setup-SparkOnAks.Tests.ps1"];

    /// <summary>All others, so that a new file is run without being named anywhere.</summary>
    public static IReadOnlyList<string> OfOneCmdlet { get; } =
        [.. All().Except(Alone).Except(OfTheProcedure).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> All() =>
        Directory.GetFiles(Places.ModuleTests, "*.Tests.ps1").Select(f => Path.GetFileName(f));
}
