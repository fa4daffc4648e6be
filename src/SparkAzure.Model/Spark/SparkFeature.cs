namespace SparkAzure;

/// <summary>
/// What a job asks of a Spark distribution. The first two are asked by every job; the file systems by the jobs whose
/// data lie there.
/// </summary>
public enum SparkFeature
{
    /// <summary>The start of the driver: a SparkContext, and tasks.</summary>
    Driver,

    /// <summary>The start of an executor, and what it runs.</summary>
    Executor,

    /// <summary>Parquet and its codecs.</summary>
    Parquet,

    /// <summary>DataFrames and SQL, without Hive.</summary>
    Sql,

    /// <summary>SQL on tables of a Hive metastore.</summary>
    Hive,

    /// <summary>Executors in pods, asked for by a driver in client mode.</summary>
    Kubernetes,

    /// <summary>Jobs in Python.</summary>
    PySpark,

    /// <summary>Files of the host: <c>file:</c>.</summary>
    File,

    /// <summary>Hadoop's own file system: <c>hdfs:</c>.</summary>
    Hdfs,

    /// <summary>Azure Data Lake Storage Gen2: <c>abfs:</c> and <c>abfss:</c>.</summary>
    Abfs,

    /// <summary>Azure Blob Storage: <c>wasb:</c> and <c>wasbs:</c>.</summary>
    Wasb,

    /// <summary>Azure Data Lake Storage Gen1: <c>adl:</c>.</summary>
    Adl,
}
