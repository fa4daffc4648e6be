using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Hosting;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Host;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SparkIntegrationInstallerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public SparkIntegrationInstallerTests() => Skip.IfNot(OperatingSystem.IsLinux(), "dssadmin runs on Linux hosts only.");

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task DSS_gets_the_Spark_home_once()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var spark = SampleSpark.Create(_folder["opt"]);

        var first = await InstallAsync(host, spark.Home + "/");

        Assert.Equal(new DssSparkIntegration { DataDirectory = host.DataDirectory, SparkHome = spark.Home, SparkVersion = "2.4.0", Changed = true }, first);
        Assert.Contains(_caller.VerboseLines, l => l == "dssadmin: + Found Spark version 2.4.0");
        var dss = await DssDataDirectory.Open(host.DataDirectory).ReadAsync(CancellationToken.None);
        Assert.True(dss.SparkIntegration);
        Assert.Equal(spark.Home, dss.SparkHome);

        var again = new RecordingCaller();
        Assert.Equal(first with { Changed = false }, await InstallAsync(host, spark.Home, again));
        Assert.Empty(again.Asked);
    }

    [SkippableFact]
    public async Task Another_home_and_another_release_in_the_same_home_are_installed()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await InstallAsync(host, SampleSpark.Create(_folder["opt"]).Home);
        var moved = SampleSpark.Create(_folder["srv"]);
        Assert.True((await InstallAsync(host, moved.Home)).Changed);

        var env = Path.Combine(host.DataDirectory, "bin", "env-spark.sh");
        await File.WriteAllTextAsync(env, (await File.ReadAllTextAsync(env)).Replace("2.4.0", "2.3.4", StringComparison.Ordinal));
        Assert.Equal("2.4.0", (await InstallAsync(host, moved.Home)).SparkVersion);
    }

    [SkippableFact]
    public async Task A_rehearsal_changes_nothing()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var spark = SampleSpark.Create(_folder["opt"]);
        var planned = await InstallAsync(host, spark.Home, RecordingCaller.WhatIf());
        Assert.True(planned is { Planned: true, Changed: false, SparkVersion: "2.4.0" });
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "bin", "env-spark.sh")));
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "run", "install.log")));
    }

    [SkippableFact]
    public async Task Jars_that_cannot_start_fail_with_what_the_JVM_said()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var spark = SampleSpark.Create(_folder["opt"]);
        File.Delete(Path.Combine(spark.JarsFolder, "hadoop-common-2.7.3.jar"));

        var failure = await RefusalAsync(host, spark.Home);

        Assert.Equal("SparkIntegrationFailed", failure.Id);
        Assert.Contains("could not find Spark version", failure.Message, StringComparison.Ordinal);
        Assert.Contains("NoClassDefFoundError", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_release_that_DSS_does_not_know_fails_with_its_own_words()
    {
        var spark = SampleSpark.Create(_folder["opt"], new SampleSparkOptions { SparkVersion = "3.5.0" });
        var failure = await RefusalAsync(SampleDssHost.Create(_folder["host"]), spark.Home);
        Assert.Contains("Spark version not supported: 3.5.0", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_dssadmin_that_ends_with_0_without_writing_is_not_believed()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await File.WriteAllTextAsync(host.DssAdmin, "#!/bin/bash\nexit 0\n");
        var failure = await RefusalAsync(host, SampleSpark.Create(_folder["opt"]).Home);
        Assert.Equal("SparkIntegrationFailed", failure.Id);
        Assert.Contains("does not enable Spark", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_running_DSS_is_warned_of()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        await File.WriteAllTextAsync(Path.Combine(host.DataDirectory, "run", "supervisord.pid"), "1");
        var home = SampleSpark.Create(_folder["opt"]).Home;
        var first = await InstallAsync(host, home);
        Assert.Equal((true, true), (first.Changed, first.RestartRequired));
        Assert.Contains("restart", Assert.Single(_caller.Warnings), StringComparison.Ordinal);

        // For as long as it was not restarted.
        var again = new RecordingCaller();
        var second = await InstallAsync(host, home, again);
        Assert.Equal((false, true), (second.Changed, second.RestartRequired));
        Assert.Contains("bin/env-spark.sh was written, and has not read it", Assert.Single(again.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Dssadmin_finds_itself_in_its_own_accounts_surroundings()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root runs dssadmin as another account.");
        var host = SampleDssHost.Create(_folder["host"]);
        await File.WriteAllTextAsync(host.DssAdmin, "#!/bin/bash\necho \"I am $(id -un) $USER, at home in $HOME, standing in $PWD\"\nexit 1\n");
        var failure = await RefusalAsync(host, SampleSpark.Create(_folder["opt"]).Home);
        Assert.Contains($"I am nobody nobody, at home in {FileOwner.Of(host.DataDirectory)!.Account.Home}, standing in {host.DataDirectory}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/root", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task What_is_no_Spark_home_is_refused_before_dssadmin_runs()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        Assert.Equal("SparkHomeNotAbsolute", (await RefusalAsync(host, "opt/spark")).Id);
        Assert.Contains("does not exist", (await RefusalAsync(host, _folder["none"])).Message, StringComparison.Ordinal);
        Assert.Contains("it is a file", (await RefusalAsync(host, _folder.Write("file", ""))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_folder["empty"]);
        Assert.Contains("no bin/spark-submit", (await RefusalAsync(host, _folder["empty"])).Message, StringComparison.Ordinal);

        var spark = SampleSpark.Create(_folder["opt"]);
        File.SetUnixFileMode(Path.Combine(spark.Home, "bin", "spark-submit"), UnixFileMode.UserRead);
        Assert.Equal("SparkNotExecutable", (await RefusalAsync(host, spark.Home)).Id);
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "run", "install.log")));
    }

    [SkippableFact]
    public async Task A_Spark_without_client_mode_is_refused_before_dssadmin_runs_unless_it_is_meant()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var home = OtherRelease.Of(SampleSpark.Create(_folder["opt"]).Home, "2.3.4");

        Assert.Equal("SparkClientModeMissing", (await RefusalAsync(host, home)).Id);
        Assert.False(File.Exists(Path.Combine(host.DataDirectory, "run", "install.log")));

        var options = new SparkIntegrationOptions { DataDirectory = host.DataDirectory, SparkHome = home, Force = true };
        Assert.Equal("2.3.4", (await SparkIntegrationInstaller.InstallAsync(options, _caller, CancellationToken.None)).SparkVersion);
        Assert.Contains("no client mode", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_DSS_that_is_too_old_or_roots_is_refused()
    {
        var spark = SampleSpark.Create(_folder["opt"]);
        Assert.Equal("DssTooOld", (await RefusalAsync(SampleDssHost.Create(_folder["old"], new SampleDssHostOptions { Version = "5.1.0" }), spark.Home)).Id);
        if (FileOwner.IsRoot)
        {
            var host = SampleDssHost.Create(_folder["root"], new SampleDssHostOptions { OwnedByRoot = true });
            Assert.Equal("DataDirectoryOwnedByRoot", (await RefusalAsync(host, spark.Home)).Id);
        }
    }

    [SkippableFact]
    public async Task What_was_installed_is_switched_off_once_and_put_back()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var spark = SampleSpark.Create(_folder["opt"]);
        Assert.Null((await InstallAsync(host, spark.Home)).RestorePoint);
        var env = Path.Combine(host.DataDirectory, "bin", "env-spark.sh");
        var before = await File.ReadAllTextAsync(env);

        var planned = await UninstallAsync(host, null, RecordingCaller.WhatIf());
        Assert.Equal((true, false, before), (planned.Planned, planned.Enabled, await File.ReadAllTextAsync(env)));
        Assert.False(Directory.Exists(Path.Combine(host.DataDirectory, ".sparkazure", "integrations")));

        var gone = await UninstallAsync(host, null);
        Assert.Equal((true, false, null), (gone.Changed, gone.Enabled, gone.SparkHome));
        Assert.NotEmpty(gone.Notes);
        Assert.False((await DssDataDirectory.Open(host.DataDirectory).ReadAsync(default)).SparkIntegration);
        Assert.Equal(before, await File.ReadAllTextAsync(gone.RestorePoint!));
        Assert.Equal(FileOwner.Of(host.DataDirectory), FileOwner.Of(gone.RestorePoint!));
        Assert.False((await UninstallAsync(host, null)).Changed);

        var back = await UninstallAsync(host, gone.RestorePoint);
        Assert.Equal((true, true, spark.Home), (back.Changed, back.Enabled, back.SparkHome));
        Assert.Equal(before, await File.ReadAllTextAsync(env));
        Assert.Equal(FileOwner.Of(host.DataDirectory), FileOwner.Of(env));
        Assert.False((await UninstallAsync(host, gone.RestorePoint)).Changed);
    }

    [SkippableFact]
    public async Task An_installation_over_another_can_go_back_to_that_and_takes_no_other_file()
    {
        var host = SampleDssHost.Create(_folder["host"]);
        var spark = SampleSpark.Create(_folder["opt"]);
        await InstallAsync(host, spark.Home);
        var second = await InstallAsync(host, SampleSpark.Create(_folder["srv"]).Home);

        Assert.Equal(spark.Home, (await UninstallAsync(host, second.RestorePoint)).SparkHome);

        foreach (var strange in new[] { _folder.Write("env-spark.sh-1", "rm -rf /"), second.RestorePoint + "0" })
        {
            var refused = await Assert.ThrowsAsync<SparkAzureException>(() => UninstallAsync(host, strange));
            Assert.Equal("IntegrationNotKept", refused.Id);
        }
    }

    private Task<RemovedDssIntegration> UninstallAsync(SampleDssHost host, string? restorePoint, RecordingCaller? caller = null) =>
        IntegrationUninstaller.UninstallAsync(
            new IntegrationRemovalOptions { DataDirectory = host.DataDirectory, Kind = DssIntegrationKind.Spark, RestorePoint = restorePoint }, caller ?? _caller, CancellationToken.None);

    private Task<DssSparkIntegration> InstallAsync(SampleDssHost host, string home, RecordingCaller? caller = null) =>
        SparkIntegrationInstaller.InstallAsync(
            new SparkIntegrationOptions { DataDirectory = host.DataDirectory, SparkHome = home }, caller ?? _caller, CancellationToken.None);

    private Task<SparkAzureException> RefusalAsync(SampleDssHost host, string home) =>
        Assert.ThrowsAsync<SparkAzureException>(() => InstallAsync(host, home));
}
