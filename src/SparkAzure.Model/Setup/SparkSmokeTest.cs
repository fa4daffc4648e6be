namespace SparkAzure;

/// <summary>How a smoke test, or a stage of one, ended.</summary>
public enum SparkSmokeTestState
{
    /// <summary>It was not come to, or not asked for.</summary>
    NotRun,

    /// <summary>It did what it is for.</summary>
    Passed,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was still going on when the test was ended, by its cause or by its time limit.</summary>
    Stopped,
}

/// <summary>A stage of a smoke test.</summary>
public sealed record SparkSmokeTestStage
{
    /// <summary>
    /// Compile, Session, Executors, Pi, Shuffle, ParquetWrite, ParquetRead, ParquetRemove, Application; with Notebook before
    /// it where it ran in Spark's shell; CleanUp.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>How it ended.</summary>
    public required SparkSmokeTestState State { get; init; }

    /// <summary>How long it took; zero where it was not come to.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What came of it, or what it failed with; empty where it says nothing.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Name, state and time.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}: {State} ({Duration.TotalSeconds:0.0} s)");
}

/// <summary>An executor that a smoke test saw.</summary>
public sealed record SparkSmokeTestExecutor
{
    /// <summary>Spark's number of it; null where its pod has none.</summary>
    public string? Id { get; init; }

    /// <summary>Its pod.</summary>
    public required string Pod { get; init; }

    /// <summary>The node that ran it; null where it was never given to one.</summary>
    public string? Node { get; init; }

    /// <summary>The image as the pod names it.</summary>
    public string? Image { get; init; }

    /// <summary>The digest of the image that the node ran, <c>sha256:…</c>; null where it was not pulled.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>
    /// The last state of its pod that decides something: <c>running</c>, <c>waiting ErrImagePull: …</c>,
    /// <c>terminated reason=OOMKilled exit=137</c>.
    /// </summary>
    public string Status { get; init; } = "";

    /// <summary>The file with its log; null where it printed nothing or may not be read.</summary>
    public string? LogPath { get; init; }

    /// <summary>Pod and node.</summary>
    public override string ToString() => Node is null ? Pod : $"{Pod} on {Node}";
}

/// <summary>What came of a real job that was run as DSS would start it.</summary>
public sealed record SparkSmokeTest
{
    /// <summary>The data directory of the DSS.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The Spark configuration of DSS that it ran with.</summary>
    public required string Configuration { get; init; }

    /// <summary>The connection on which Parquet was written and read; null where none was asked for.</summary>
    public string? Connection { get; init; }

    /// <summary>How it ended.</summary>
    public required SparkSmokeTestState State { get; init; }

    /// <summary>True when all stages passed; null in a rehearsal.</summary>
    public bool? Passed => Planned ? null : State == SparkSmokeTestState.Passed;

    /// <summary>The one cause, where it failed and something decides; else null.</summary>
    public SparkFailureCause? Cause { get; init; }

    /// <summary>What else was seen to be wrong, in the order of its weight.</summary>
    public IReadOnlyList<SparkFailureCause> OtherCauses { get; init => field = value.ToArray(); } = [];

    /// <summary>The version of Spark.</summary>
    public required string SparkVersion { get; init; }

    /// <summary>The value of spark.master.</summary>
    public required string SparkMaster { get; init; }

    /// <summary>The namespace of the executors.</summary>
    public required string Namespace { get; init; }

    /// <summary>The executors' image as the configuration names it.</summary>
    public string? Image { get; init; }

    /// <summary>The application's id: the label spark-app-selector of all that its driver made.</summary>
    public required string ApplicationId { get; init; }

    /// <summary>The stages in their order.</summary>
    public IReadOnlyList<SparkSmokeTestStage> Stages { get; init => field = value.ToArray(); } = [];

    /// <summary>The executors in the order in which they were seen.</summary>
    public IReadOnlyList<SparkSmokeTestExecutor> Executors { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// The folder with driver.log, a log per executor, pods.log and events.log; null in a rehearsal.
    /// </summary>
    public string? LogPath { get; init; }

    /// <summary>What could not be seen, because the credential may not look at it.</summary>
    public IReadOnlyList<string> NotSeen { get; init => field = value.ToArray(); } = [];

    /// <summary>Objects in the cluster that could not be removed, as kind and name.</summary>
    public IReadOnlyList<string> LeftBehind { get; init => field = value.ToArray(); } = [];

    /// <summary>What differs from how DSS would start the job, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>From the start of the driver to the end of the cleaning.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>How long after the start of the driver the cause was known; null where none is.</summary>
    public TimeSpan? CauseAfter { get; init; }

    /// <summary>True when nothing was run, because of -WhatIf or a declined confirmation.</summary>
    public bool Planned { get; init; }

    /// <summary>How it ended, and why.</summary>
    public override string ToString() => Cause is null ? $"{Configuration}: {State}" : $"{Configuration}: {State}, {Cause}";
}
