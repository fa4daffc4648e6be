namespace SparkAzure.Runs.Features;

/// <summary>What came of a run.</summary>
/// <param name="Worked">True when all of the feature's program worked.</param>
/// <param name="Decides">
/// The exception that decides, as the JVM prints it (<c>java.lang.NoClassDefFoundError: a/b/C</c>); null where it worked. Where
/// nothing was thrown, what happened instead.
/// </param>
/// <param name="Throwables">
/// All lines that tell of exceptions, in order, those included that a run survived: <c>Caused by: …</c>.
/// </param>
/// <param name="DriverLogs">The files in which the driver told what it was watched for.</param>
/// <param name="ExecutorLogs">Those of executors with JVMs of their own; empty where there were none.</param>
/// <param name="Output">All that was written.</param>
/// <param name="Took">How long it ran.</param>
internal sealed record FeatureOutcome(
    bool Worked,
    string? Decides,
    IReadOnlyList<string> Throwables,
    IReadOnlyList<string> DriverLogs,
    IReadOnlyList<string> ExecutorLogs,
    string Output,
    TimeSpan Took);
