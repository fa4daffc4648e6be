using System.Globalization;
using System.Text.Json;

namespace SparkAzure.Module.Tests.Pester;

/// <summary>What Pester found in one file.</summary>
internal sealed record PesterResult(int Passed, int Failed, int Skipped, IReadOnlyList<PesterFailure> Failures);

/// <summary>A test that failed, or a block of them that could not run.</summary>
internal sealed record PesterFailure(string Name, string Message);

/// <summary>
/// Runs Pester files, each in a fresh pwsh, and at the end writes the line that says how many tests ran in PowerShell.
/// </summary>
public sealed class PesterRun : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly List<PesterResult> _results = [];

    internal PowerShellHost PowerShell { get; } = PowerShellHost.Find();

    internal async Task<PesterResult> RunAsync(string file)
    {
        var answer = Path.GetTempFileName();
        try
        {
            using var process = PowerShellHost.Start(
                PowerShell.Path,
                "-NoProfile", "-NonInteractive", "-File", Path.Combine(Places.ModuleTests, "Invoke-ModuleTest.ps1"),
                "-Path", Path.Combine(Places.ModuleTests, file),
                "-Module", Places.StagedModule,
                "-Sandbox", Places.Sandbox,
                "-Result", answer);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            using var limit = new CancellationTokenSource(Longest);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }

            var text = await File.ReadAllTextAsync(answer, CancellationToken.None);
            var result = text.Length > 0
                ? JsonSerializer.Deserialize<PesterResult>(text, Json)!
                : new PesterResult(0, 1, 0, [new PesterFailure(file, $"pwsh ended without a result.\n{await output}\n{await errors}")]);
            _results.Add(result);
            return result;
        }
        finally
        {
            File.Delete(answer);
        }
    }

    public void Dispose()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Places.Summary)!);
        File.WriteAllText(Places.Summary, Summary() + "\n");
    }

    private string Summary() => PowerShell.WhyNot is { } reason
        ? string.Create(CultureInfo.InvariantCulture, $"Module tests: 0 ran, because {reason} ({ModuleTests.Files.Count} files of tests/Module not run)")
        : string.Create(CultureInfo.InvariantCulture, $"Module tests in pwsh {PowerShell.Version}: {_results.Sum(r => r.Passed)} passed, {_results.Sum(r => r.Failed)} failed, {_results.Sum(r => r.Skipped)} skipped");
}
