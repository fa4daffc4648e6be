namespace SparkAzure;

/// <summary>An earlier set of jars of a Spark home that Restore-SparkJars can bring back.</summary>
public sealed record SparkJarRestorePoint
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The restore point's id; ids sort in the order in which the sets were left.</summary>
    public required string RestorePoint { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>What was about to be done when it was made.</summary>
    public required string Description { get; init; }

    /// <summary>The release of the Hadoop jars in it; null where they are shaded.</summary>
    public string? HadoopRelease { get; init; }

    /// <summary>The names of all jars of the set.</summary>
    public IReadOnlyList<string> Jars { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// How many bytes of it are not in the jars folder now but in the store: what it costs on disk, shared with other
    /// restore points.
    /// </summary>
    public long StoredBytes { get; init; }

    /// <summary>True when the jars folder holds exactly this set now.</summary>
    public bool Current { get; init; }

    /// <summary>Names the restore point in one line.</summary>
    public override string ToString() => $"{RestorePoint} {Description}";
}
