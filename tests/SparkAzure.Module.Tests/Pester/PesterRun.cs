using System.Globalization;
using System.Text.Json;

namespace SparkAzure.Module.Tests.Pester;

/// <summary>What Pester found in one file.</summary>
internal sealed record PesterResult(int Passed, int Failed, int Skipped, IReadOnlyList<PesterFailure> Failures)
{
    public static PesterResult Broken(string file, string why) => new(0, 1, 0, [new PesterFailure(file, why)]);
}

/// <summary>A test that failed, or a block of them that could not run.</summary>
internal sealed record PesterFailure(string Name, string Message);

/// <summary>
/// Runs Pester files, each in a fresh pwsh, and keeps the line that says how many tests ran in PowerShell.
/// </summary>
internal static class PesterRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lock Writing = new();
    private static readonly List<PesterResult> Results = [];

    /// <summary>Fails with what Pester says of the file, or with the reason why there is no PowerShell.</summary>
    public static async Task CheckAsync(string file)
    {
        var host = PowerShellHost.Here;
        var result = host.WhyNot is null
            ? await RunAsync(host, file)
            : PesterResult.Broken(file, $"It could not run, because {host.WhyNot}.");
        Keep(result);

        var failures = result.Failures.Select(f => $"{f.Name}\n{f.Message}");
        Assert.True(result.Failed == 0, string.Join("\n\n", failures));
        Assert.True(result.Passed + result.Skipped > 0, $"{file} holds no tests.");
    }

    private static async Task<PesterResult> RunAsync(PowerShellHost host, string file)
    {
        var answer = Path.GetTempFileName();
        try
        {
            using var process = host.Start(
                "-NoProfile",
                "-NonInteractive",
                "-File", Path.Combine(Places.ModuleTests, "Invoke-ModuleTest.ps1"),
                "-Path", Path.Combine(Places.ModuleTests, file),
                "-Module", Places.StagedModule,
                "-Sandbox", Places.Sandbox,
                "-Pester", Places.Pester,
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
                var soFar = $"{await output}\n{await errors}";
                return PesterResult.Broken(file, $"It did not end within {Longest.TotalMinutes} minutes.\n{soFar}");
            }

            var text = await File.ReadAllTextAsync(answer, CancellationToken.None);
            return text.Length > 0
                ? JsonSerializer.Deserialize<PesterResult>(text, Json)!
                : PesterResult.Broken(file, $"pwsh ended without a result.\n{await output}\n{await errors}");
        }
        finally
        {
            File.Delete(answer);
        }
    }

    // After every file, because no one class of tests sees the last of them.
    private static void Keep(PesterResult result)
    {
        lock (Writing)
        {
            Results.Add(result);
            Directory.CreateDirectory(Path.GetDirectoryName(Places.Summary)!);
            File.WriteAllText(Places.Summary, Summary() + "\n");
        }
    }

    private static string Summary()
    {
        var host = PowerShellHost.Here;
        if (host.WhyNot is { } reason)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Module tests: 0 ran, because {reason} ({Results.Count} files of tests/Module failed)");
        }

        var passed = Results.Sum(r => r.Passed);
        var failed = Results.Sum(r => r.Failed);
        var skipped = Results.Sum(r => r.Skipped);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Module tests in pwsh {host.Version}: {passed} passed, {failed} failed, {skipped} skipped");
    }
}
