using System.Reflection;

namespace SparkAzure.Module.Tests;

/// <summary>Where things are, as the build knew.</summary>
internal static class Places
{
    public static string Repository { get; } = Metadata("Repository");

    /// <summary>The sandbox program, to be run with <c>dotnet</c>.</summary>
    public static string Sandbox { get; } = Metadata("Sandbox");

    /// <summary>The folder of the pwsh that the build brings, and of its pwsh.dll.</summary>
    public static string PowerShell { get; } = Metadata("PowerShell");

    /// <summary>The manifest of the Pester that the build brings.</summary>
    public static string Pester { get; } = Metadata("Pester");

    /// <summary>The module as it is shipped.</summary>
    public static string StagedModule => Path.Combine(Repository, "out", "SparkAzure");

    public static string ModuleTests => Path.Combine(Repository, "tests", "Module");

    /// <summary>The line that <c>dotnet test</c> ends with; Directory.Solution.targets prints it.</summary>
    public static string Summary => Path.Combine(Repository, "out", "module-tests.txt");

    private static string Metadata(string key) =>
        typeof(Places).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
