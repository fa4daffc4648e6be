using System.Diagnostics;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Spark.Jars;

/// <summary>
/// Power cuts: the Spark home lies on a file system in a file, through a loop device. What that file holds at a moment
/// is what a disk would hold whose machine lost power then; a copy of it is mounted and looked at.
/// </summary>
public sealed class SparkJarsPowerCutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    [InlineData("btrfs")]
    public async Task What_was_swapped_when_the_call_returned_is_on_disk(string fileSystem)
    {
        using var disk = LoopDisk.Make(_folder, fileSystem);
        using var scene = new JarScene(at: disk.Path);
        var old = scene.Snapshot();
        LoopDisk.Flush();

        await scene.UpdateAsync(3);
        var cut = disk.CopyAsItIs("after-update");
        var swapped = scene.Snapshot();
        await scene.RestoreAsync();
        var second = disk.CopyAsItIs("after-restore");

        using (var after = LoopDisk.MountCopy(_folder, fileSystem, cut))
        {
            Assert.Equal(swapped, JarScene.Snapshot(HomeOn(after, scene, "jars")));
            await RestoreAsync(HomeOn(after, scene));
            Assert.Equal(old, JarScene.Snapshot(HomeOn(after, scene, "jars")));
        }

        using (var after = LoopDisk.MountCopy(_folder, fileSystem, second))
        {
            Assert.Equal(old, JarScene.Snapshot(HomeOn(after, scene, "jars")));
        }
    }

    [SkippableTheory]
    [InlineData("ext4")]
    [InlineData("xfs")]
    public async Task A_power_cut_at_any_moment_leaves_one_set_or_the_other(string fileSystem)
    {
        using var disk = LoopDisk.Make(_folder, fileSystem);
        using var scene = new JarScene(at: disk.Path);
        var old = scene.Snapshot();
        LoopDisk.Flush();
        var cuts = new List<string>();
        using var updating = Start("update", scene.Spark.Home, scene.Libraries(3), scene.Host.CompanionPath);
        var state = HomeOn(disk, scene, ".sparkazure");
        while (!updating.HasExited && cuts.Count < 12)
        {
            if (Directory.Exists(state))
            {
                // A copy takes a while, in which what is copied must not go on.
                await SignalAsync(updating, "STOP");
                cuts.Add(disk.CopyAsItIs($"cut-{cuts.Count}"));
                await SignalAsync(updating, "CONT");
            }

            await Task.Delay(5);
        }

        await updating.WaitForExitAsync();
        var swapped = scene.Snapshot();
        Assert.NotEmpty(cuts);
        foreach (var cut in cuts)
        {
            using var after = LoopDisk.MountCopy(_folder, fileSystem, cut);
            var home = SparkHome.Open(HomeOn(after, scene));
            await JarRecovery.OfferAsync(home, TimeSpan.Zero, new RecordingCaller(), CancellationToken.None);
            var found = JarScene.Snapshot(home.Jars);
            Assert.True(found.SequenceEqual(old) || found.SequenceEqual(swapped), $"{cut}:\n{string.Join('\n', found.Except(old).Except(swapped))}");
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string[] all = [typeof(SparkJarsPowerCutTests).Assembly.Location, .. arguments];
        Array.ForEach(all, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        await Task.Delay(20);
    }

    private static string HomeOn(LoopDisk disk, JarScene scene, string part = "") =>
        Path.Combine(disk.Path, Path.GetFileName(scene.Spark.Home), part);

    private static Task<SparkJarUpdate> RestoreAsync(string home) =>
        SparkJars.RestoreAsync(new SparkJarRestoreOptions { SparkHome = home }, new RecordingCaller(), CancellationToken.None);
}
