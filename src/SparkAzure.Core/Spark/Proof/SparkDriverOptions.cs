using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Proof;

/// <summary>How the job reaches Spark.</summary>
internal enum SparkDriverMode
{
    /// <summary>Compiled, by spark-submit: as DSS's recipes.</summary>
    Submit,

    /// <summary>Line by line, by spark-shell: with the class loader of notebooks.</summary>
    Shell,

    /// <summary>A program of the caller's, by spark-submit.</summary>
    Application,
}

/// <summary>Which driver to start.</summary>
internal sealed record SparkDriverOptions
{
    /// <summary>The data directory of the DSS whose environment it gets.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The account that it runs as; null for this process's own.</summary>
    public UnixAccount? Account { get; init; }

    /// <summary>How the job reaches Spark.</summary>
    public SparkDriverMode Mode { get; init; }

    /// <summary>Names the run: the application's id and name, files, the folder in the lake.</summary>
    public required string Name { get; init; }

    /// <summary>The version of Spark, for which the jar is kept.</summary>
    public required string SparkVersion { get; init; }

    /// <summary>Spark's properties, secrets included: they go over a pipe into a file that the account alone may read.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>How many executors must take part.</summary>
    public int Executors { get; init; } = 2;

    /// <summary>Below which address Parquet is written and read; null for none.</summary>
    public string? ParquetRoot { get; init; }

    /// <summary>The caller's program; null for the module's job.</summary>
    public string? Application { get; init; }

    /// <summary>When the driver ends, whatever becomes of the caller.</summary>
    public required TimeSpan Limit { get; init; }
}
