namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A feature: what it is called, and the class that it begins with.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Words">What a person calls it.</param>
/// <param name="Entry">The class, with slashes, without which the distribution does not have the feature.</param>
/// <param name="Absent">What a job is told where it is not there; for a file system Hadoop's own words stand instead.</param>
/// <param name="OfEveryJob">True for what every job on the cluster needs.</param>
/// <param name="Source">Where the entry is known from.</param>
internal sealed record SparkFeatureRow(
    SparkFeature Feature, string Words, string Entry, string Absent, bool OfEveryJob, string Source);

/// <summary>The features, as a table.</summary>
internal static class SparkFeatures
{
    /// <summary>Every feature.</summary>
    internal static readonly IReadOnlyList<SparkFeatureRow> All =
    [
        new(SparkFeature.Driver, "the start of the driver", "org/apache/spark/SparkContext", "Error: Failed to load class org.apache.spark.SparkContext", true, "Spark's cluster mode overview"),
        new(SparkFeature.Executor, "the start of executors", "org/apache/spark/executor/CoarseGrainedExecutorBackend", "Error: Could not find or load main class org.apache.spark.executor.CoarseGrainedExecutorBackend", true, "kubernetes/dockerfiles/spark/entrypoint.sh, executor"),
        new(SparkFeature.Parquet, "Parquet", "org/apache/parquet/hadoop/ParquetOutputFormat", "java.lang.NoClassDefFoundError: org/apache/parquet/hadoop/ParquetOutputFormat", true, "DataSource, lookupDataSource(parquet)"),
        new(SparkFeature.Sql, "SQL and DataFrames", "org/apache/spark/sql/SparkSession", "java.lang.NoClassDefFoundError: org/apache/spark/sql/SparkSession", true, "Spark's SQL guide"),
        new(SparkFeature.Hive, "SQL on Hive's tables", "org/apache/spark/sql/hive/HiveExternalCatalog", "java.lang.IllegalArgumentException: Unable to instantiate SparkSession with Hive support because Hive classes are not found.", false, "SparkSession.Builder.enableHiveSupport"),
        new(SparkFeature.Kubernetes, "executors on Kubernetes", "org/apache/spark/scheduler/cluster/k8s/KubernetesClusterManager", "org.apache.spark.SparkException: Could not parse Master URL: 'k8s://…'", true, "META-INF/services/org.apache.spark.scheduler.ExternalClusterManager of spark-kubernetes"),
        new(SparkFeature.PySpark, "jobs in Python", "org/apache/spark/api/python/PythonRDD", "java.lang.NoClassDefFoundError: org/apache/spark/api/python/PythonRDD", false, "pyspark/java_gateway.py"),
        new(SparkFeature.File, "file: paths", "org/apache/hadoop/fs/LocalFileSystem", "", true, "core-default.xml, fs.defaultFS"),
        new(SparkFeature.Hdfs, "hdfs: paths", "org/apache/hadoop/hdfs/DistributedFileSystem", "", false, "META-INF/services/org.apache.hadoop.fs.FileSystem of hadoop-hdfs"),
        new(SparkFeature.Abfs, "abfs: and abfss: paths", "org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem", "", false, "core-default.xml, fs.abfs.impl; HADOOP-15407"),
        new(SparkFeature.Wasb, "wasb: and wasbs: paths", "org/apache/hadoop/fs/azure/NativeAzureFileSystem", "", false, "core-default.xml, fs.wasb.impl; HADOOP-9629"),
        new(SparkFeature.Adl, "adl: paths", "org/apache/hadoop/fs/adl/AdlFileSystem", "", false, "core-default.xml, fs.adl.impl; HADOOP-13037"),
    ];

    /// <summary>The row of a feature.</summary>
    internal static SparkFeatureRow Of(SparkFeature feature) => All.Single(r => r.Feature == feature);
}
