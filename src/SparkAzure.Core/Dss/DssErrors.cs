using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss;

/// <summary>What the DSS host can refuse.</summary>
internal static class DssErrors
{
    internal static SparkAzureException NotADataDirectory(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{path}' is not a DSS data directory: {why}.",
        "Give the folder that DSS was installed with (-d of installer.sh); it holds dss-version.json, install.ini and bin/dssadmin.",
        path);

    internal static SparkAzureException DssFileUnreadable(string path, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' cannot be understood: {why}.",
        "Mend or restore the file; DSS itself needs it.",
        path,
        inner);
}
