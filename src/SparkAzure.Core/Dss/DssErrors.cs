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

    internal static SparkAzureException HadoopLibrariesNotFound(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"There are no Hadoop libraries at '{path}': {why}.",
        "Run Install-DssHadoopIntegration on this host first.",
        path);

    internal static SparkAzureException ArchiveNotFound(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{path}' is not an archive of Hadoop libraries: {why}.",
        "Download dataiku-dss-hadoop-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 2) or dataiku-dss-hadoop3-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 3) from the DSS download site and give its path.",
        path);

    internal static SparkAzureException ArchiveDamaged(string path, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.InvalidData,
        $"The archive '{path}' is damaged: {why}. Nothing was changed; dssadmin would have deleted the old libraries before it noticed.",
        "Download the archive again and compare its size with the download site's.",
        path,
        inner);

    internal static SparkAzureException ArchiveUnsafe(string path, string entry, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"The archive '{path}' cannot be trusted: its entry '{entry}' {why}. Nothing was unpacked.",
        "Download the archive from the DSS download site; Dataiku's own holds files and folders only.",
        path);

    internal static SparkAzureException ArchiveWithoutHadoop(string path, string found) => Failure.Create(
        ErrorKind.InvalidData,
        $"The archive '{path}' holds {found} where exactly one was expected two folders deep, so it is not an archive of DSS's standalone Hadoop libraries.",
        "Download dataiku-dss-hadoop-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 2) or dataiku-dss-hadoop3-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 3) from the DSS download site.",
        path);
}
