using System.Runtime.InteropServices;
using SparkAzure.Core.Hosting;
using Xunit;

namespace SparkAzure.Core.Tests.Hostile;

public sealed class TreeOwnerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparkazure-tree-").FullName;

    public TreeOwnerTests() => File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void BelowAFolderOfAnotherAccountRootActsAsThatAccount()
    {
        SkipUnlessRoot();
        var theirs = Own(Directory.CreateDirectory(Path.Combine(_folder, "theirs")).FullName, OtherAccount.Nobody);
        var mine = Directory.CreateDirectory(Path.Combine(theirs, "roots")).FullName;

        Assert.Equal("nobody", TreeOwner.Of(theirs).Name);
        Assert.Equal("nobody", TreeOwner.Of(Path.Combine(mine, "not-there", "yet")).Name);
        Assert.Equal("root", TreeOwner.Of(_folder).Name);

        var file = Path.Combine(theirs, "new");
        TreeOwner.Act(file, () => File.WriteAllText(file, "x"));
        Assert.Equal("nobody", FileOwner.Of(file)!.UserName);
    }

    [SkippableFact]
    public void ALinkOfAnotherAccountDoesNotLeadRootToRootsFolders()
    {
        SkipUnlessRoot();
        var roots = Directory.CreateDirectory(Path.Combine(_folder, "roots")).FullName;
        var theirs = Own(Directory.CreateDirectory(Path.Combine(_folder, "theirs")).FullName, OtherAccount.Nobody);
        var link = Path.Combine(theirs, "link");
        Directory.CreateSymbolicLink(link, roots);

        Assert.Equal("nobody", TreeOwner.Of(Path.Combine(link, "file")).Name);
        Assert.ThrowsAny<UnauthorizedAccessException>(
            () => TreeOwner.Act(link, () => File.WriteAllText(Path.Combine(link, "file"), "x")));
        Assert.Empty(Directory.GetFiles(roots));
    }

    [SkippableFact]
    public void WhatRootsGroupsMayReadIsNotReadForAnother()
    {
        SkipUnlessRoot();
        var file = Path.Combine(_folder, "for-roots-group");
        File.WriteAllText(file, "x");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var before = Groups();

        var refused = OtherAccount.Nobody.Account.Act(() =>
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (UnauthorizedAccessException)
            {
                return null;
            }
        });

        Assert.Null(refused);
        Assert.Equal("x", File.ReadAllText(file));
        Assert.Equal(before, Groups());
    }

    [SkippableFact]
    public void AnAccountThatTheHostDoesNotKnowIsCalledByItsNumber()
    {
        SkipUnlessRoot();
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "x");
        Own(file, new FileOwner(23017, 23018, ""));

        Assert.Equal("23017", FileOwner.Of(file)!.UserName);
        Assert.False(FileOwner.Of(file)!.Account.IsKnown);
        Assert.Equal(23018u, TreeOwner.Of(file).GroupId);
    }

    private static void SkipUnlessRoot() =>
        Skip.IfNot(OperatingSystem.IsLinux() && FileOwner.IsRoot, "Only root can act as other accounts.");

    private static string Own(string path, FileOwner owner)
    {
        owner.ApplyTo(path);
        return path;
    }

    private static string Groups() => File.ReadLines("/proc/thread-self/status").First(l => l.StartsWith("Groups:", StringComparison.Ordinal));
}
