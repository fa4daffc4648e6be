namespace SparkAzure.Core.Tests;

/// <summary>Tests that measure what the whole process does; no other test runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
