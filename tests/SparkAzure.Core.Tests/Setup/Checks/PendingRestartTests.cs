using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>That DSS must be restarted is true until it was, whatever was asked in between.</summary>
public sealed class PendingRestartTests
{
    private static readonly SparkConfigOptions Wanted = new() { ExecutorMemory = "3g" };

    [SkippableFact]
    public async Task A_second_command_that_changes_nothing_still_says_so_and_can_restart()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The sample DSS is a shell script.");
        await using var site = await SetupSite.StartAsync(new SampleDssHostOptions { BasePort = OtherPort() });
        var dss = new DssAddress { DataDirectory = site.Host.DataDirectory };
        await DssControl.StartAsync(site.Host.DataDirectory, TimeSpan.FromSeconds(30), new RecordingCaller(), default);
        try
        {
            // A process starts at a hundredth of a second, a file is written in the middle of one.
            await Task.Delay(50);
            Assert.True((await SetAsync(dss)).RestartRequired);
            var again = await SetAsync(dss);
            Assert.Equal((false, true), (again.Changed, again.RestartRequired));
            var check = await site.CheckAsync("DssRestart");
            Assert.Equal((SparkAzureCheckState.Failed, "Restart-Dss"), (check.State, check.Command));
            Assert.Contains("config/general-settings.json", check.Evidence, StringComparison.Ordinal);

            var rehearsed = await SparkConfig.SetAsync(dss with { Restart = true }, Wanted, RecordingCaller.WhatIf(), default);
            Assert.True(rehearsed.RestartRequired);

            var restarted = await SetAsync(dss with { Restart = true });
            Assert.Equal((false, false), (restarted.Changed, restarted.RestartRequired));
            Assert.Equal(SparkAzureCheckState.Passed, (await site.CheckAsync("DssRestart")).State);
            Assert.False((await SetAsync(dss)).RestartRequired);

            // What DSS itself saves it knows.
            File.SetLastWriteTimeUtc(site.Host.GeneralSettings, DateTime.UtcNow);
            Assert.False((await SetAsync(dss)).RestartRequired);
        }
        finally
        {
            await DssControl.StopAsync(site.Host.DataDirectory, TimeSpan.FromSeconds(30), new RecordingCaller(), default);
        }
    }

    [Fact]
    public async Task A_DSS_that_does_not_run_needs_no_restart()
    {
        await using var site = await SetupSite.StartAsync(new SampleDssHostOptions { BasePort = OtherPort() });
        var dss = new DssAddress { DataDirectory = site.Host.DataDirectory };
        await SetAsync(dss);

        Assert.False((await SetAsync(dss)).RestartRequired);
        Assert.Equal(SparkAzureCheckState.NotApplicable, (await site.CheckAsync("DssRestart")).State);
    }

    private static Task<DssSparkConfig> SetAsync(DssAddress dss) =>
        SparkConfig.SetAsync(dss, Wanted, new RecordingCaller(), default);

    private static int OtherPort() => Random.Shared.Next(20_000, 32_000);
}
