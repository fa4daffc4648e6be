using System.Net;
using System.Net.Sockets;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Spark.Jars;
using SparkAzure.Sandbox.Samples;

namespace SparkAzure.Core.Tests.Dss.Host;

/// <summary>Starting and stopping a sample DSS whose backend really listens; the sample ends by itself when a test does not stop it.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class DssControlTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();

    public DssControlTests()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "bin/dss runs on Linux hosts only.");
        Skip.IfNot(File.Exists("/usr/bin/perl"), "The sample's backend is a perl script, and there is no perl.");
    }

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task DSS_is_started_once_restarted_and_stopped_once()
    {
        var data = Host().DataDirectory;

        var started = await StartAsync(data);
        Assert.True(started is { State: DssState.Running, Changed: true, Planned: false });
        Assert.True(await AnswersAsync(started.PingUri!));
        Assert.Contains(_caller.VerboseLines, l => l.StartsWith("dss: DSS started", StringComparison.Ordinal));
        Assert.True(await StartAsync(data) is { State: DssState.Running, Changed: false });

        var pid = await PidAsync(data);
        Assert.True(await DssControl.RestartAsync(data, Long, _caller, CancellationToken.None) is { State: DssState.Running, Changed: true });
        Assert.NotEqual(pid, await PidAsync(data));
        Assert.True(await AnswersAsync(started.PingUri!));

        Assert.True(await StopAsync(data) is { State: DssState.Stopped, Changed: true });
        Assert.False(await AnswersAsync(started.PingUri!));
        Assert.True(await StopAsync(data) is { State: DssState.Stopped, Changed: false });
        Assert.Equal(3, _caller.Asked.Count);
    }

    [SkippableFact]
    public async Task DSS_that_root_starts_has_nothing_of_roots_environment()
    {
        Skip.IfNot(FileOwner.IsRoot, "Only root starts DSS as another account.");
        Environment.SetEnvironmentVariable("SPARKAZURE_TEST_SECRET", "canary");
        var data = Host().DataDirectory;
        await StartAsync(data);

        var environment = await File.ReadAllTextAsync($"/proc/{(await PidAsync(data)).Trim()}/environ");

        Assert.Contains($"USER={Owner(data)}\0", environment, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", environment, StringComparison.Ordinal);
        await StopAsync(data);
    }

    [SkippableFact]
    public async Task A_rehearsal_starts_and_stops_nothing()
    {
        var data = Host().DataDirectory;
        Assert.True(await DssControl.StartAsync(data, Long, RecordingCaller.WhatIf(), CancellationToken.None) is { State: DssState.Stopped, Planned: true, Changed: false });
        Assert.False(File.Exists(Path.Combine(data, "run", "supervisord.pid")));

        await StartAsync(data);
        Assert.True(await DssControl.StopAsync(data, Long, RecordingCaller.WhatIf(), CancellationToken.None) is { State: DssState.Running, Planned: true });
        Assert.True(await DssControl.RestartAsync(data, Long, RecordingCaller.WhatIf(), CancellationToken.None) is { State: DssState.Running, Planned: true });
        await StopAsync(data);
    }

    [SkippableFact]
    public async Task A_slow_DSS_is_waited_for_not_for_ever_and_goes_on_starting()
    {
        var data = Host("export SAMPLE_START_DELAY=4\nexport SAMPLE_START_WAIT=1\n").DataDirectory;

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => DssControl.StartAsync(data, TimeSpan.FromSeconds(1.5), _caller, CancellationToken.None));
        Assert.Equal(("DssNotReady", ErrorKind.Unavailable), (failure.Id, failure.Kind));

        var waited = await StartAsync(data);
        Assert.True(waited is { State: DssState.Running, Changed: false });
        Assert.Contains(_caller.ProgressRecords, p => p.Status.Contains("does not answer yet", StringComparison.Ordinal));
        await StopAsync(data);
    }

    [SkippableFact]
    public async Task A_start_that_fails_is_an_error_with_its_last_lines()
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => StartAsync(Host("export SAMPLE_START_FAILS=1\n").DataDirectory));

        Assert.Equal("DssStartFailed", failure.Id);
        Assert.Contains("sample failure to start", failure.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("echo the-reason >&2; exit 3", "ended with code 3", "the-reason")]
    [InlineData("exit 3", "ended with code 3", "It printed nothing.")]
    public async Task A_stop_that_fails_says_its_last_lines_and_DSS_goes_on(string script, string says, string lines)
    {
        var data = Host($"if [ \"$1\" = stop ] && [ ! -e {_folder["stop-works"]} ]; then {script}; fi\n").DataDirectory;
        await StartAsync(data);

        var failure = await Refusal.IsAsync(
            "DssStopFailed",
            ErrorKind.OperationFailed,
            says,
            "a longer -TimeoutSeconds",
            () => StopAsync(data));

        Assert.Contains($"DSS at '{data}' still runs", failure.Message, StringComparison.Ordinal);
        Assert.Contains(lines, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^\.$", failure.Message);
        Assert.True(await StartAsync(data) is { State: DssState.Running, Changed: false });
        _folder.Write("stop-works", "");
        await StopAsync(data);
    }

    [SkippableFact]
    public async Task Stopping_the_command_ends_the_program_it_waits_for()
    {
        var data = Host("[ \"$1\" != start ] || sleep 300\n").DataDirectory;
        using var stop = new CancellationTokenSource();
        var waiting = DssControl.StartAsync(data, Long, _caller, stop.Token);
        while (!_caller.VerboseLines.Any(l => l.EndsWith($"bin/dss start as {Owner(data)}.", StringComparison.Ordinal)) && !waiting.IsCompleted)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, Processes(data));
    }

    [SkippableFact]
    public async Task What_cannot_be_controlled_is_refused()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "Only root can lay out a tree that belongs to root.");
        var ofRoot = SampleDssHost.Create(_folder["root"], new SampleDssHostOptions { OwnedByRoot = true });
        Assert.Equal("DataDirectoryOwnedByRoot", (await Assert.ThrowsAsync<SparkAzureException>(() => StartAsync(ofRoot.DataDirectory))).Id);

        var data = Host().DataDirectory;
        File.Delete(Path.Combine(data, "bin", "dss"));
        Assert.Equal("DssProgramNotFound", (await Assert.ThrowsAsync<SparkAzureException>(() => StopAsync(data))).Id);
    }

    [SkippableFact]
    public async Task An_edit_with_restart_happens_while_DSS_is_down_and_leaves_it_running()
    {
        var data = Host().DataDirectory;
        await StartAsync(data);
        var pid = await PidAsync(data);
        var options = new SparkConfigOptions { ExecutorMemory = "4g" };

        var result = await SparkConfig.SetAsync(new DssAddress { DataDirectory = data, Restart = true }, options, _caller, CancellationToken.None);

        Assert.Equal((true, false), (result.Changed, result.RestartRequired));
        Assert.NotEqual(pid, await PidAsync(data));
        Assert.EndsWith("; Restart DSS if it runs", _caller.Asked.Last().Action, StringComparison.Ordinal);
        Assert.Empty(_caller.Warnings);
        pid = await PidAsync(data);
        Assert.False((await SparkConfig.SetAsync(new DssAddress { DataDirectory = data, Restart = true }, options, _caller, CancellationToken.None)).Changed);
        Assert.Equal(pid, await PidAsync(data));

        // Without the switch a running DSS is said to be one.
        result = await SparkConfig.SetAsync(new DssAddress { DataDirectory = data }, options with { ExecutorMemory = "5g" }, _caller, CancellationToken.None);
        Assert.True(result.RestartRequired);
        Assert.Contains("is running", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
        await StopAsync(data);
    }

    [SkippableFact]
    public async Task Files_of_the_Spark_of_a_running_DSS_change_with_a_word_only()
    {
        var host = Host();
        var spark = Core.Spark.SparkHome.Open(SampleSpark.Create(_folder["spark"]).Home);
        var env = Path.Combine(host.DataDirectory, "bin", "env-spark.sh");
        await File.WriteAllTextAsync(env, $"export DKU_SPARK_ENABLED=true\nexport DKU_SPARK_HOME={spark.Path}\nexport DKU_SPARK_VERSION=2.4.0\n");

        await SparkInUse.TellAsync(host.DataDirectory, spark, _caller, CancellationToken.None);
        await SparkInUse.TellAsync(null, spark, _caller, CancellationToken.None);
        Assert.Empty(_caller.Warnings);

        await StartAsync(host.DataDirectory);
        await SparkInUse.TellAsync(host.DataDirectory, spark, _caller, CancellationToken.None);
        await StopAsync(host.DataDirectory);
        Assert.Contains("is running with the Spark at", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task DSS_runs_again_when_somebody_saved_in_between_and_stays_down_when_it_was_down()
    {
        var host = Host();
        await StartAsync(host.DataDirectory);
        var address = new DssAddress { DataDirectory = host.DataDirectory, Restart = true };
        var meddler = new InterferingCaller(() => File.WriteAllText(
            host.GeneralSettings,
            File.ReadAllText(host.GeneralSettings).Replace("\"name\": \"default\"", "\"name\": \"default\", \"theirs\": 1", StringComparison.Ordinal)));

        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => SparkConfig.SetAsync(address, new SparkConfigOptions { ExecutorMemory = "4g" }, meddler, CancellationToken.None));

        Assert.Equal("DssSettingsConflict", failure.Id);
        Assert.True(await StopAsync(host.DataDirectory) is { Changed: true });
        Assert.True((await SparkConfig.SetAsync(address, new SparkConfigOptions { ExecutorMemory = "4g" }, _caller, CancellationToken.None)).Changed);
        Assert.True(await StopAsync(host.DataDirectory) is { Changed: false });
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_restart_that_is_ended_while_DSS_stops_leaves_it_running(bool edits)
    {
        var data = Host("if [ \"$1\" = stop ]; then sleep 1; fi\n").DataDirectory;
        await StartAsync(data);
        var pid = await PidAsync(data);
        var settings = await File.ReadAllBytesAsync(Path.Combine(data, "config", "general-settings.json"));
        using var stop = new CancellationTokenSource();
        Task restart = edits
            ? SparkConfig.SetAsync(new DssAddress { DataDirectory = data, Restart = true }, new SparkConfigOptions { ExecutorMemory = "4g" }, _caller, stop.Token)
            : DssControl.RestartAsync(data, Long, _caller, stop.Token);
        while (!_caller.VerboseLines.Any(l => l.EndsWith($"bin/dss stop as {Owner(data)}.", StringComparison.Ordinal)) && !restart.IsCompleted)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restart);

        Assert.True(await StartAsync(data) is { State: DssState.Running, Changed: false });
        Assert.NotEqual(pid, await PidAsync(data));
        Assert.Equal(settings, await File.ReadAllBytesAsync(Path.Combine(data, "config", "general-settings.json")));
        await StopAsync(data);
    }

    private SampleDssHost Host(string site = "")
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var free = ((IPEndPoint)probe.LocalEndpoint).Port;
        var host = SampleDssHost.Create(_folder[Guid.NewGuid().ToString("N")], new SampleDssHostOptions { BasePort = free - 1 });
        File.AppendAllText(Path.Combine(host.DataDirectory, "bin", "env-site.sh"), site);
        return host;
    }

    private Task<DssService> StartAsync(string data) => DssControl.StartAsync(data, Long, _caller, CancellationToken.None);

    private Task<DssService> StopAsync(string data) => DssControl.StopAsync(data, Long, _caller, CancellationToken.None);

    private static Task<string> PidAsync(string data) => File.ReadAllTextAsync(Path.Combine(data, "run", "supervisord.pid"));

    private static string Owner(string data) => FileOwner.Of(data)!.UserName;

    private static int Processes(string data) => Directory.GetDirectories("/proc")
        .Count(p => File.Exists($"{p}/cmdline") && ReadOrEmpty($"{p}/cmdline").Contains(Path.Combine(data, "bin", "dss"), StringComparison.Ordinal));

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task<bool> AnswersAsync(Uri ping)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            return (await http.GetStringAsync(ping)) == "pong";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
