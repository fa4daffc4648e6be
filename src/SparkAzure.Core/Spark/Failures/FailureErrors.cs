using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>What the reading of a log can refuse.</summary>
internal static class FailureErrors
{
    internal static SparkAzureException LogNotFound(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no log at '{path}'.",
        "Give the path of a job's log, or of the folder that has it; DSS keeps those of its jobs in jobs/PROJECT/JOB of " +
        "the data directory.",
        path);

    internal static SparkAzureException NoLogInFolder(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"The folder '{path}' has no log: no file that ends in .log, .txt, .out, .err, .json or .gz, and none named " +
        $"stdout or stderr, down to four folders below it.",
        "Give the folder of one job, or the path of a log.",
        path);

    internal static SparkAzureException LogDamaged(string path, Exception inner) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' begins as a gzip file and cannot be unpacked: {inner.Message}",
        "Copy the file again, or give it unpacked.",
        path,
        inner);
}
