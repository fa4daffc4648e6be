namespace SparkAzure;

/// <summary>What a jar swap, or its undoing, did to <c>SPARK_HOME/jars</c>.</summary>
public sealed record SparkJarUpdate
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The Spark version, from RELEASE and from Spark's own jars.</summary>
    public required string SparkVersion { get; init; }

    /// <summary>
    /// The Hadoop line the jars are now for, 2 or 3; null after restoring a distribution whose line cannot be told.
    /// </summary>
    public int? HadoopVersion { get; init; }

    /// <summary>
    /// Every jar of the old and the new set: what leaves, what comes, what stays, with size and reason.
    /// </summary>
    public IReadOnlyList<SparkJarChange> Plan { get; init => field = value.ToArray(); } = [];

    /// <summary>Every jar that leaves or comes; empty when nothing was to do.</summary>
    public IReadOnlyList<SparkJarChange> Changes => Plan.Where(c => c.Action != SparkJarAction.Keep).ToArray();

    /// <summary>The names of the jars that leave.</summary>
    public IReadOnlyList<string> Removed =>
        Plan.Where(c => c.Action == SparkJarAction.Remove).Select(c => c.Name).ToArray();

    /// <summary>The names of the jars that come.</summary>
    public IReadOnlyList<string> Added => Plan.Where(c => c.Action == SparkJarAction.Add).Select(c => c.Name).ToArray();

    /// <summary>How many jars stay as they are.</summary>
    public int Kept => Plan.Count(c => c.Action == SparkJarAction.Keep);

    /// <summary>
    /// What the plan does not explain by itself: storages that will not work, jars of the libraries that were left out,
    /// why nothing is swapped on a Spark with shaded Hadoop.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>What does not go together in the jars as they were; empty when the scan was skipped.</summary>
    public IReadOnlyList<SparkJarConflict> ConflictsBefore { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// What does not go together in the jars as the plan makes them; empty when the scan was skipped or an archive gave
    /// names only.
    /// </summary>
    public IReadOnlyList<SparkJarConflict> Conflicts { get; init => field = value.ToArray(); } = [];

    /// <summary>The id of the restore point that brings the former set back; null when nothing was changed.</summary>
    public string? RestorePoint { get; init; }

    /// <summary>True when this call altered the distribution.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names the swap in one line.</summary>
    public override string ToString() => $"{SparkHome}: {Removed.Count} removed, {Added.Count} added, {Kept} kept";
}
