using System.Runtime.Versioning;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Which program is started, and what one of another account gets to see.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ChildProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ChildProcessTests() => Skip.If(OperatingSystem.IsWindows(), "PATH, modes and accounts of UNIX.");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_program_in_the_current_folder_is_not_started()
    {
        var decoy = "sparkazure-decoy-" + Guid.NewGuid().ToString("N");
        var path = Executable(Path.Combine(Environment.CurrentDirectory, decoy));
        try
        {
            foreach (var name in new[] { decoy, "./" + decoy })
            {
                var refusal = await Assert.ThrowsAsync<SparkAzureException>(
                    () => ChildProcess.RunAsync(name, [], null, null, _ => { }, default));
                Assert.Equal(("ProgramNotFound", ErrorKind.NotFound), (refusal.Id, refusal.Kind));
                Assert.Equal("ProgramNotFound", (await Assert.ThrowsAsync<SparkAzureException>(() => ChildProcess.AskAsync(name, [], "", default))).Id);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SkippableFact]
    public void PATH_counts_with_its_absolute_folders_and_programs_that_may_run()
    {
        Executable(_folder.Write("one/tool", ""));
        _folder.Write("none/tool", "");
        string? Find(string path) => HostProcesses.Find("tool", name => name == "PATH" ? path : null);

        Assert.Equal(_folder["one", "tool"], Find($".:bin::{_folder["none"]}:{_folder["one"]}"));
        Assert.Null(Find($".:{Path.GetRelativePath(Environment.CurrentDirectory, _folder["one"])}"));
        Assert.Null(Find(_folder["none"]));
    }

    // A terminal takes what any process of its session types into it (TIOCSTI), and runs it as the one who sits there.
    [SkippableFact]
    public async Task A_program_of_another_account_is_not_in_the_session_of_roots_terminal()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root starts programs as another account.");

        var run = await ChildProcess.RunAsync(
            "sh", ["-c", "echo $$; cut -d ' ' -f 6 /proc/$$/stat"], OtherAccount.Nobody, null, _ => { }, default);

        Assert.Equal(2, run.LastLines.Count);
        Assert.Equal(run.LastLines[0], run.LastLines[1]);
    }

    [SkippableFact]
    public async Task A_program_of_another_account_sees_next_to_nothing_of_roots_environment()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root starts programs as another account.");
        const string Own = "SPARKAZURE_TEST_SECRET";
        Environment.SetEnvironmentVariable(Own, "canary");
        string[] passing = ["PATH", "LANG", "LANGUAGE", "TERM", "TZ", "HOME", "USER", "LOGNAME", "SHELL"];

        var run = await ChildProcess.RunAsync(
            "env", [], OtherAccount.Nobody, null, _ => { }, default);

        var variables = run.LastLines
            .ToDictionary(v => v[..v.IndexOf('=', StringComparison.Ordinal)], v => v[(v.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(variables.Keys, k => !passing.Contains(k) && !k.StartsWith("LC_", StringComparison.Ordinal));
        Assert.Equal(("nobody", "nobody"), (variables["USER"], variables["LOGNAME"]));
        Assert.Equal(OtherAccount.Nobody.Account.Home, variables["HOME"]);
        Assert.All(variables["PATH"].Split(':'), folder => Assert.True(Path.IsPathFullyQualified(folder), folder));

        var asked = await ChildProcess.AskAsync(
            "cat", ["/proc/self/environ"], "", default, new Dictionary<string, string> { ["GIVEN"] = "1" }, OtherAccount.Nobody.Account);
        Assert.DoesNotContain("canary", asked.Output, StringComparison.Ordinal);
        Assert.Contains("GIVEN=1", asked.Output, StringComparison.Ordinal);

        // What runs as root itself keeps what it had.
        Assert.Contains("canary", (await ChildProcess.AskAsync("cat", ["/proc/self/environ"], "", default)).Output, StringComparison.Ordinal);
    }

    private static string Executable(string path)
    {
        File.WriteAllText(path, "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }
}
