namespace SparkAzure.Core.Spark.Jars;

/// <summary>What an update of Spark's jars needs to know.</summary>
public sealed record SparkJarUpdateOptions
{
    /// <summary>The Spark home.</summary>
    public required string SparkHome { get; init; }

    /// <summary>The folder with DSS's Hadoop jars.</summary>
    public required string LibraryPath { get; init; }

    /// <summary>
    /// The folder with DSS's own jars: <c>lib/ivy/backend-run</c> of the kit; null where the libraries must do.
    /// </summary>
    public string? CompanionPath { get; init; }

    /// <summary>
    /// The archive to read the names from while the library folder is not there yet (a rehearsal); may be null.
    /// </summary>
    public string? Archive { get; init; }

    /// <summary>The Hadoop line wanted, 2 or 3; null for the one of the libraries.</summary>
    public int? HadoopVersion { get; init; }

    /// <summary>Which set of jars comes.</summary>
    public SparkJarRecipe Recipe { get; init; }

    /// <summary>
    /// The features that jobs use beside those of every job. Of Azure's storages those named here get their jars, or
    /// all where none is; what these then meet is an Error.
    /// </summary>
    public IReadOnlyList<SparkFeature> For { get; init; } = [];

    /// <summary>Does not look for conflicts before and after: saves reading the directories of all jars.</summary>
    public bool SkipConflictScan { get; init; }

    /// <summary>Leaves the AWS jars out: 100 MB and more that are never called on Azure.</summary>
    public bool ExcludeAws { get; init; }

    /// <summary>The data directory of the DSS that uses the Spark; null where nobody says.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How long to wait at most for another process that changes the same jars; zero does not wait.</summary>
    public TimeSpan Patience { get; init; } = SparkJars.DefaultPatience;

    /// <summary>Goes on where a jar is missing or Spark would not start, with a warning.</summary>
    public bool Force { get; init; }
}
