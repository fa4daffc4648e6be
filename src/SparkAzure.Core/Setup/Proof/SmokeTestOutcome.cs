namespace SparkAzure.Core.Setup.Proof;

/// <summary>What came of one driver.</summary>
internal sealed record SmokeTestOutcome
{
    public required SparkSmokeTestState State { get; init; }

    public SparkFailureCause? Cause { get; init; }

    public TimeSpan? CauseAfter { get; init; }

    public required IReadOnlyList<SparkFailureCause> OtherCauses { get; init; }

    public required IReadOnlyList<SparkSmokeTestStage> Stages { get; init; }

    public required IReadOnlyList<SparkSmokeTestExecutor> Executors { get; init; }

    public required IReadOnlyList<string> NotSeen { get; init; }

    public int ExitCode { get; init; }
}
