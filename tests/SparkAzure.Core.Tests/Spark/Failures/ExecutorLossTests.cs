using SparkAzure.Core.Spark.Failures;

namespace SparkAzure.Core.Tests.Spark.Failures;

/// <summary>
/// Executors that are replaced and lost again, which Spark 2.4 goes on with for ever: told once it is certain, and not of a
/// job that goes on in spite of it.
/// </summary>
public sealed class ExecutorLossTests
{
    private const string Killed = "terminated reason=Error exit=137";

    private readonly SparkFailureReader _reader = new();
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(Killed, "ExecutorKilled", "137")]
    [InlineData("terminated reason=Error exit=143", "ExecutorDeleted", "deleted")]
    [InlineData("terminated reason=Error exit=134", "ExecutorsLost", "reason=Error exit=134")]
    [InlineData("Failed Preempting: Preempted in order to admit critical pod", "ExecutorsLost", "Preempting")]
    public void Three_rounds_that_end_alike_are_a_cause(string end, string cause, string words)
    {
        Lose(1, end);
        Lose(2, end);
        Assert.Null(_reader.Decided);

        Lose(3, end);
        _now += SparkFailureReader.Patience;
        _reader.Elapse(_now);

        Assert.Equal(cause, _reader.Decided?.Id);
        Assert.Contains(words, _reader.Decided!.Cause, StringComparison.Ordinal);
        Assert.Equal(end, _reader.Decided.Line);
    }

    [Fact]
    public void Executors_that_end_together_are_one_round()
    {
        foreach (var executor in Enumerable.Range(1, 6))
        {
            Start(executor);
        }

        foreach (var executor in Enumerable.Range(1, 6))
        {
            End(executor, Killed);
        }

        _reader.Elapse(_now.AddMinutes(1));

        Assert.Null(_reader.Decided);
    }

    [Theory]
    [InlineData(SparkFailureEvidenceKind.DriverLog, "26/11/30 10:00:00 INFO TaskSetManager: Finished task 3.0 in stage 0.0 (TID 3) in 1018 ms on 10.244.0.7 (executor 2) (4/36)")]
    [InlineData(SparkFailureEvidenceKind.ExecutorLog, "26/11/30 10:00:00 INFO Executor: Finished task 3.0 in stage 0.0 (TID 3). 837 bytes result sent to driver")]
    public void A_job_that_goes_on_in_spite_of_it_has_no_fault(SparkFailureEvidenceKind kind, string line)
    {
        for (var executor = 1; executor < 9; executor++)
        {
            Lose(executor, Killed);
            Lose(executor + 1, Killed);
            _reader.Read(new FailureEvidence(kind, line) { Name = "log", At = _now });
        }

        _reader.Elapse(_now.AddMinutes(1));

        Assert.Null(_reader.Decided);
    }

    [Fact]
    public void What_goes_on_later_takes_it_back()
    {
        Lose(1, Killed);
        Lose(2, Killed);
        Lose(3, Killed);
        Assert.Equal("ExecutorKilled", _reader.Decided?.Id);

        Say("26/11/30 10:00:00 INFO TaskSetManager: Finished task 3.0 in stage 0.0 (TID 3) in 1018 ms on 10.244.0.7 (executor 4) (4/36)");

        Assert.Null(_reader.Decided);
    }

    [Fact]
    public void Where_nobody_would_tell_of_a_task_nothing_says_that_none_was_done()
    {
        foreach (var executor in Enumerable.Range(1, 9))
        {
            Start(executor);
            End(executor, Killed);
        }

        _reader.Elapse(_now.AddMinutes(1));

        Assert.Null(_reader.Decided);
    }

    [Fact]
    public void Ends_of_different_ways_are_not_added_up()
    {
        Lose(1, Killed);
        Lose(2, "terminated reason=Error exit=1");
        Lose(3, Killed);
        Lose(4, "terminated reason=Error exit=134");
        Lose(5, "terminated reason=Completed exit=0");
        _reader.Elapse(_now.AddMinutes(1));

        Assert.Null(_reader.Decided);
    }

    [Theory]
    [InlineData("was deleted by a user or the framework.", "ExecutorDeleted")]
    [InlineData("exited with exit code 137.", "ExecutorKilled")]
    public void A_drivers_log_alone_tells_it(string end, string cause)
    {
        foreach (var executor in Enumerable.Range(1, 3))
        {
            Assert.Null(_reader.Decided);
            Say($"26/11/30 10:00:00 INFO KubernetesClusterSchedulerBackend$KubernetesDriverEndpoint: Registered executor NettyRpcEndpointRef(spark-client://Executor) (10.244.0.7:40000) with ID {executor}");
            Say($"26/11/30 10:00:05 ERROR TaskSchedulerImpl: Lost executor {executor} on 10.244.0.7: The executor with id {executor} {end}");
        }

        Assert.Equal(cause, _reader.Decided?.Id);
    }

    private void Lose(int executor, string end)
    {
        Start(executor);
        Say("26/11/30 10:00:00 INFO ExecutorPodsAllocator: Going to request 1 executors from Kubernetes.");
        End(executor, end);
    }

    private void Start(int executor) => Tell(executor, "running");

    private void End(int executor, string end) => Tell(executor, end);

    private void Tell(int executor, string state) => _reader.Read(
        new FailureEvidence(SparkFailureEvidenceKind.PodStatus, state) { Name = $"job-1764-exec-{executor}", At = _now });

    private void Say(string line) =>
        _reader.Read(new FailureEvidence(SparkFailureEvidenceKind.DriverLog, line) { Name = "driver", At = _now });
}
