using System.Globalization;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Proof;

/// <summary>What keeps a driver from being started.</summary>
internal static class ProofErrors
{
    internal static SparkAzureException DriverEnvironmentUnreadable(
        string dataDirectory, int exitCode, string said) => Failure.Create(
        ErrorKind.OperationFailed,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The environment that DSS gives to Spark could not be read: bash ended with {exitCode} on bin/env-*.sh of " +
            $"'{dataDirectory}'{said}."),
        "Mend bin/env-site.sh, the one of these files that is written by hand.",
        dataDirectory);
}
