using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SparkAzure.Module.Tests.Pester;

/// <summary>
/// Runs the Pester files, each in a fresh pwsh and two at a time, and at the end writes the line that says how many tests
/// ran in PowerShell. Files share nothing but the staged module: each has ports, folders and stand-ins of its own.
/// </summary>
public sealed class PesterRun : IDisposable
{
    private const int AtATime = 2;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // They measure how soon a cmdlet stops, or how the one Docker daemon answers: each has the machine for itself.
    private static readonly string[] Alone = ["Publish-SparkImage.Tests.ps1", "Stop.Tests.ps1"];

    private readonly SemaphoreSlim _places = new(AtATime, AtATime);
    private readonly Dictionary<string, Lazy<Task<PesterResult>>> _runs;
    private readonly CancellationTokenSource _end = new();

    public PesterRun() =>
        _runs = Files.ToDictionary(f => f, f => new Lazy<Task<PesterResult>>(() => Task.Run(() => RunInPlaceAsync(f))));

    /// <summary>The files of tests/Module, those that want quiet last.</summary>
    internal static IReadOnlyList<string> Files { get; } =
    [
        .. Directory.GetFiles(Places.ModuleTests, "*.Tests.ps1")
            .Select(f => Path.GetFileName(f))
            .OrderBy(f => Alone.Contains(f))
            .ThenBy(f => f, StringComparer.Ordinal),
    ];

    /// <summary>What became of a file; asking for one starts the others that can run beside it.</summary>
    internal Task<PesterResult> ResultOfAsync(string file)
    {
        foreach (var run in _runs.Where(r => !Alone.Contains(r.Key)))
        {
            _ = run.Value.Value;
        }

        return _runs[file].Value;
    }

    public void Dispose()
    {
        _end.Cancel();
        Directory.CreateDirectory(Path.GetDirectoryName(Places.Summary)!);
        File.WriteAllText(Places.Summary, Summary() + "\n");
        _end.Dispose();
        _places.Dispose();
    }

    private async Task<PesterResult> RunInPlaceAsync(string file)
    {
        var places = Alone.Contains(file) ? AtATime : 1;
        for (var taken = 0; taken < places; taken++)
        {
            await _places.WaitAsync(_end.Token);
        }

        try
        {
            return await RunAsync(file);
        }
        finally
        {
            _places.Release(places);
        }
    }

    private async Task<PesterResult> RunAsync(string file)
    {
        var answer = Path.GetTempFileName();
        try
        {
            using var process = PowerShellHost.Find().Start(
                "-NoProfile", "-NonInteractive", "-File", Path.Combine(Places.ModuleTests, "Invoke-ModuleTest.ps1"),
                "-Path", Path.Combine(Places.ModuleTests, file),
                "-Module", Places.StagedModule,
                "-Sandbox", Places.Sandbox,
                "-Pester", Places.Pester,
                "-Result", answer);
            var said = await WaitAsync(process);
            var text = await File.ReadAllTextAsync(answer, CancellationToken.None);
            if (text.Length == 0)
            {
                return PesterResult.Broken(file, $"pwsh ended without a result.\n{said}");
            }

            return JsonSerializer.Deserialize<PesterResult>(text, Json)!;
        }
        finally
        {
            File.Delete(answer);
        }
    }

    private async Task<string> WaitAsync(Process process)
    {
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(Longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return $"{await output}\n{await errors}";
    }

    private string Summary()
    {
        var results = _runs.Values
            .Where(r => r.IsValueCreated && r.Value.IsCompletedSuccessfully)
            .Select(r => r.Value.Result)
            .ToList();
        var version = results.Select(r => r.PowerShell).FirstOrDefault(v => v.Length > 0, "(no pwsh ran)");
        var (passed, failed, skipped) = (results.Sum(r => r.Passed), results.Sum(r => r.Failed), results.Sum(r => r.Skipped));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Module tests in pwsh {version}: {passed} passed, {failed} failed, {skipped} skipped");
    }
}
