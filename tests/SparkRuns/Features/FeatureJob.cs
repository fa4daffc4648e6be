namespace SparkAzure.Runs.Features;

/// <summary>The program that is a feature.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Main">The class whose main is run.</param>
/// <param name="Modes">How it is run.</param>
/// <param name="Arguments">What it is given; a name in braces is a file of the run's folder.</param>
internal sealed record FeatureJob(SparkFeature Feature, string Main, RunMode[] Modes, params string[] Arguments)
{
    private const string Submit = "org.apache.spark.deploy.SparkSubmit";

    /// <summary>True when it asks storage accounts, which the stand-in plays.</summary>
    public bool AsksStorage { get; init; }

    /// <summary>True when it is Python's, which spark-submit starts.</summary>
    public bool IsPython => Main == Submit;

    /// <summary>All, each by the name that the data has.</summary>
    public static IReadOnlyList<FeatureJob> All { get; } =
    [
        new(SparkFeature.Driver, "sparkruns.DriverJob", [RunMode.Local]),
        new(SparkFeature.Executor, "sparkruns.DriverJob", [RunMode.OwnExecutor]),
        new(SparkFeature.Parquet, "sparkruns.ParquetJob", [RunMode.Local, RunMode.OwnExecutor]),
        new(SparkFeature.Sql, "sparkruns.SqlJob", [RunMode.Local, RunMode.OwnExecutor]),
        new(SparkFeature.Kubernetes, "sparkruns.DriverJob", [RunMode.Cluster]),
        new(SparkFeature.PySpark, Submit, [RunMode.Local, RunMode.OwnExecutor], "{job.py}"),
        new(SparkFeature.File, "sparkruns.FileJob", [RunMode.Local]),
        new(SparkFeature.Hdfs, "sparkruns.HdfsJob", [RunMode.Local]),
        new(SparkFeature.Abfs, "sparkruns.AbfsJob", [RunMode.Local, RunMode.OwnExecutor]) { AsksStorage = true },
        new(SparkFeature.Wasb, "sparkruns.WasbJob", [RunMode.Local]) { AsksStorage = true },
        new(SparkFeature.Adl, "sparkruns.AdlJob", [RunMode.Local]) { AsksStorage = true },
    ];

    /// <summary>The program of a feature.</summary>
    /// <exception cref="ArgumentException">There is none for it.</exception>
    public static FeatureJob Of(SparkFeature feature) =>
        All.FirstOrDefault(j => j.Feature == feature)
        ?? throw new ArgumentException($"no job for {feature}; there are {string.Join(", ", All.Select(j => j.Feature))}.");
}
