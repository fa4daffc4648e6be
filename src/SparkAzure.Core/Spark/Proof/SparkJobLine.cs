namespace SparkAzure.Core.Spark.Proof;

/// <summary>What the job, or what starts it, tells of a stage.</summary>
/// <param name="Stage">Compile, Driver, Session, Executors, Pi, Shuffle, ParquetWrite, ParquetRead, ParquetRemove, Stop.</param>
/// <param name="State">started, passed or failed.</param>
/// <param name="Text">What came of it; empty at the start.</param>
internal sealed record SparkJobLine(string Stage, string State, string Text);
