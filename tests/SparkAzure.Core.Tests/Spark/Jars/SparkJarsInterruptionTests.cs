using System.Diagnostics;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>Whatever interrupts a swap, the next call ends in exactly the old or exactly the new set.</summary>
public sealed class SparkJarsInterruptionTests : IDisposable
{
    private readonly JarScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_any_number_of_renames_the_next_call_finishes(bool nextIsRestore)
    {
        var old = _scene.Snapshot();
        await _scene.UpdateAsync(3);
        var swapped = _scene.Snapshot();
        await _scene.RestoreAsync();
        var moves = int.MaxValue;
        for (var done = 0; done <= moves; done += 7)
        {
            moves = (await InterruptedAfterAsync(done)).Moves.Count;

            var next = nextIsRestore ? await _scene.RestoreAsync() : await _scene.UpdateAsync(3);

            Assert.True(next.Changed);
            Assert.Equal(nextIsRestore ? old : swapped, _scene.Snapshot());
            Assert.False(File.Exists(Path.Combine(_scene.Spark.Home, ".sparkazure", "journal.json")));
            await _scene.RestoreAsync();
            Assert.Equal(old, _scene.Snapshot());
        }
    }

    [Fact]
    public async Task A_rehearsal_on_an_interrupted_swap_says_so_and_leaves_it_alone()
    {
        await InterruptedAfterAsync(5);
        var before = _scene.WholeHome();

        var planned = await _scene.UpdateAsync(3, RecordingCaller.WhatIf());

        Assert.True(planned.Planned);
        Assert.Equal(before, _scene.WholeHome());
    }

    [Fact]
    public async Task Staged_jars_that_a_power_cut_left_empty_lead_back_to_the_old_set()
    {
        var old = _scene.Snapshot();
        var journal = await InterruptedAfterAsync(5);
        var staged = journal.Moves.Last(m => m.From.Contains("incoming", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(Path.Combine(_scene.Spark.Home, staged.From), []);

        var update = await _scene.UpdateAsync(3);

        Assert.True(update.Changed);
        await _scene.RestoreAsync();
        Assert.Equal(old, _scene.Snapshot());
    }

    [Theory]
    [InlineData("null", "is empty")]
    [InlineData("{\"Former\":", "is not JSON")]
    public async Task A_journal_that_a_damaged_disk_left_is_not_guessed_at(string text, string says)
    {
        var home = SparkHome.Open(_scene.Spark.Home);
        await InterruptedAfterAsync(5);
        await File.WriteAllTextAsync(JarJournal.PathIn(home), text);

        var before = _scene.WholeHome();

        await Refusal.IsAsync(
            "SwapInterrupted",
            ErrorKind.InvalidData,
            says,
            "into a new folder",
            () => _scene.UpdateAsync(3));

        Assert.Equal(before, _scene.WholeHome());
    }

    [Fact]
    public async Task A_jar_that_somebody_put_where_another_belongs_is_not_overwritten()
    {
        var old = _scene.Snapshot();
        var journal = await InterruptedAfterAsync(0);
        var move = journal.Moves.First(m => m.To.StartsWith("jars", StringComparison.Ordinal));
        var foreign = Path.Combine(_scene.Spark.Home, move.To);
        await File.WriteAllTextAsync(foreign, "put there by hand");

        await Refusal.IsAsync(
            "SwapInterrupted",
            ErrorKind.InvalidData,
            $"'{move.To}' is another file than the one that belongs there",
            "Put right what is named",
            () => _scene.UpdateAsync(3));

        // With what was named put right, the same command finishes.
        Assert.Equal("put there by hand", await File.ReadAllTextAsync(foreign));
        File.Delete(foreign);
        await _scene.UpdateAsync(3);
        await _scene.RestoreAsync();
        Assert.Equal(old, _scene.Snapshot());
    }

    // SIGKILL at moments spread over the whole run of a real process. SPARKAZURE_TEST_KILLS raises the number.
    [Fact]
    public async Task A_killed_process_leaves_what_the_next_call_mends()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KILLS") ?? "12", System.Globalization.CultureInfo.InvariantCulture);
        var old = _scene.Snapshot();
        await _scene.UpdateAsync(3);
        var swapped = _scene.Snapshot();
        await _scene.RestoreAsync();
        var update = new[] { "update", _scene.Spark.Home, _scene.Libraries(3), _scene.Host.CompanionPath };
        var restore = new[] { "restore", _scene.Spark.Home };
        var whole = await KillAsync(update, TimeSpan.FromMinutes(1));
        await _scene.RestoreAsync();

        var random = new Random(20240229);
        for (var i = 0; i < kills; i++)
        {
            var updating = i % 2 == 0;
            if (!updating)
            {
                await _scene.UpdateAsync(3);
            }

            await KillAsync(updating ? update : restore, whole * random.NextDouble());

            await _scene.UpdateAsync(3);
            Assert.Equal(swapped, _scene.Snapshot());
            await _scene.RestoreAsync();
            Assert.Equal(old, _scene.Snapshot());
            Assert.False(Directory.Exists(Path.Combine(_scene.Spark.Home, ".sparkazure", "incoming")));
        }

    }

    // Brings the home to the point at which a swap has written its journal and made some of its renames.
    private async Task<JarJournal> InterruptedAfterAsync(int renames)
    {
        var home = SparkHome.Open(_scene.Spark.Home);
        var current = Jar.InFolder(home.Jars);
        var plan = await JarPlan.MakeAsync(
            new JarPlanRequest
            {
                Home = home,
                Current = current,
                Libraries = JarSources.InFolder(_scene.Libraries(3)),
                Companions = JarSources.InFolder(_scene.Host.CompanionPath),
            },
            CancellationToken.None);
        Directory.CreateDirectory(home.State);
        var journal = await new JarSwap(home).PrepareAsync(
            current, plan.Removed, [.. plan.Added.Select(s => new JarComing(s, null))], JarRestorePoint.BeforeUpdate, "test", CancellationToken.None);
        foreach (var move in journal.Moves.Take(renames))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(home.Path, move.To))!);
            File.Move(Path.Combine(home.Path, move.From), Path.Combine(home.Path, move.To));
        }

        return journal;
    }

    // Starts a process that swaps, kills it after a while, and gives how long a run that was not killed took.
    private static async Task<TimeSpan> KillAsync(string[] arguments, TimeSpan after)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(typeof(SparkJarsInterruptionTests).Assembly.Location);
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
