using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SparkAzure.Module.Tests.Pester;

/// <summary>
/// The pwsh that module tests run in: that of the PowerShell package, which came with the restore, or the one that
/// SPARKAZURE_TEST_PWSH names, to try another version.
/// </summary>
/// <param name="Program">What is started.</param>
/// <param name="First">The arguments that come before PowerShell's own.</param>
internal sealed record PowerShellHost(string Program, IReadOnlyList<string> First)
{
    /// <summary>Names another pwsh.</summary>
    public const string Variable = "SPARKAZURE_TEST_PWSH";

    /// <summary>The folder of the .NET that runs this, which is the one that pwsh needs.</summary>
    private static readonly string DotNetRoot =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static PowerShellHost Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Of(named);
        }

        var system = OperatingSystem.IsWindows() ? "win" : "unix";
        var folder = Path.Combine(Places.PowerShellPackage, "tools", "net10.0", "any", system);
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");
        return CanStart(program) ? Of(program) : Of(Path.Combine(folder, "pwsh.dll"));
    }

    /// <summary>Starts it, its streams redirected.</summary>
    public Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(Program, [.. First, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["DOTNET_ROOT"] = DotNetRoot,
            ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
            ["POWERSHELL_UPDATECHECK"] = "Off",
            ["NO_COLOR"] = "1",
        },
    })!;

    private static PowerShellHost Of(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"The module tests need a pwsh, and '{path}' does not exist. The package PowerShell comes with "
                + $"'dotnet restore'; {Variable} names another pwsh.",
                path);
        }

        var isLibrary = Path.GetExtension(path) == ".dll";
        return isLibrary ? new PowerShellHost(Path.Combine(DotNetRoot, "dotnet"), [path]) : new PowerShellHost(path, []);
    }

    // The package's program is for one system and processor; its library runs wherever dotnet does.
    private static bool CanStart(string program)
    {
        if (!File.Exists(program))
        {
            return false;
        }

        var isOurs = RuntimeInformation.OSArchitecture == Architecture.X64 && !OperatingSystem.IsMacOS();
        var isExecutable = OperatingSystem.IsWindows() || File.GetUnixFileMode(program).HasFlag(UnixFileMode.UserExecute);
        return isOurs && isExecutable;
    }
}
