using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>What a file keeps when it is replaced, what is left of a killed run, and what an umask of 0 does.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReplacedFileTests : IDisposable
{
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly byte[] Content = Encoding.UTF8.GetBytes("new");

    private readonly TemporaryFolder _folder = new();

    public ReplacedFileTests() => Skip.IfNot(OperatingSystem.IsLinux(), "Owners, access lists and processes of Linux.");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Mode_group_and_access_list_stay()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root can give a file to another group.");
        Skip.IfNot(File.Exists("/usr/bin/setfacl"), "There is no setfacl.");
        var path = _folder.Write("file", "old");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_000);
        await RunAsync("chown", "root:daemon", path);
        await RunAsync("setfacl", "-m", "u:nobody:r", path);
        var before = (await RunAsync("getfacl", "-p", path), RightsOf(path));

        await AtomicFile.WriteAsync(path, Content, FileModes.OwnerOnly, default);

        Assert.Equal("new", File.ReadAllText(path));
        Assert.Contains("user:nobody:r--", before.Item1, StringComparison.Ordinal);
        Assert.Equal(before, (await RunAsync("getfacl", "-p", path), RightsOf(path)));

        await AtomicFile.WriteAsync(path, Content, FileModes.OwnerOnly, default, onlyOwner: true);
        Assert.DoesNotContain("nobody", await RunAsync("getfacl", "-p", path), StringComparison.Ordinal);
        Assert.Equal(FileModes.OwnerOnly, File.GetUnixFileMode(path));
    }

    [SkippableFact]
    public async Task A_list_that_the_folder_hands_down_opens_nothing_that_was_closed()
    {
        Skip.IfNot(File.Exists("/usr/bin/setfacl"), "There is no setfacl.");
        var path = _folder.Write("file", "old");
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_000);
        await RunAsync("setfacl", "-d", "-m", "u:nobody:rw", _folder.Path);

        await AtomicFile.WriteAsync(path, Content, FileModes.OwnerOnly, default);

        Assert.DoesNotContain("nobody", await RunAsync("getfacl", "-p", path), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_group_that_cannot_be_kept_is_an_error_and_the_old_file_stays()
    {
        using var place = RootOnly.Create();
        var path = RootOnly.Give(Path.Combine(place.Theirs, "file"), "old");
        await RunAsync("chgrp", "daemon", path);

        var refusal = await Assert.ThrowsAsync<SparkAzureException>(() => AtomicFile.WriteAsync(path, Content, FileModes.OwnerOnly, default));

        Assert.Equal("CannotWrite", refusal.Id);
        Assert.Contains("cannot be kept", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(place.Theirs));
    }

    [SkippableFact]
    public async Task What_killed_runs_left_is_cleared_away_and_nothing_else()
    {
        var gone = await RunAsync("sh", "-c", "echo $$");
        var alive = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var guid = Guid.NewGuid().ToString("N");
        string[] left = [$".config.{gone}-{guid}.tmp", $"config.{gone}-{guid}.tmp"];
        string[] stay =
        [
            $".config.{alive}-{guid}.tmp", $".other.{gone}-{guid}.tmp", $".config.{gone}-{guid}", ".config.tmp", $".config.{gone}-notes.tmp",
        ];
        foreach (var name in left.Concat(stay))
        {
            _folder.Write(name, "token");
        }

        using var held = new FileStream(_folder[$".config.{gone}-{Guid.NewGuid():N}.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await AtomicFile.WriteAsync(_folder["config"], Content, FileModes.OwnerOnly, default);

        var there = Directory.GetFiles(_folder.Path).Select(f => Path.GetFileName(f)!).ToList();
        Assert.Empty(there.Intersect(left));
        Assert.Empty(stay.Except(there));
        Assert.True(File.Exists(held.Name));
    }

    [SkippableFact]
    public async Task Temporary_folders_of_killed_runs_are_cleared_away()
    {
        var gone = await RunAsync("sh", "-c", "echo $$");
        var left = Directory.CreateTempSubdirectory($"sparkazure-{gone}-").FullName;
        File.WriteAllText(Path.Combine(left, "jar"), "x");
        using var living = SparkAzure.Core.Hosting.TemporaryFolder.Create();

        using (SparkAzure.Core.Hosting.TemporaryFolder.Create())
        {
            Assert.False(Directory.Exists(left));
            Assert.True(Directory.Exists(living.Path));
        }
    }

    [SkippableFact]
    public async Task An_umask_of_0_opens_nothing_to_others()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var home = SampleSpark.Create(_folder["spark"]).Home;
        var before = Everything().ToHashSet(StringComparer.Ordinal);
        var program = typeof(ReplacedFileTests).Assembly.Location;

        await RunAsync("sh", "-c", $"umask 000; exec '{Environment.ProcessPath}' '{program}' edit-documents '{host.DataDirectory}' '{home}'");

        var made = Everything().Except(before).ToList();
        Assert.Contains(made, p => p.EndsWith(".json", StringComparison.Ordinal));
        Assert.Contains(made, p => p.EndsWith(".bak", StringComparison.Ordinal));
        Assert.Contains(made, p => p.EndsWith("/kube/config", StringComparison.Ordinal));
        Assert.DoesNotContain(made, p => (File.GetUnixFileMode(p) & OthersWrite) != 0);
    }

    [SkippableFact]
    public void An_error_of_the_disk_is_called_one_whichever_way_it_went()
    {
        var error = new IOException("Input/output error : 'jar'", 5);

        foreach (var failure in new[] { HostErrors.CannotRead("/data/jar", error), HostErrors.FromWrite("/data/jar", error) })
        {
            Assert.Equal(("DiskFailed", ErrorKind.OperationFailed), (failure.Id, failure.Kind));
            Assert.Contains("while reading or writing", failure.Message, StringComparison.Ordinal);
            Assert.Contains("dmesg", failure.Remedy, StringComparison.Ordinal);
        }
    }

    private IEnumerable<string> Everything() => Directory.EnumerateFileSystemEntries(
        _folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });

    private static (uint User, uint Group, UnixFileMode Mode) RightsOf(string path)
    {
        var status = FileStatus.Of(path)!;
        return (status.UserId, status.GroupId, status.Mode);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var run = await ChildProcess.RunAsync(program, arguments, null, null, _ => { }, default);
        Assert.True(run.ExitCode == 0, string.Join('\n', run.LastLines));
        return string.Join('\n', run.LastLines);
    }
}
