using System.Diagnostics;

namespace SparkAzure.Core.Tests;

/// <summary>A process of this assembly (Program.cs) that is killed with SIGKILL after a while.</summary>
internal static class KilledProcess
{
    /// <summary>Starts it, kills it after a while, and gives how long a run that was not killed took.</summary>
    /// <exception cref="Xunit.Sdk.TrueException">It ended by itself, and not well; with its last words.</exception>
    public static async Task<TimeSpan> RunAsync(string[] arguments, TimeSpan after, params (string Name, string Value)[] environment)
    {
        var isDotnet = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal);
        var start = new ProcessStartInfo(
            isDotnet ? Environment.ProcessPath : "dotnet", [typeof(KilledProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var words = process.StandardError.ReadToEndAsync();
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        var clock = Stopwatch.StartNew();
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(after));
        var took = clock.Elapsed;
        if (process.HasExited)
        {
            Assert.True(process.ExitCode == 0, $"It ended with {process.ExitCode}: {await words}");
            return took;
        }

        process.Kill();
        await process.WaitForExitAsync();
        return took;
    }
}
