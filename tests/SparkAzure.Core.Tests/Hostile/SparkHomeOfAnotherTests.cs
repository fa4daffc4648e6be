using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>Root exchanges jars in a home whose owner means harm.</summary>
public sealed class SparkHomeOfAnotherTests : IDisposable
{
    private readonly Lazy<HomeOfAnother> _made = new(() => new HomeOfAnother());

    private HomeOfAnother Attacked => _made.Value;

    public void Dispose()
    {
        if (_made.IsValueCreated)
        {
            Attacked.Dispose();
        }
    }

    [SkippableFact]
    public async Task WhatRootExchangesIsTheOwnersAndTheOwnerRestores()
    {
        var old = Attacked.Scene.Snapshot();

        Assert.True((await Attacked.UpdateAsync()).Changed);

        Attacked.NothingOfRootsIsInTheHome();
        Assert.NotEqual(old, Attacked.Scene.Snapshot());
        var said = await OtherAccount.RunAsync(OtherAccount.Nobody, "restore", Attacked.Home);
        Assert.Equal("done", said[^1]);
        Assert.Equal(old, Attacked.Scene.Snapshot());
        Assert.True((await Attacked.UpdateAsync()).Changed);
        Attacked.NothingOfRootsIsInTheHome();
    }

    [SkippableTheory]
    [InlineData(".sparkazure", true)]
    [InlineData(".sparkazure/store", true)]
    [InlineData(".sparkazure/restore-points", true)]
    [InlineData(".sparkazure/incoming", true)]
    [InlineData(".sparkazure/lock", true)]
    [InlineData(".sparkazure/journal.json", true)]
    [InlineData(".sparkazure/lock-holder", false)]
    [InlineData(".sparkazure/journal.json.new", false)]
    public async Task ALinkInTheModulesPlaceLeadsRootNowhere(string name, bool isRefused)
    {
        var target = Attacked.RootsFolder;
        if (Path.GetFileName(name) is not (".sparkazure" or "store" or "restore-points" or "incoming"))
        {
            target = Attacked.Secret;
        }

        HomeOfAnother.Link(Path.Combine(Attacked.Home, name), target);

        var id = await Attacked.TryUpdateAsync();

        Assert.Equal(isRefused ? "StateNotUsable" : "", id);
        Attacked.RootsFolderIsUntouched();
    }

    [SkippableFact]
    public async Task AJarsFolderThatIsRootsOwnIsLeftAlone()
    {
        var elsewhere = Path.Combine(Attacked.RootsFolder, "jars");
        Directory.Move(Attacked.Scene.Spark.JarsFolder, elsewhere);
        HomeOfAnother.Run("chown", "-R", "0:0", elsewhere);
        HomeOfAnother.Link(Attacked.Scene.Spark.JarsFolder, elsewhere);
        var before = Directory.GetFiles(elsewhere);

        Assert.Equal("CannotWrite", await Attacked.TryUpdateAsync());

        Assert.Equal(before.Order(), Directory.GetFiles(elsewhere).Order());
        Assert.All(before, f => Assert.Equal(0u, FileOwner.Of(f)!.UserId));
    }

    [SkippableFact]
    public async Task ALibraryThatIsALinkDisclosesNothing()
    {
        var library = Path.Combine(Attacked.Scene.Libraries(3), "hadoop-azure-3.2.0.jar");
        File.Delete(library);
        File.CreateSymbolicLink(library, Attacked.Secret);
        HomeOfAnother.Run("chown", "-h", "1:1", library);

        Assert.Equal("CannotRead", await Attacked.TryUpdateAsync());

        Attacked.NothingOfRootsIsInTheHome();
    }

    [SkippableTheory]
    [InlineData("hadoop-common-2.7.3.jar", "JarNotUsable")]
    [InlineData("hadoop-azure-3.2.0.jar", "JarNotUsable")]
    public async Task AJarOfTheHomeThatIsALinkDisclosesNothing(string name, string id)
    {
        var jar = Path.Combine(Attacked.Scene.Spark.JarsFolder, name);
        File.Delete(jar);
        HomeOfAnother.Link(jar, Attacked.Secret);

        Assert.Equal(id, await Attacked.TryUpdateAsync());

        Attacked.NothingOfRootsIsInTheHome();
        Attacked.RootsFolderIsUntouched();
    }

    // A journal of the right form, with links where it says that jars are: neither finishing nor undoing follows them.
    [SkippableTheory]
    [InlineData("jars/evil-1.0.jar", true)]
    [InlineData("jars/evil-1.0.jar", false)]
    [InlineData(".sparkazure/store", true)]
    [InlineData(".sparkazure/incoming/evil-1.0.jar", false)]
    public async Task AForgedJournalGetsNoFileOfRoots(string at, bool isLeaving)
    {
        const string Name = "evil-1.0.jar";
        var hash = new string('a', 64);
        var stored = $".sparkazure/store/{hash}/{Name}";
        var standing = Jar.InFolder(Attacked.Scene.Spark.JarsFolder);
        IReadOnlyList<Jar> more = [.. standing, new Jar(Name, 1, 1, Jar.Permissions, hash)];
        var move = new JarMove($".sparkazure/incoming/{Name}", $"jars/{Name}", hash);
        if (isLeaving)
        {
            move = new JarMove($"jars/{Name}", stored, hash);
        }

        var former = new JarRestorePoint(
            "20240229T120000000Z", DateTimeOffset.UnixEpoch, JarRestorePoint.BeforeUpdate, "x", isLeaving ? more : standing);
        Directory.CreateDirectory(Attacked.State);
        await File.WriteAllBytesAsync(
            Path.Combine(Attacked.State, "journal.json"),
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new JarJournal(former, [move], isLeaving ? standing : more)));
        HomeOfAnother.Link(Path.Combine(Attacked.Home, at == ".sparkazure/store" ? stored : at), Attacked.Secret);
        HomeOfAnother.Run("chown", "-hR", "65534:65534", Attacked.State);

