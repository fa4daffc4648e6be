using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>What keeps a smoke test from being begun.</summary>
internal static class SmokeTestErrors
{
    internal static SparkAzureException SmokeTestNotKubernetes(string configuration, string? master) => Failure.Create(
        ErrorKind.NotSupported,
        master is null
            ? $"The Spark configuration '{configuration}' has no spark.master, so its jobs would not run on Kubernetes."
            : $"The Spark configuration '{configuration}' has spark.master '{master}', which is no Kubernetes.",
        "Set it first: Get-AksApiServer … | Set-DssSparkConfig …; or name another with -Configuration.",
        configuration);

    internal static SparkAzureException SmokeTestManaged(string configuration) => Failure.Create(
        ErrorKind.NotSupported,
        $"DSS itself sets master, image and account of the Spark configuration '{configuration}' when it starts a job " +
        $"(managed Spark on Kubernetes), so nobody else can start one as DSS would.",
        "Run a recipe in DSS, and give its log to Get-SparkFailureCause when it fails.",
        configuration);

    internal static SparkAzureException SmokeTestClusterMode(string configuration) => Failure.Create(
        ErrorKind.NotSupported,
        $"The Spark configuration '{configuration}' has spark.submit.deployMode 'cluster', and DSS runs its drivers itself.",
        $"Remove it: Remove-DssSparkConfig -Name {configuration} -RemoveProperty spark.submit.deployMode …",
        configuration);

    internal static SparkAzureException SmokeTestWithoutSpark(string dataDirectory) => Failure.Create(
        ErrorKind.NotFound,
        $"The DSS of '{dataDirectory}' was given no Spark: bin/env-spark.sh is missing or names no Spark home.",
        "Run Install-DssSparkIntegration first.",
        dataDirectory);

    internal static SparkAzureException SmokeTestWithoutJava(string dataDirectory) => Failure.Create(
        ErrorKind.NotFound,
        $"In the environment that the DSS of '{dataDirectory}' gives to Spark there is no java: neither JAVA_HOME nor " +
        $"DKUJAVABIN leads to one, and PATH has none.",
        "Set JAVA_HOME in bin/env-site.sh to the Java that this Spark needs (8 for Spark 2.4; 8, 11 or 17 for 3.x).",
        dataDirectory);

    internal static SparkAzureException SmokeTestWithoutCompiler(string sparkHome) => Failure.Create(
        ErrorKind.NotFound,
        $"'{sparkHome}/jars' has no scala-compiler jar, which every released Spark has, so the job cannot be compiled.",
        "Take the jars back with Restore-SparkJars, or unpack the release anew.",
        sparkHome);

    internal static SparkAzureException ConnectionSecretMissing(string connection, IReadOnlyList<string> names) =>
        Failure.Create(
            ErrorKind.InvalidArgument,
            $"The connection '{connection}' keeps {string.Join(" and ", names)} encrypted, so only DSS can read it.",
            "Give the secret with -ConnectionSecret (Get-AdlsAccessKey has an account's key). Where several are encrypted, " +
            "set them anew with Set-DssAdlsConnection and run this before DSS saves the connection.",
            connection);

    internal static SparkAzureException ConnectionWithoutRoot(string connection, string type) => Failure.Create(
        ErrorKind.NotSupported,
        $"The connection '{connection}' is of type '{type}' and has no root that Hadoop knows.",
        "Name a connection of type HDFS, or an Azure Blob connection with a container and the Hadoop interface ABFS.",
        connection);

    internal static SparkAzureException ApplicationNotFound(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no program at '{path}'.",
        "Give the path of a .py file or of a jar with a main class in its manifest.",
        path);
}
