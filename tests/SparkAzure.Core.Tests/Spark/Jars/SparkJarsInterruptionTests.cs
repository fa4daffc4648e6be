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
        await File.WriteAllTextAsync(JarState.JournalOf(home), text);

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

    [Fact]
    public async Task After_a_first_update_that_was_killed_the_set_before_it_comes_back()
    {
        var old = _scene.Snapshot();
        await InterruptedAfterAsync(5);
        var before = _scene.WholeHome();

        var begun = Assert.Single(await SparkJars.RestorePointsAsync(_scene.Spark.Home, CancellationToken.None));

        Assert.Equal(before, _scene.WholeHome());
        Assert.Equal("2.7.3", begun.HadoopRelease);
        Assert.Equal([begun.RestorePoint], SparkJars.RestorePoints(_scene.Spark.Home));
        Assert.True((await _scene.RestoreAsync()).Changed);
        Assert.Equal(old, _scene.Snapshot());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_second_update_that_was_killed_the_set_before_that_one_comes_back(bool isUndone)
    {
        await _scene.UpdateAsync(2);
        var old = _scene.Snapshot();
        var journal = await InterruptedAfterAsync(5);
        if (isUndone)
        {
            var staged = journal.Moves.Last(m => m.From.Contains("incoming", StringComparison.Ordinal));
            await File.WriteAllBytesAsync(Path.Combine(_scene.Spark.Home, staged.From), []);
        }

        await _scene.RestoreAsync();

        Assert.Equal(old, _scene.Snapshot());
        Assert.False((await _scene.RestoreAsync()).Changed);
    }

    [Fact]
    public async Task The_newest_restore_point_is_the_newest_also_where_the_clock_went_back()
    {
        await _scene.UpdateAsync(2);
        var points = Path.Combine(_scene.Spark.Home, ".sparkazure", "restore-points");
        File.Move(Assert.Single(Directory.GetFiles(points)), Path.Combine(points, "20990101T000000000Z.json"));
        var old = _scene.Snapshot();

        var update = await _scene.UpdateAsync(3);

        Assert.True(string.CompareOrdinal(update.RestorePoint, "20990101T000000000Z") > 0);
        await _scene.RestoreAsync();
        Assert.Equal(old, _scene.Snapshot());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_killed_runs_left_is_cleared_by_the_next_one(bool hasSomethingToDo)
    {
        if (!hasSomethingToDo)
        {
            await _scene.UpdateAsync(3);
        }

        var state = Directory.CreateDirectory(Path.Combine(_scene.Spark.Home, ".sparkazure")).FullName;
        Directory.CreateDirectory(Path.Combine(state, "incoming"));
        await File.WriteAllTextAsync(Path.Combine(state, "incoming", "half-1.0.jar"), "half");
        await File.WriteAllTextAsync(Path.Combine(state, "journal.json.new"), "half");
        await File.WriteAllTextAsync(Path.Combine(state, ".journal.json.12-34.tmp"), "half");
        var before = _scene.WholeHome();
        await _scene.UpdateAsync(3, RecordingCaller.WhatIf());
        Assert.Equal(before, _scene.WholeHome());

        await _scene.UpdateAsync(3);

        Assert.Equal(
            ["lock", "restore-points", "store"],
            Directory.GetFileSystemEntries(state).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    // SIGKILL at moments spread over the whole run of a real process, up to three times the same work.
    // SPARKAZURE_TEST_KILLS raises the number.
    [Fact]
    public async Task A_killed_process_leaves_what_the_next_call_mends()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SPARKAZURE_TEST_KILLS") ?? "20", System.Globalization.CultureInfo.InvariantCulture);
        var old = _scene.Snapshot();
        await _scene.UpdateAsync(3);
        var swapped = _scene.Snapshot();
        await _scene.RestoreAsync();
        var update = new[] { "update", _scene.Spark.Home, _scene.Libraries(3), _scene.Host.CompanionPath };
        var restore = new[] { "restore", _scene.Spark.Home };
        var wholeUpdate = await KilledProcess.RunAsync(update, TimeSpan.FromMinutes(1));
        var wholeRestore = await KilledProcess.RunAsync(restore, TimeSpan.FromMinutes(1));

        var random = new Random(20240229);
        for (var round = 0; kills > 0; round++)
        {
            var updating = round % 2 == 0;
            if (!updating)
            {
                await _scene.UpdateAsync(3);
            }

            for (var again = round % 3; again >= 0; again--, kills--)
            {
                await KilledProcess.RunAsync(updating ? update : restore, (updating ? wholeUpdate : wholeRestore) * random.NextDouble());
            }

            var home = SparkHome.Open(_scene.Spark.Home);
            await JarRecovery.OfferAsync(home, TimeSpan.Zero, new RecordingCaller(), CancellationToken.None);
            var found = _scene.Snapshot();
            Assert.True(found.SequenceEqual(old) || found.SequenceEqual(swapped), $"round {round}");

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
}
