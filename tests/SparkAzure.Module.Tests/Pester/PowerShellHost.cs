using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SparkAzure.Module.Tests.Pester;

/// <summary>The PowerShell that the module is tried in, or the reason why it cannot be tried here.</summary>
/// <param name="Command">The program, and what stands before its own arguments.</param>
/// <param name="Version">Its version.</param>
/// <param name="WhyNot">Null when it serves.</param>
internal sealed record PowerShellHost(IReadOnlyList<string> Command, Version Version, string? WhyNot)
{
    /// <summary>
    /// The environment variable that names another pwsh (its program, or its pwsh.dll) in place of the one that the
    /// build brings, so that the module can be tried in PowerShell 7.4 or 7.5, too.
    /// </summary>
    public const string Variable = "SPARKAZURE_PWSH";

    private static readonly Version Oldest = new(7, 4);

    // .../shared/Microsoft.NETCore.App/10.0.0/ is where this runtime lies below the folder that holds dotnet.
    private static readonly string DotNetRoot =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>One for all files: which PowerShell it is does not change within a run.</summary>
    public static PowerShellHost Here { get; } = Find();

    /// <summary>Starts it with arguments of its own.</summary>
    public Process Start(params IEnumerable<string> arguments) => Start(Command, arguments);

    private static PowerShellHost Find()
    {
        var candidates = Candidates();
        foreach (var command in candidates)
        {
            if (Try(command) is { } host)
            {
                return host;
            }
        }

        var tried = string.Join(" nor ", candidates.Select(c => string.Join(' ', c)));
        return None($"{tried} could not be started");
    }

    // The package's program is for Linux on x64 with glibc, and its mode is what NuGet made of it. Where it does not
    // fit, starting it says so, and dotnet runs the same PowerShell.
    private static IReadOnlyList<string>[] Candidates()
    {
        var other = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(other))
        {
            var program = Path.Combine(Places.PowerShell, "pwsh");
            return [[program], RunByDotNet(program + ".dll")];
        }

        return other.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? [RunByDotNet(other)] : [[other]];
    }

    private static string[] RunByDotNet(string assembly) => [Path.Combine(DotNetRoot, "dotnet"), assembly];

    // Null where the system does not take the program at all.
    private static PowerShellHost? Try(IReadOnlyList<string> command)
    {
        Process process;
        try
        {
            process = Start(
                command,
                ["-NoProfile", "-NonInteractive", "-Command", "$PSVersionTable.PSVersion.ToString()"]);
        }
        catch (Win32Exception)
        {
            return null;
        }

        using (process)
        {
            return Judge(command, process);
        }
    }

    private static PowerShellHost Judge(IReadOnlyList<string> command, Process process)
    {
        var name = string.Join(' ', command);
        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            return None($"{name} does not answer");
        }

        // A preview is named 7.6.0-preview.3.
        var answer = said.GetAwaiter().GetResult().Trim();
        if (!Version.TryParse(answer.Split('-')[0], out var version))
        {
            return None($"{name} does not tell its version: {answer} {complained.GetAwaiter().GetResult().Trim()}");
        }

        return version < Oldest
            ? None($"{name} is PowerShell {version}, and the module needs {Oldest}")
            : new PowerShellHost(command, version, null);
    }

    // A pwsh looks for its runtime where DOTNET_ROOT says, and not beside the dotnet that runs these tests.
    private static Process Start(IReadOnlyList<string> command, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments])
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

    private static PowerShellHost None(string why) => new([], new Version(), why);
}
