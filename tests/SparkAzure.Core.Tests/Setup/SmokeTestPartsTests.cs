using System.Text;
using k8s.Models;
using SparkAzure.Core.Aks.Pods;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Setup;
using SparkAzure.Core.Setup.Proof;
using SparkAzure.Core.Spark.Failures;
using SparkAzure.Core.Spark.Proof;

namespace SparkAzure.Core.Tests.Setup;

/// <summary>Names, lines, properties and stages of a smoke test.</summary>
public sealed class SmokeTestPartsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [SkippableTheory]
    [InlineData(RunName.Smoke)]
    [InlineData(RunName.Check)]
    public void A_run_is_over_when_its_time_is_or_its_process_is_gone(string kind)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Whether a process runs is asked of Linux.");
        var name = RunName.Of(kind, Now.AddMinutes(5));

        Assert.True(name.Length <= 63, name);
        Assert.False(RunName.IsOver(name, Now));
        Assert.True(RunName.IsOver(name, Now.AddMinutes(6)));
        Assert.True(RunName.IsOver(name.Replace($"-{Environment.ProcessId}-", "-999999999-", StringComparison.Ordinal), Now));
        Assert.False(RunName.IsOver("spark-application-1795968764033", Now.AddYears(9)));
    }

    [Fact]
    public void What_a_stage_throws_is_no_part_of_the_log_entry_before_it()
    {
        // As the job writes it (SmokeTestJob.tell); without the head a reader takes it for one more line of that entry, which is harmless.
        const string Thrown = "java.lang.NoClassDefFoundError: io/netty/channel/unix/Errors$NativeIoException";
        Assert.Equal("MissingClass", CauseOf($"Exception in thread \"main\" {Thrown}"));
        Assert.Null(CauseOf(Thrown));

        static string? CauseOf(string line)
        {
            var reader = new SparkFailureReader();
            reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, "26/11/30 11:35:11 INFO SecurityManager: Changing modify acls groups to: "));
            reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, line));
            return reader.Decided?.Id;
        }
    }

    [Fact]
    public void A_pods_state_is_one_line()
    {
        Assert.Equal("Pending", Line(new V1PodStatus { Phase = "Pending" }));
        Assert.Equal("Pending PodScheduled=False Unschedulable: 0/1 nodes are available", Line(new V1PodStatus { Phase = "Pending", Conditions = [new V1PodCondition { Status = "False", Type = "PodScheduled", Reason = "Unschedulable", Message = "0/1 nodes are available" }] }));
        Assert.Equal("waiting ErrImagePull: not found", Line(Container(new V1ContainerState { Waiting = new() { Reason = "ErrImagePull", Message = "not found" } })));
        Assert.Equal("running", Line(Container(new V1ContainerState { Running = new() })));
        Assert.Equal("terminated reason=OOMKilled exit=137", Line(Container(new V1ContainerState { Terminated = new() { ExitCode = 137, Reason = "OOMKilled" } })));
        Assert.Equal("Failed Evicted: too much", Line(new V1PodStatus { Phase = "Failed", Reason = "Evicted", Message = "too\nmuch" }));
        Assert.Equal("gone", PodStatusLine.Of(new ExecutorPod(new V1Pod(), Gone: true)));
    }

    [Fact]
    public void Properties_are_written_as_Java_reads_them()
    {
        var text = SparkProperties.Text(new Dictionary<string, string> { ["a:b c"] = "  x\\y\n#z=1" });

        Assert.Equal("a\\:b\\ c=\\  x\\\\y\\n#z=1\n", text);
    }

    [Fact]
    public void Stages_say_what_passed_and_what_was_stopped()
    {
        var stages = new SmokeTestStages(SparkDriverMode.Shell, parquet: false);

        Assert.Equal("starting the driver", stages.Take(new SparkJobLine("Session", "started", ""), TimeSpan.FromSeconds(1)));
        stages.Take(new SparkJobLine("Session", "passed", "Spark"), TimeSpan.FromSeconds(3));
        stages.Take(new SparkJobLine("Executors", "started", ""), TimeSpan.FromSeconds(3));
        stages.End(TimeSpan.FromSeconds(7));

        Assert.False(stages.HavePassed);
        Assert.Equal(["NotebookSession: Passed (2.0 s)", "NotebookExecutors: Stopped (4.0 s)", "NotebookPi: NotRun (0.0 s)", "NotebookShuffle: NotRun (0.0 s)"], stages.Stages.Select(s => s.ToString()));
    }

    [Fact]
    public async Task Lines_come_as_they_are_and_one_without_an_end_is_cut()
    {
        using var text = new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes($"one\r\n{new string('x', 100_000)}\nlast")));
        var lines = new List<string>();

        await BoundedLines.ReadAsync(text, 10, lines.Add, default);

        Assert.Equal(["one", "xxxxxxxxxx", "last"], lines);
    }

    [SkippableFact]
    public async Task A_driver_ends_with_its_input_and_tells_its_stages()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "A driver is started by bash.");
        using var folder = new TemporaryFolder();
        folder.Write("dss/bin/env-default.sh", "");
        folder.Write("dss/bin/env-spark.sh", $"export DKU_SPARK_HOME='{folder["spark"]}'\n");
        folder.Write("spark/bin/spark-submit", "#!/bin/sh\ntrap 'echo stopped >&2; exit 7' TERM\ncat \"$2\" >&2\necho 'SPARKAZURE|Session|passed|made up'\nwhile :; do sleep 0.05; done\n");
        File.SetUnixFileMode(folder["spark", "bin", "spark-submit"], (UnixFileMode)0b111_101_101);
        var application = folder.Write("my.py", "");
        var stages = new System.Collections.Concurrent.ConcurrentQueue<SparkJobLine>();
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var options = new SparkDriverOptions
        {
            DataDirectory = folder["dss"],
            Mode = SparkDriverMode.Application,
            Name = RunName.Of(RunName.Smoke, DateTimeOffset.UtcNow.AddMinutes(1)),
            SparkVersion = "2.4.8",
            Properties = new Dictionary<string, string> { ["spark.hadoop.fs.azure.account.key.x"] = "planted-secret-77", ["spark.app.name"] = "n" },
            Application = application,
            Limit = TimeSpan.FromMinutes(1),
        };

        await using var driver = await SparkDriver.StartAsync(options, stages.Enqueue, lines.Enqueue, default);
        for (var i = 0; i < 200 && !stages.Any(s => s.Stage == "Session"); i++)
        {
            await Task.Delay(50);
        }

        Assert.Equal(7, await driver.StopAsync(TimeSpan.FromSeconds(10)));
        Assert.Contains(new SparkJobLine("Session", "passed", "made up"), stages);
        Assert.Contains("stopped", lines);
        Assert.Contains("spark.app.name=n", lines);
        Assert.DoesNotContain(lines, l => l.Contains("planted-secret", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(folder["dss", ".sparkazure", "smoke-test"]));
    }

    [SkippableFact]
    public async Task A_driver_that_is_killed_leaves_no_temporary_files()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "A driver is started by bash.");
        using var folder = new TemporaryFolder();
        folder.Write("dss/bin/env-default.sh", "");
        folder.Write("dss/bin/env-spark.sh", $"export DKU_SPARK_HOME='{folder["spark"]}'\nexport SPARK_SUBMIT_OPTS=-Da=b\n");
        folder.Write("spark/bin/spark-submit", "#!/bin/sh\necho \"$SPARK_SUBMIT_OPTS\" >&2\nset -- $SPARK_SUBMIT_OPTS\nmkdir \"${1#-Djava.io.tmpdir=}/blockmgr-1\" || exit 1\nkill -9 $$\n");
        File.SetUnixFileMode(folder["spark", "bin", "spark-submit"], (UnixFileMode)0b111_101_101);
        var name = RunName.Of(RunName.Smoke, DateTimeOffset.UtcNow.AddMinutes(1));

        // What a run has left that was killed with all its processes, one that is not over, and what only begins so.
        var over = Directory.CreateDirectory($"/tmp/{RunName.Of(RunName.Smoke, DateTimeOffset.UtcNow.AddMinutes(-1))}").FullName;
        var running = Directory.CreateDirectory($"/tmp/{RunName.Of(RunName.Smoke, DateTimeOffset.UtcNow.AddMinutes(2))}").FullName;
        var other = Directory.CreateDirectory($"/tmp/sparkazure-smoke-test-{Environment.ProcessId:x8}").FullName;
        try
        {
            var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
            var options = new SparkDriverOptions
            {
                DataDirectory = folder["dss"],
                Mode = SparkDriverMode.Application,
                Name = name,
                SparkVersion = "2.4.8",
                Properties = new Dictionary<string, string>(),
                Application = folder.Write("my.py", ""),
                Limit = TimeSpan.FromMinutes(1),
            };
            await using var driver = await SparkDriver.StartAsync(options, _ => { }, lines.Enqueue, default);

            Assert.Equal(137, await driver.Ended);
            Assert.Contains($"-Djava.io.tmpdir=/tmp/{name} -Da=b", lines);
            Assert.False(Directory.Exists($"/tmp/{name}"));
            Assert.False(Directory.Exists(over));
            Assert.True(Directory.Exists(running) && Directory.Exists(other));
        }
        finally
        {
            Directory.Delete(running);
            Directory.Delete(other);
        }
    }

    private static V1PodStatus Container(V1ContainerState state) =>
        new() { Phase = "Running", ContainerStatuses = [new V1ContainerStatus { Name = "executor", State = state }] };

    private static string? Line(V1PodStatus status) => PodStatusLine.Of(new ExecutorPod(new V1Pod { Status = status }, Gone: false));
}
