using System.Diagnostics;

namespace SparkAzure.Module.Tests.Pester;

/// <summary>The pwsh of this machine, or the reason why the module cannot be tried here.</summary>
/// <param name="Path">The program; empty when there is none that serves.</param>
/// <param name="Version">Its version.</param>
/// <param name="WhyNot">Null when it serves.</param>
internal sealed record PowerShellHost(string Path, Version Version, string? WhyNot)
{
    private static readonly Version Oldest = new(7, 4);
    private static readonly Version OldestPester = new(5, 0);

    public static PowerShellHost Find()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            return None($"no pwsh {Oldest} or newer is on PATH");
        }

        using var process = Start(path, "-NoProfile", "-NonInteractive", "-Command", "$PSVersionTable.PSVersion.ToString(); (Get-Module -ListAvailable Pester | Sort-Object Version | Select-Object -Last 1).Version.ToString()");
        var said = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            return None($"{path} does not answer");
        }

        var lines = said.GetAwaiter().GetResult().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!Version.TryParse(lines.ElementAtOrDefault(0)?.Split('-')[0], out var version))
        {
            return None($"{path} does not tell its version");
        }

        if (version < Oldest)
        {
            return None($"{path} is {version}, and the module needs {Oldest}");
        }

        return Version.TryParse(lines.ElementAtOrDefault(1), out var pester) && pester >= OldestPester
            ? new PowerShellHost(path, version, null)
            : None($"pwsh {version} has no Pester {OldestPester} or newer (Install-Module Pester)");
    }

    public static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off", ["NO_COLOR"] = "1" },
    })!;

    private static PowerShellHost None(string why) => new("", new Version(), why);
}
