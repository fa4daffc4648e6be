using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>What reading a Dockerfile can refuse.</summary>
internal static class DockerfileErrors
{
    internal static SparkAzureException DockerfileNotFound(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no Dockerfile at '{path}'{(Directory.Exists(path) ? ": it is a folder" : "")}.",
        "Give the Spark home of a binary distribution (it has kubernetes/dockerfiles/spark/Dockerfile), or the " +
        "Dockerfile's own path.",
        path);

    internal static SparkAzureException DockerfileUnreadable(string path, int line, string why) => Failure.Create(
        ErrorKind.InvalidData,
        line > 0 ? $"Line {line} of '{path}' cannot be understood: {why}." : $"'{path}' cannot be understood: {why}.",
        "Mend the Dockerfile, or take it afresh from the Spark distribution's archive.",
        path);

    internal static SparkAzureException DockerfileChanged(string path) => Failure.Create(
        ErrorKind.Busy,
        $"Somebody else changed '{path}' while this was at work. Nothing was written.",
        "Run the same command again; it starts from what stands there now.",
        path);

    internal static SparkAzureException NotASparkDockerfile(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' is not a Dockerfile that the procedure's edits are for: {why}. Nothing was changed.",
        "Give the Dockerfile of the image 'spark': kubernetes/dockerfiles/spark/Dockerfile of the distribution.",
        path);

    internal static SparkAzureException EnvLineMissing(string path) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' has no 'ENV SPARK_HOME' line, after which LD_LIBRARY_PATH would have to be set; its Alpine base " +
        $"needs it for compressed Parquet files. Nothing was changed.",
        "Take the Dockerfile afresh from the Spark archive, or add 'ENV LD_LIBRARY_PATH /lib64' where your own file " +
        "sets its environment.",
        path);
}
