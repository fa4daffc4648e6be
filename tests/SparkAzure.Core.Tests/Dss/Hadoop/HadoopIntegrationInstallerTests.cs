using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Hadoop;

/// <summary>Against a real dssadmin script, run as root for another account or as that account itself.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class HadoopIntegrationInstallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public HadoopIntegrationInstallerTests() => Skip.IfNot(OperatingSystem.IsLinux(), "dssadmin runs on Linux hosts only.");

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("5.1.3", 2, "generic", "2.8.5")]
    [InlineData("5.1.3", 3, "generic-hadoop3", "3.2.0")]
    [InlineData("9.0.5", 3, "", "3.2.0")]
    public async Task The_libraries_are_installed_found_and_left_alone_the_second_time(string version, int hadoop, string folder, string release)
    {
        var host = SampleDssHost.Create(_folder["host"], new SampleDssHostOptions { Version = version });
        var archive = Archive(new SampleHadoopArchiveOptions { HadoopVersion = hadoop, DssVersion = version });

        var first = await InstallAsync(host, archive.Path);

        Assert.True(first.Changed);
        Assert.Equal((hadoop, release, archive.Jars.Count), (first.HadoopVersion, first.HadoopRelease, first.JarCount));
        Assert.Equal(Path.TrimEndingDirectorySeparator(Path.Combine(host.KitDirectory, "hadoop-standalone-libs", folder)), first.LibraryPath);
        Assert.Equal(host.CompanionPath, first.CompanionPath);
        Assert.Equal(
            archive.Jars.Select(j => j.FileName).Order(StringComparer.Ordinal),
            Directory.GetFiles(first.LibraryPath, "*.jar").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Contains(_caller.VerboseLines, l => l.Contains("[+] Standalone mode selected", StringComparison.Ordinal));
        Assert.Empty(_caller.Warnings);
        var owner = FileOwner.Of(host.DataDirectory);
        Assert.Equal(owner, FileOwner.Of(Path.Combine(first.LibraryPath, $"hadoop-common-{release}.jar")));
        Assert.Equal(owner, FileOwner.Of(Path.Combine(host.DataDirectory, "bin", "env-hadoop.sh")));

        var again = new RecordingCaller();
        var second = await InstallAsync(host, archive.Path, caller: again);

        Assert.Equal(first with { Changed = false }, second);
        Assert.Equal(first with { Changed = false, Archive = null }, await InstalledHadoop.ReadAsync(host.DataDirectory, CancellationToken.None));
        Assert.Empty(again.Asked);
        Assert.DoesNotContain(again.VerboseLines, l => l.StartsWith("dssadmin", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task What_was_installed_over_another_goes_back_to_that_or_to_nothing()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        Assert.Null((await InstallAsync(host, Archive(new SampleHadoopArchiveOptions { HadoopVersion = 2 }).Path)).RestorePoint);
        var env = Path.Combine(host.DataDirectory, "bin", "env-hadoop.sh");
        var before = await File.ReadAllTextAsync(env);
        var second = await InstallAsync(host, Archive(new SampleHadoopArchiveOptions { HadoopVersion = 3 }).Path);
        Assert.NotEqual(before, await File.ReadAllTextAsync(env));

        var options = new IntegrationRemovalOptions { DataDirectory = host.DataDirectory, Kind = DssIntegrationKind.Hadoop };
        var back = await IntegrationUninstaller.UninstallAsync(options with { RestorePoint = second.RestorePoint }, _caller, CancellationToken.None);
        Assert.Equal((true, true, before), (back.Changed, back.Enabled, await File.ReadAllTextAsync(env)));

        Assert.Equal((true, false), await UninstallAsync());
        Assert.Equal((false, false), await UninstallAsync());
        Assert.True(Directory.Exists(second.LibraryPath));

        async Task<(bool Changed, bool Enabled)> UninstallAsync()
        {
            var result = await IntegrationUninstaller.UninstallAsync(options, _caller, CancellationToken.None);
            return (result.Changed, result.Enabled);
        }
    }

    [SkippableFact]
    public async Task Of_libraries_of_both_lines_those_are_read_that_DSS_noted_and_a_host_without_any_is_an_error()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await Refusal.IsAsync("HadoopNotIntegrated", ErrorKind.NotFound, "env-hadoop.sh", "Install-DssHadoopIntegration", () => InstalledHadoop.ReadAsync(host.DataDirectory, CancellationToken.None));

        await InstallAsync(host, Archive(new SampleHadoopArchiveOptions { HadoopVersion = 2 }).Path);
        await InstallAsync(host, Archive(new SampleHadoopArchiveOptions { HadoopVersion = 3 }).Path);
        var libraries = Path.Combine(host.KitDirectory, "hadoop-standalone-libs");
        Directory.CreateDirectory(Path.Combine(libraries, "generic"));
        await File.WriteAllTextAsync(Path.Combine(libraries, "generic", "hadoop-common-2.8.5.jar"), "");
        Assert.Equal("3.2.0", (await InstalledHadoop.ReadAsync(host.DataDirectory, CancellationToken.None)).HadoopRelease);

        Directory.Delete(libraries, recursive: true);
        await Refusal.IsAsync("HadoopLibrariesUnclear", ErrorKind.InvalidData, "no hadoop-common jar", "Install-DssHadoopIntegration", () => InstalledHadoop.ReadAsync(host.DataDirectory, CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData("changed")]
    [InlineData("missing")]
    [InlineData("stray")]
    [InlineData("disabled")]
    public async Task Libraries_that_are_not_the_archives_are_installed_anew(string how)
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var archive = Archive();
        var first = await InstallAsync(host, archive.Path);
        var jar = Path.Combine(first.LibraryPath, "hadoop-auth-2.8.5.jar");
        switch (how)
        {
            case "changed":
                var bytes = await File.ReadAllBytesAsync(jar);
                bytes[bytes.Length / 2] ^= 1;
                await File.WriteAllBytesAsync(jar, bytes);
                break;
            case "missing":
                File.Delete(jar);
                break;
            case "stray":
                await File.WriteAllTextAsync(Path.Combine(first.LibraryPath, "hadoop-auth-2.7.3.jar"), "old");
                break;
            default:
                File.Delete(Path.Combine(host.DataDirectory, "bin", "env-hadoop.sh"));
                break;
        }

        Assert.True((await InstallAsync(host, archive.Path)).Changed);
        Assert.False((await InstallAsync(host, archive.Path)).Changed);
    }

    [SkippableFact]
    public async Task A_rehearsal_describes_the_libraries_and_touches_nothing()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var archive = Archive(new SampleHadoopArchiveOptions { HadoopVersion = 3 });
        var before = Snapshot();
        var whatIf = RecordingCaller.WhatIf();

        var planned = await InstallAsync(host, archive.Path, caller: whatIf);

        Assert.True(planned is { Planned: true, Changed: false, HadoopRelease: "3.2.0" });
        Assert.Equal(Path.Combine(host.KitDirectory, "hadoop-standalone-libs", "generic-hadoop3"), planned.LibraryPath);
        Assert.Equal(host.DataDirectory, Assert.Single(whatIf.Asked).Target);
        Assert.Equal(before, Snapshot());
    }

    [SkippableFact]
    public async Task The_wrong_archive_is_refused_naming_both_Hadoop_versions()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var two = Archive();
        var asked = await RefusalAsync(host, two.Path, hadoop: 3);
        Assert.Equal("WrongHadoopVersion", asked.Id);
        Assert.Contains("Hadoop 3", asked.Message, StringComparison.Ordinal);
        Assert.Contains("Hadoop 2 (2.8.5)", asked.Message, StringComparison.Ordinal);

        var misnamed = Archive(new SampleHadoopArchiveOptions { HadoopVersion = 2, FileName = "dataiku-dss-hadoop3-standalone-libs-generic-5.1.3.tar.gz" });
        var refusal = await RefusalAsync(host, misnamed.Path);
        Assert.Equal("WrongHadoopVersion", refusal.Id);
        Assert.Contains("name promises Hadoop 3", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("5.1.0", 2, "5.1.1")]
    [InlineData("4.3.9", 2, "5.1.1")]
    [InlineData("5.1.1", 3, "5.1.3")]
    [InlineData("5.1.2", 3, "5.1.3")]
    public async Task A_DSS_that_is_too_old_is_refused(string version, int hadoop, string needed)
    {
        var host = SampleDssHost.Create(_folder["host"], new SampleDssHostOptions { Version = version });
        var refusal = await RefusalAsync(host, Archive(new SampleHadoopArchiveOptions { HadoopVersion = hadoop, DssVersion = version }).Path);
        Assert.Equal("DssTooOld", refusal.Id);
        Assert.Contains(version, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(needed, refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task DSS_5_1_1_takes_Hadoop_2() =>
        Assert.True((await InstallAsync(
            SampleDssHost.Create(_folder["host"], new SampleDssHostOptions { Version = "5.1.1" }),
            Archive(new SampleHadoopArchiveOptions { DssVersion = "5.1.1" }).Path)).Changed);

    [SkippableFact]
    public async Task An_archive_of_another_DSS_needs_Force_and_one_without_version_gets_a_warning()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var other = Archive(new SampleHadoopArchiveOptions { DssVersion = "5.1.4" });
        var refusal = await RefusalAsync(host, other.Path);
        Assert.Equal("ArchiveVersionMismatch", refusal.Id);
        Assert.Contains("5.1.4", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("5.1.3", refusal.Message, StringComparison.Ordinal);

        Assert.True((await InstallAsync(host, other.Path, force: true)).Changed);
        Assert.Contains("-Force", Assert.Single(_caller.Warnings), StringComparison.Ordinal);

        var renamed = new RecordingCaller();
        await InstallAsync(host, Archive(new SampleHadoopArchiveOptions { FileName = "libs.tar.gz" }).Path, caller: renamed);
        Assert.Contains("cannot be told", Assert.Single(renamed.Warnings), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(SampleArchiveDefect.CutInTheMiddle)]
    [InlineData(SampleArchiveDefect.FlippedByte)]
    [InlineData(SampleArchiveDefect.EntryOutside)]
    [InlineData(SampleArchiveDefect.AbsoluteEntry)]
    [InlineData(SampleArchiveDefect.LinkOutside)]
    [InlineData(SampleArchiveDefect.WithoutHadoop)]
    public async Task A_bad_archive_loses_nothing_of_what_is_installed(SampleArchiveDefect defect)
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await InstallAsync(host, Archive().Path);
        var bad = SampleHadoopArchive.Create(_folder["bad"], new SampleHadoopArchiveOptions { Defect = defect });
        var before = Snapshot();

        await RefusalAsync(host, bad.Path);

        Assert.Equal(before, Snapshot());
    }

    [SkippableFact]
    public async Task A_dssadmin_that_ends_with_0_and_did_nothing_is_not_believed()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await File.WriteAllTextAsync(host.DssAdmin, "#!/bin/bash\necho '[-] Hadoop not found in PATH'\nexit 0\n");

        var failure = await RefusalAsync(host, Archive().Path);

        Assert.Equal("HadoopIntegrationFailed", failure.Id);
        Assert.Contains("code 0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("[-] Hadoop not found in PATH", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Jars_that_do_not_arrive_are_noticed()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var script = await File.ReadAllTextAsync(host.DssAdmin);
        await File.WriteAllTextAsync(host.DssAdmin, script.Replace("    cat >\"$DIP_HOME/bin/env-hadoop.sh\"", "    rm -f \"$target\"/hadoop-common-*\n    cat >\"$DIP_HOME/bin/env-hadoop.sh\"", StringComparison.Ordinal));

        var failure = await RefusalAsync(host, Archive().Path);

        Assert.Equal("HadoopIntegrationFailed", failure.Id);
        Assert.Contains("lie neither in", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_dssadmin_that_fails_gives_its_own_last_lines()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await File.WriteAllTextAsync(host.DssAdmin, "#!/bin/bash\necho 'tar: Cannot write: No space left on device' >&2\nexit 2\n");
        var failure = await RefusalAsync(host, Archive().Path);
        Assert.Contains("code 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_running_DSS_and_an_unfinished_upgrade_are_warned_of()
    {
        var host = SampleDssHost.Create(_folder["host"], new SampleDssHostOptions { KitVersion = "5.1.4" });
        await File.WriteAllTextAsync(Path.Combine(host.DataDirectory, "run", "supervisord.pid"), "1");

        var archive = Archive(new SampleHadoopArchiveOptions { DssVersion = "5.1.4" }).Path;
        Assert.True((await InstallAsync(host, archive)).RestartRequired);
        var again = await InstallAsync(host, archive);

        Assert.Equal((false, true), (again.Changed, again.RestartRequired));
        Assert.Contains(_caller.Warnings, w => w.Contains("has not read it", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("running", StringComparison.Ordinal));
        Assert.Contains(_caller.Warnings, w => w.Contains("finish the upgrade", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_kit_that_is_gone_or_a_missing_dssadmin_is_named()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var archive = Archive();
        File.Delete(host.DssAdmin);
        Assert.Equal("DssAdminNotFound", (await RefusalAsync(host, archive.Path)).Id);
        Directory.Move(host.KitDirectory, host.KitDirectory + ".moved");
        Assert.Equal("KitNotFound", (await RefusalAsync(host, archive.Path)).Id);
    }

    [SkippableFact]
    public async Task A_data_directory_of_root_is_refused_because_dssadmin_would_refuse_it()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root can own files as root.");
        var host = SampleDssHost.Create(_folder["host"], new SampleDssHostOptions { OwnedByRoot = true });
        Assert.Equal("DataDirectoryOwnedByRoot", (await RefusalAsync(host, Archive().Path)).Id);
    }

    [SkippableFact]
    public async Task An_archive_or_a_kit_closed_to_the_owner_is_refused_before_anything_happens()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root runs dssadmin as another account.");
        var host = SampleDssHost.Create(_folder["host"]);
        var archive = Archive();
        var before = Snapshot();

        File.SetUnixFileMode(archive.Path, UnixFileMode.UserRead);
        var closed = await RefusalAsync(host, archive.Path);
        Assert.Equal("ArchiveNotReadable", closed.Id);
        Assert.Contains("nobody", closed.Message, StringComparison.Ordinal);

        File.SetUnixFileMode(archive.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        File.SetUnixFileMode(_folder["downloads"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal("ArchiveNotReadable", (await RefusalAsync(host, archive.Path)).Id);

        File.SetUnixFileMode(_folder["downloads"], File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
        new FileOwner(0, 0, "root").ApplyTo(host.KitDirectory);
        Assert.Equal("KitNotWritable", (await RefusalAsync(host, archive.Path)).Id);
        Assert.Equal(before, Snapshot());
    }

    [SkippableFact]
    public async Task Stopping_ends_dssadmin_too()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await File.WriteAllTextAsync(host.DssAdmin, "#!/bin/bash\necho $$ >\"$(dirname \"$0\")/pid\"\necho begun\nsleep 600\n");
        using var stop = new CancellationTokenSource();
        var work = HadoopIntegrationInstaller.InstallAsync(
            new HadoopIntegrationOptions { DataDirectory = host.DataDirectory, Archive = Archive().Path }, _caller, stop.Token);
        while (!_caller.VerboseLines.Contains("dssadmin: begun") && !work.IsCompleted)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        var pid = (await File.ReadAllTextAsync(Path.Combine(host.DataDirectory, "bin", "pid"))).Trim();
        Assert.False(File.Exists($"/proc/{pid}/cmdline") && (await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Contains("dssadmin", StringComparison.Ordinal));
    }

    private SampleHadoopArchive Archive(SampleHadoopArchiveOptions? options = null) => SampleHadoopArchive.Create(_folder["downloads"], options);

    private Task<DssHadoopIntegration> InstallAsync(SampleDssHost host, string archive, int? hadoop = null, bool force = false, RecordingCaller? caller = null) =>
        HadoopIntegrationInstaller.InstallAsync(
            new HadoopIntegrationOptions { DataDirectory = host.DataDirectory, Archive = archive, HadoopVersion = hadoop, Force = force },
            caller ?? _caller,
            CancellationToken.None);

    private Task<SparkAzureException> RefusalAsync(SampleDssHost host, string archive, int? hadoop = null) =>
        Assert.ThrowsAsync<SparkAzureException>(() => InstallAsync(host, archive, hadoop));

    private string Snapshot() => string.Join('\n', new DirectoryInfo(_folder["host"]).EnumerateFiles("*", SearchOption.AllDirectories)
        .OrderBy(f => f.FullName, StringComparer.Ordinal)
        .Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc:O} {f.UnixFileMode}"));
}
