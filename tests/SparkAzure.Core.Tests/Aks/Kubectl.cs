using System.Diagnostics;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>kubectl, which is the judge of a kubeconfig.</summary>
internal static partial class Kubectl
{
    /// <summary>Skips a test where there is none.</summary>
    public static void Require() =>
        Skip.If(HostProcesses.Find("kubectl", Environment.GetEnvironmentVariable) is null, "kubectl is not installed.");

    /// <summary>What it says of each of some files that it cannot read. One call judges all, as it reads a list.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> RefusedAsync(IEnumerable<string> files)
    {
        var (_, said) = await RunAsync(string.Join(Path.PathSeparator, files), "config", "view");
        return Refusal().Matches(said).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
    }

    /// <summary>Runs it.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string kubeConfig, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["KUBECONFIG"] = kubeConfig;
        using var kubectl = Process.Start(start)!;
        kubectl.StandardInput.Close();
        var output = kubectl.StandardOutput.ReadToEndAsync();
        var error = await kubectl.StandardError.ReadToEndAsync();
        await kubectl.WaitForExitAsync();
        return (kubectl.ExitCode, await output + error);
    }

    [GeneratedRegex("error loading config file \"([^\"]+)\": ([^\\n]*)")]
    private static partial Regex Refusal();
}
