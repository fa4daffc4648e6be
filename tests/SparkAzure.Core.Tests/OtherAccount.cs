using System.Diagnostics;
using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Tests;

/// <summary>
/// A process of this test program as an account that is neither root nor the owner of what it is pointed at.
/// </summary>
internal static class OtherAccount
{
    public static readonly FileOwner Nobody = new(65534, 65534, "nobody");

    /// <summary>An account that is on every Linux host and owns nothing of a sample.</summary>
    public static readonly FileOwner Daemon = new(1, 1, "daemon");

    /// <summary>Runs a command of Program.cs that is refused.</summary>
    /// <returns>The error's id, its kind, its message and its remedy, a line each.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(FileOwner account, params string[] arguments)
    {
        var program = typeof(OtherAccount).Assembly.Location;
        var reached = await ChildProcess.RunAsync(
            "test",
            ["-r", program],
            account,
            "/",
            _ => { },
            CancellationToken.None);
        Skip.IfNot(reached.ExitCode == 0, $"'{account.UserName}' cannot read '{program}', so it cannot run it.");

        // The program that runs these tests, so that they run on its .NET: the one on PATH may have no other than its own.
        var run = await ChildProcess.RunAsync(
            Environment.ProcessPath!,
            [program, .. arguments],
            account,
            "/",
            _ => { },
            CancellationToken.None);

        Assert.True(run.ExitCode == 0, string.Join('\n', run.LastLines));
        return [.. run.LastLines.SkipWhile(l => l != "ready").Skip(1)];
    }

    /// <summary>Gives a file to an account, as only root can.</summary>
    public static void ApplyTo(this FileOwner owner, string path)
    {
        if (FileOwner.IsRoot)
        {
            using var chown = Process.Start("chown", ["-h", $"{owner.UserId}:{owner.GroupId}", path]);
            chown.WaitForExit();
            Assert.Equal(0, chown.ExitCode);
        }
    }
}
