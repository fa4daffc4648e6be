using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark;

/// <summary>What reading a Dockerfile can refuse.</summary>
internal static class DockerfileErrors
{
    internal static SparkAzureException DockerfileNotFound(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no Dockerfile at '{path}'{(Directory.Exists(path) ? ": it is a folder" : "")}.",
        "Give the Spark home of a binary distribution (it has kubernetes/dockerfiles/spark/Dockerfile), or the Dockerfile's own path.",
        path);

    internal static SparkAzureException DockerfileUnreadable(string path, int line, string why) => Failure.Create(
        ErrorKind.InvalidData,
        line > 0 ? $"Line {line} of '{path}' cannot be understood: {why}." : $"'{path}' cannot be understood: {why}.",
        "Mend the Dockerfile, or take it afresh from the Spark distribution's archive.",
        path);
}