        _ = await Attacked.TryUpdateAsync();

        Attacked.RootsFolderIsUntouched();
        Attacked.NothingOfRootsIsInTheHome();
    }

    [SkippableFact]
    public async Task NoUmaskMakesAStoreThatAllMayWrite()
    {
        var program = typeof(SparkHomeOfAnotherTests).Assembly.Location;
        HomeOfAnother.Run(
            "sh", "-c", "umask 000; exec \"$@\" >/dev/null", "sh", Environment.ProcessPath!, program, "update", Attacked.Home,
            Attacked.Scene.Libraries(3), Attacked.Scene.Host.CompanionPath);

        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        Assert.All(
            Directory.GetFileSystemEntries(Attacked.State, "*", SearchOption.AllDirectories).Append(Attacked.State),
            path => Assert.True((FileStatus.OfLink(path)!.Mode & Others) == 0, path));
    }

    [SkippableFact]
    public async Task ThePosixAccessListOfAJarIsThatOfTheOneInItsPlace()
    {
        var jars = Attacked.Scene.Spark.JarsFolder;
        var staying = Path.Combine(jars, "guava-14.0.1.jar");
        var replaced = Path.Combine(jars, "hadoop-azure-3.2.0.jar");
        File.Copy(staying, replaced);
        try
        {
            HomeOfAnother.Run("setfacl", "-m", "u:daemon:r", staying, replaced);
            HomeOfAnother.Run("setfacl", "-d", "-m", "u:games:r", jars);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "This machine has no setfacl (package acl).");
        }

        HomeOfAnother.Run("chown", "65534:65534", replaced);
        var before = AccessList.Of(staying);
        Assert.NotNull(before);

        await Attacked.UpdateAsync();

        Assert.Equal(before, AccessList.Of(staying));
        Assert.Equal(before, AccessList.Of(replaced));

        // A jar of another name has what the folder gives to new files.
        Assert.NotNull(AccessList.Of(Path.Combine(jars, "hadoop-common-3.2.0.jar")));
    }

    [SkippableFact]
    public async Task WhoHoldsTheLockIsNamedByTheKernel()
    {
        Directory.CreateDirectory(Attacked.State);
        await File.WriteAllTextAsync(Path.Combine(Attacked.State, "lock"), "4194300");
        HomeOfAnother.Run("chown", "-R", "65534:65534", Attacked.State);
        using var holder = AsNobody("flock", Path.Combine(Attacked.State, "lock"), "sleep", "60");
        try
        {
            await UntilAsync(async () => await Attacked.TryUpdateAsync() == "SparkHomeBusy");
            var busy = await Assert.ThrowsAsync<SparkAzureException>(() => Attacked.UpdateAsync());

            Assert.Contains(" of nobody", busy.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("4194300", busy.Message, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill(entireProcessTree: true);
        }
    }

    // Whatever appears in the home is exchanged for a link to root's folder as fast as another account can.
    [SkippableFact]
    public async Task WhoeverExchangesWhatRootMakesForLinksGainsNothing()
    {
        const int Tries = 20;
        var pristine = Attacked.Scene.Folder["pristine"];
        HomeOfAnother.Run("cp", "-a", Attacked.Home, pristine);
        var limit = Stopwatch.StartNew();
        var exchanged = 0;
        var ends = new List<string>();
        for (var i = 0; i < Tries && limit.Elapsed < TimeSpan.FromMinutes(4); i++)
        {
            HomeOfAnother.Run("rm", "-rf", Attacked.Home);
            HomeOfAnother.Run("cp", "-a", pristine, Attacked.Home);
            using var watcher = AsNobody("perl", "-e", Watcher, Attacked.Home, Attacked.RootsFolder, Attacked.Secret);
            try
            {
                ends.Add(await Attacked.TryUpdateAsync());
            }
            finally
            {
                watcher.Kill(entireProcessTree: true);
                await watcher.WaitForExitAsync();
            }

            exchanged += Directory.GetFileSystemEntries(Attacked.Home, "taken*").Length;
            Attacked.RootsFolderIsUntouched();
            Attacked.NothingOfRootsIsInTheHome();
        }

        Assert.True(exchanged > ends.Count, $"In {ends.Count} tries {exchanged} files were exchanged for links.");
    }

    // Every second round also leaves a whole run alone for a moment, so that its later steps are reached too.
    private const string Watcher =
        """
        my ($home, $folder, $file) = @ARGV;
        my $state = "$home/.sparkazure";
        srand();
        while (1) {
            my @made = ($state, map("$state/$_", qw(store restore-points incoming lock journal.json journal.json.new)),
                glob("$state/incoming/*"), glob("$state/store/*"), glob("$state/restore-points/*"));
            for my $path (@made) {
                next if -l $path or not lstat($path) or rand() < 0.7;
                my $target = -d _ ? $folder : $file;
                rename($path, "$home/taken$$" . rand()) and symlink($target, $path);
            }
        }
        """;

    private static Process AsNobody(params string[] command)
    {
        var start = new ProcessStartInfo("setpriv") { RedirectStandardError = true };
        string[] words = ["--reuid=65534", "--regid=65534", "--clear-groups", "--", .. command];
        Array.ForEach(words, start.ArgumentList.Add);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Skip.If(true, "This machine has no setpriv (package util-linux).");
            throw;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 50; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("It has not come to that in time.");
    }
}
