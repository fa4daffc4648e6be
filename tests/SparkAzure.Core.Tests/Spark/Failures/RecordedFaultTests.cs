using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>
/// Runs of faults that were made on a real cluster, replayed: each to its cause, as soon as it can be told, and never to
/// another one, whichever part of the evidence there is.
/// </summary>
public sealed class RecordedFaultTests
{
    private static readonly IReadOnlyList<RecordedLog> Recorded = RecordedLogs.Of("recorded-faults.txt");

    public static TheoryData<string> Runs => [.. Recorded.Select(r => r.Name)];

    [Fact]
    public void There_are_the_runs_of_35_faults() => Assert.True(Recorded.Count > 85, $"{Recorded.Count} runs");

    [Theory]
    [MemberData(nameof(Runs))]
    public void All_evidence_of_a_run_gives_its_cause(string name)
    {
        var run = Recorded.Single(r => r.Name == name);
        var reader = new SparkFailureReader();
        SparkFailureCause? decided = null;
        foreach (var line in run.Lines)
        {
            reader.Read(RecordedLogs.EvidenceOf(line));
            decided ??= reader.Decided;
        }

        AssertIsOf(run, reader.Causes);
        Assert.True(decided is null || run.Causes.Contains(decided.Id), $"decided as {decided}");
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_part_of_the_evidence_gives_that_cause_or_none(string name)
    {
        var run = Recorded.Single(r => r.Name == name);
        foreach (var part in run.Lines.GroupBy(l => l[0]))
        {
            var reader = new SparkFailureReader();
            foreach (var line in part)
            {
                // As in a file of which nobody says what it is.
                reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Text, line.Split(' ', 3)[2]));
            }

            var first = reader.Causes.Count > 0 ? reader.Causes[0] : null;
            Assert.True(first is null || run.Causes.Contains(first.Id), $"{part.Key} says {first}");
        }
    }

    [Theory]
    [InlineData("50-pullsecret-2.4.8", "PullSecretMissing", "RegistryLoginRequired")]
    [InlineData("70-drvkillstart-2.4.8", "DriverKilled", "DriverPortRefused")]
    public void A_cause_that_explains_another_is_told_before_it(string name, string why, string other)
    {
        var run = Recorded.Single(r => r.Name == name);
        var reader = new SparkFailureReader();
        SparkFailureCause? decided = null;
        foreach (var line in run.Lines)
        {
            reader.Read(RecordedLogs.EvidenceOf(line));
            decided ??= reader.Decided;
        }

        Assert.Equal(why, decided?.Id);
        Assert.Equal([why, other], reader.Causes.Select(c => c.Id));
    }

    [Fact]
    public void An_API_server_that_restarts_takes_no_role_away()
    {
        const string Refused = "26/11/30 07:51:30 WARN WatchConnectionManager: Exec Failure: HTTP 403, Status: 403 - pods is forbidden: User \"smoke\" cannot watch resource \"pods\" in API group \"\" in the namespace \"spark-smoke\"";
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, "26/11/30 07:51:20 INFO KubernetesClusterSchedulerBackend$KubernetesDriverEndpoint: Registered executor NettyRpcEndpointRef(spark-client://Executor) (10.244.0.7:40000) with ID 1"));
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, Refused));
        Assert.Null(reader.Decided);

        var before = new SparkFailureReader();
        before.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, Refused));
        Assert.Equal("RoleMissing", before.Decided?.Id);
    }

    [Fact]
    public void Executors_that_go_again_and_again_are_told_of_a_job_whose_time_is_over()
    {
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "terminated reason=Error exit=137") { Name = "exec-1" });
        Assert.Empty(reader.Causes);

        reader.Fail();

        Assert.Equal("ExecutorKilled", Assert.Single(reader.Causes).Id);
    }

    [Fact]
    public void Dropped_packets_are_told_by_time_alone()
    {
        var start = DateTimeOffset.UnixEpoch;
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "running") { Name = "exec-1", At = start });
        reader.Elapse(start.AddSeconds(14));
        Assert.Null(reader.Decided);

        reader.Elapse(start.AddSeconds(15));

        Assert.Equal("DriverPortDropped", reader.Decided?.Id);
    }

    // Seen on a node whose processors were busy: the JVM took 15 s to its first line, and was on its way.
    [Fact]
    public void A_slow_executor_that_still_writes_its_log_is_waited_for()
    {
        var start = DateTimeOffset.UnixEpoch;
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "running") { Name = "exec-1", At = start });
        for (var second = 5; second < 60; second += 9)
        {
            reader.Read(new FailureEvidence(SparkFailureEvidenceKind.ExecutorLog, "INFO KubernetesExecutorBackend: Started daemon") { Name = "exec-1", At = start.AddSeconds(second) });
            reader.Elapse(start.AddSeconds(second + 8));
            Assert.Null(reader.Decided);
        }

        reader.Elapse(start.AddSeconds(80));

        Assert.Equal("DriverPortDropped", reader.Decided?.Id);
    }

    [Fact]
    public void An_executor_that_comes_to_the_driver_in_time_is_no_fault()
    {
        var start = DateTimeOffset.UnixEpoch;
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "running") { Name = "exec-1", At = start });
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, "INFO Backend: Registered executor 1") { At = start.AddSeconds(3) });

        reader.Elapse(start.AddSeconds(60));

        Assert.Null(reader.Decided);
        Assert.Empty(reader.Causes);
    }

    // Spark's shell says only warnings; its executors wait without a word while it compiles what it was given.
    [Theory]
    [InlineData("INFO CoarseGrainedExecutorBackend: Successfully registered with driver")]
    [InlineData("INFO TransportClientFactory: Successfully created connection to /10.244.0.1:45173 after 211 ms (0 ms spent in bootstraps)")]
    public void An_executor_says_itself_that_it_has_come_to_the_driver(string line)
    {
        var start = DateTimeOffset.UnixEpoch;
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "running") { Name = "exec-1", At = start });
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.ExecutorLog, line) { Name = "exec-1", At = start.AddSeconds(3) });

        reader.Elapse(start.AddSeconds(60));

        Assert.Null(reader.Decided);
    }

    [Fact]
    public void What_the_autoscaler_may_cure_waits()
    {
        var start = DateTimeOffset.UnixEpoch;
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.Event, "Normal TriggeredScaleUp pod triggered scale-up: [{pool 1->2}]") { At = start });

        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "Pending PodScheduled=False Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.") { Name = "exec-1", At = start });

        Assert.Null(reader.Decided);
    }

    [Fact]
    public void A_job_that_is_done_after_all_overturns_what_was_seen_before()
    {
        var reader = new SparkFailureReader();
        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.PodStatus, "waiting ErrImagePull: toomanyrequests: slow down") { Name = "exec-1" });
        Assert.Equal("RegistryThrottled", reader.Causes[0].Id);

        reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, "26/11/27 15:19:30 INFO DAGScheduler: Job 0 finished: reduce at SparkPi.scala:38, took 1.2 s"));

        Assert.Empty(reader.Causes);
    }

    private static void AssertIsOf(RecordedLog run, IReadOnlyList<SparkFailureCause> causes)
    {
        var told = string.Join(", ", causes.Select(c => $"{c.Id} ({c.Line})"));
        if (run.Causes[0] == "-")
        {
            Assert.True(causes.Count == 0, told);
            return;
        }

        Assert.True(causes.Count > 0 && run.Causes.Contains(causes[0].Id), $"told: {told}");
    }
}
