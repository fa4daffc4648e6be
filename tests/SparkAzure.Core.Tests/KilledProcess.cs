using System.Diagnostics;

namespace SparkAzure.Core.Tests;

/// <summary>A process of this assembly (Program.cs) that is killed with SIGKILL after a while.</summary>
internal static class KilledProcess
{
    /// <summary>Starts it, kills it after a while, and gives how long a run that was not killed took.</summary>
    public static async Task<TimeSpan> RunAsync(string[] arguments, TimeSpan after)
    {
        var isDotnet = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal);
        var start = new ProcessStartInfo(isDotnet ? Environment.ProcessPath : "dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(KilledProcess).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        var clock = Stopwatch.StartNew();
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(after));
        var took = clock.Elapsed;
        if (process.HasExited)
        {
            Assert.Equal(0, process.ExitCode);
            return took;
        }

        process.Kill();
        await process.WaitForExitAsync();
        return took;
    }
}
