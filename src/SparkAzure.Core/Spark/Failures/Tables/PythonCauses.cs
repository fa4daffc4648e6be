namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>Python on the driver's host and in the image.</summary>
internal static class PythonCauses
{
    private const string Runs = "run: Spark 2.4.8 and 3.5.9 on Kubernetes 1.34, 2026-11";

    // spark-submit's own, before there is a SparkContext: executors' comes inside of what failed a task.
    private const string OfDriver = "Exception in thread \"main\" java.io.IOException: Cannot run program \"";

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "PythonVersionsDiffer", FailureRank.Names,
            "Python is {worker:of another minor version} in the executors and {driver:another} on the driver's host; both must be of one minor version.",
            "Give the image the code environment's Python, or choose a code environment of the image's version; PYSPARK_PYTHON must name it.",
            "Publish-SparkImage", Runs,
            [
                new("Python in worker has different version") { Form = @"version \(?(?<worker>[0-9]+[, .]+[0-9]+)\)? than that in driver:? (?<driver>[0-9.]+)" },
                new("Python in worker has different version"),
                new("PYTHON_VERSION_MISMATCH"),
                new("unsupported pickle protocol: "),
            ]),
        new(
            "PythonTooNew", FailureRank.Names,
            "This Spark's PySpark does not work with a Python as new as this one.",
            "Use Python up to 3.7 with Spark 2.4, up to 3.9 with 3.0 to 3.2, up to 3.10 with 3.3, and newer ones with newer releases.",
            null, "SPARK-29536; SPARK-41125",
            [
                new("TypeError: an integer is required (got type bytes)"),
                new("TypeError: code() argument 13 must be str, not int"),
                new("cannot import name 'Iterable' from 'collections'") { After = FailureContext.PythonWorker },
                new("module 'collections' has no attribute 'Callable'"),
            ]),
        new(
            "DriverPythonMissing", FailureRank.Names,
            "The driver's Python, {program:the one it was told}, is not on this host, or the driver's account may not run it ({why:}).",
            "Set spark.pyspark.driver.python (PYSPARK_DRIVER_PYTHON) to a Python of this host that the driver's account may run: bin/python of the code environment, whose folders it must be let through.",
            "Set-DssSparkConfig", "run: spark-submit of Spark 2.4.8 and 3.5.9, 2026-11-30",
            [new(OfDriver, "error=") { Form = @"program ""(?<program>[^""]*)"": error=(2|13), (?<why>[\w ]+)" }]),
        new(
            "PythonOfHost", FailureRank.Names,
            "Executors are told a Python of this host ({program:}), which the image does not have: code environments are on the driver's side only.",
            "Set spark.pyspark.python (PYSPARK_PYTHON) to the image's Python and spark.pyspark.driver.python to the code environment's.",
            "Set-DssSparkConfig", Runs,
            [
                new("Cannot run program \"/", "error=") { Without = [OfDriver], Form = @"program ""(?<program>/[^""]*python[^""]*)"": error=(2|13)" },
                new("Cannot run program \"/", "error=") { Without = [OfDriver], Form = @"program ""(?<program>/[^""]*pyenv[^""]*)"": error=(2|13)" },
            ]),
        new(
            "PythonMissing", FailureRank.Names,
            "The executors' image has no {program:Python}.",
            "Use the image with Python: Publish-SparkImage -Image spark-py, and set it in the configuration (Set-DssSparkConfig -Image).",
            "Publish-SparkImage", Runs,
            [
                new("Cannot run program \"python", "error=2") { Without = [OfDriver], Form = @"program ""(?<program>python[0-9.]*)""" },
                new("python: command not found"),
                new("python3: command not found"),
                new("env: python: No such file or directory"),
                new("env: python3: No such file or directory"),
                new("env: 'python3': No such file or directory"),
                new("env: 'python': No such file or directory"),
            ]),
        new(
            "PySparkMissing", FailureRank.Names,
            "The executors' image has Python, but not PySpark.",
            "Use the image with PySpark: Publish-SparkImage -Image spark-py, and set it in the configuration (Set-DssSparkConfig -Image).",
            "Publish-SparkImage", Runs,
            [
                new("module specification for 'pyspark.daemon'"),
                new("No module named 'pyspark'") { After = FailureContext.PythonWorker },
                new("No module named pyspark"),
            ]),
        new(
            "PythonPackageMissing", FailureRank.Names,
            "Code in the executors imports {package:a package} that the image does not have; packages of a code environment are on the driver's side only.",
            "Install the package in an image of your own (a Dockerfile that begins with the published image), or do that work on the driver.",
            "Publish-SparkImage", "Dataiku: Run Spark on Kubernetes on Azure, limitations",
            [
                new("No module named ") { After = FailureContext.PythonWorker, Without = ["No module named 'pyspark", "No module named pyspark"], Form = @"No module named '?(?<package>[\w.]+)" },
            ]),
        new(
            "PythonWorkerFails", FailureRank.Alone,
            "Python does not start in the executors; what was read does not say why.",
            "Look at the executor's own log, at what Python itself printed.",
            null, Runs,
            [
                new("EOFException occurred while reading the port number from pyspark.daemon") { Weight = FailureWeight.Waits },
                new("Python worker failed to connect back") { Weight = FailureWeight.Waits },
                new("Python worker exited unexpectedly") { Weight = FailureWeight.WhenFailed },
            ]),
    ];
}
