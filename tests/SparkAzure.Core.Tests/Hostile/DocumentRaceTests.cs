using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// A process of the folder's owner waits for what root makes there and puts a link to root's file in its place, as fast
/// as it can. Root's files are untouched whatever it hits.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class DocumentRaceTests : IDisposable
{
    private const int Tries = 20;

    // Swaps what has the pattern's name for a link, and says so.
    private const string Swapper = """
        my ($folder, $pattern, $victim) = @ARGV;
        $| = 1;
        print "ready\n";
        while (1) {
            opendir(my $d, $folder) or next;
            for my $name (grep { /$pattern/ && !-l "$folder/$_" } readdir $d) {
                rename "$folder/$name", "$folder/swapped" or next;
                symlink $victim, "$folder/$name" and print "swapped\n";
            }
            closedir $d;
        }
        """;

    private readonly RootOnly _place = RootOnly.Create();
    private readonly RecordingCaller _caller = new();

    public DocumentRaceTests() => Skip.IfNot(File.Exists("/usr/bin/perl"), "The attacker is a perl script, and there is no perl.");

    public void Dispose() => _place.Dispose();

    [SkippableFact]
    public async Task A_swapped_temporary_file_does_not_have_root_give_its_own_away()
    {
        var document = RootOnly.Give(Path.Combine(_place.Theirs, "document.json"), "{}");
        var content = Encoding.UTF8.GetBytes(new string('x', 1 << 20));

        var swaps = await UnderAttackAsync(_place.Theirs, @"\.tmp$", _place.Victim, async () =>
        {
            await TryAsync(() => AtomicFile.WriteAsync(document, content, FileModes.OwnerOnly, default));
            _place.AssertUntouched();
            Assert.NotEqual(0u, FileStatus.OfLink(document)?.UserId ?? 1);
        });

        Assert.True(swaps > 0, "The attacker never hit.");
    }

    [SkippableFact]
    public async Task A_swapped_state_folder_does_not_have_root_make_something_in_its_own()
    {
        var host = SampleDssHost.Create(_place["host"]);
        var number = 0;

        await UnderAttackAsync(host.DataDirectory, @"^\.sparkazure$", _place.Roots, async () =>
        {
            var options = new SparkConfigOptions { ExecutorMemory = $"{++number}g" };
            var address = new DssAddress { DataDirectory = host.DataDirectory, Patience = TimeSpan.FromSeconds(5) };
            await TryAsync(() => SparkConfig.SetAsync(address, options, _caller, default));
            _place.AssertUntouched();
            await ChildProcess.RunAsync(
                "rm", ["-rf", Path.Combine(host.DataDirectory, ".sparkazure"), Path.Combine(host.DataDirectory, "swapped")], OtherAccount.Nobody, "/", _ => { }, default);
        });
    }

    private static async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SparkAzureException)
        {
            // To fail is right where somebody takes away what was just made.
        }
    }

    // How often the attacker hit.
    private static async Task<int> UnderAttackAsync(string folder, string pattern, string victim, Func<Task> attempt)
    {
        var swaps = 0;
        var ready = new TaskCompletionSource();
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var attacker = ChildProcess.RunAsync(
            "perl",
            ["-e", Swapper, folder, pattern, victim],
            OtherAccount.Nobody,
            "/",
            line =>
            {
                ready.TrySetResult();
                Interlocked.Add(ref swaps, line == "swapped" ? 1 : 0);
            },
            end.Token);
        await Task.WhenAny(ready.Task, attacker);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < Tries && watch.Elapsed < TimeSpan.FromSeconds(40); i++)
        {
            await attempt();
        }

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attacker);
        return swaps;
    }
}
