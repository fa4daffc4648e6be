using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.Host;

/// <summary>What the DSS host can refuse.</summary>
internal static class DssErrors
{
    internal static SparkAzureException IntegrationNotKept(string path, string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{path}' is no file that was kept of an integration: {why}. Nothing was changed.",
        "Give the RestorePoint that Install-DssHadoopIntegration, Install-DssSparkIntegration or the uninstallation " +
        "named; without one the integration is switched off.",
        path);

    internal static SparkAzureException NotADataDirectory(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{path}' is not a DSS data directory: {why}.",
        "Give the folder that DSS was installed with (-d of installer.sh); it holds dss-version.json, install.ini " +
        "and bin/dssadmin.",
        path);

    internal static SparkAzureException DssFileUnreadable(
        string path, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' cannot be understood: {why}.",
        "Mend or restore the file; DSS itself needs it.",
        path,
        inner);

    internal static SparkAzureException ArchiveNotFound(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{path}' is not an archive of Hadoop libraries: {why}.",
        "Download dataiku-dss-hadoop-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 2) or " +
        "dataiku-dss-hadoop3-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 3) from the DSS download site and give its " +
        "path.",
        path);

    internal static SparkAzureException ArchiveDamaged(
        string path, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.InvalidData,
        $"The archive '{path}' is damaged: {why}. Nothing was changed; dssadmin would have deleted the old libraries " +
        $"before it noticed.",
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
        $"The archive '{path}' holds {found} where exactly one was expected two folders deep, so it is not an " +
        $"archive of DSS's standalone Hadoop libraries.",
        "Download dataiku-dss-hadoop-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 2) or " +
        "dataiku-dss-hadoop3-standalone-libs-generic-X.Y.Z.tar.gz (Hadoop 3) from the DSS download site.",
        path);

    internal static SparkAzureException WrongHadoopVersion(
        string path, int wanted, string whoWants, ReleaseNumber found) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"{whoWants} Hadoop {wanted}, but the libraries in '{path}' are of Hadoop {found.Major} ({found}). Nothing " +
        $"was changed.",
        $"Download the archive for Hadoop {wanted} (dataiku-dss-{(wanted == 3 ? "hadoop3" : "hadoop")}" +
        "-standalone-libs-generic-X.Y.Z.tar.gz), or give this one its own name and ask for -HadoopVersion " +
        $"{found.Major}.",
        path);

    internal static SparkAzureException HadoopLineUnknown(string path, ReleaseNumber found) => Failure.Create(
        ErrorKind.NotSupported,
        $"The libraries in '{path}' are of Hadoop {found}; the procedure knows the lines 2 and 3 only.",
        "Use an archive of Hadoop 2 or 3 from the DSS download site.",
        path);

    internal static SparkAzureException ArchiveVersionMismatch(
        string path, ReleaseNumber archive, string kit) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The archive '{path}' belongs to DSS {archive}, the kit is DSS {kit}; libraries and kit must be of one " +
        $"version.",
        $"Download the archive of DSS {kit}, or take this one all the same with -Force.",
        path);

    internal static SparkAzureException DssTooOld(
        string dataDirectory, string version, ReleaseNumber needed, string what) => Failure.Create(
        ErrorKind.NotSupported,
        $"'{dataDirectory}' is DSS {version}; {what} needs DSS {needed} or later.",
        $"Upgrade DSS to {needed} or later.",
        dataDirectory);

    internal static SparkAzureException KitNotFound(string kit, string dataDirectory) => Failure.Create(
        ErrorKind.NotFound,
        $"The kit that '{dataDirectory}' was installed from ('{kit}', DKUINSTALLDIR) is not there, and dssadmin " +
        $"works from it.",
        "Put the kit back in its place, or attach the data directory to another kit with its installer.sh -u.",
        kit);

    internal static SparkAzureException KitNotWritable(string path, string account) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"dssadmin unpacks the libraries into the kit, but its account '{account}' cannot write '{path}'. Nothing " +
        $"was changed.",
        $"Let '{account}' write there (chown or chmod), and run this again.",
        path);

    internal static SparkAzureException ArchiveNotReadable(string path, string account) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"dssadmin runs as '{account}', the owner of the data directory, and that account cannot read '{path}'. " +
        $"Nothing was changed.",
        $"Move the archive to a folder that '{account}' can pass, and make it readable (chmod a+r).",
        path);

    internal static SparkAzureException DssAdminNotFound(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no '{path}', which does the work.",
        "Give the data directory itself, on the DSS host; DSS's installer.sh -u puts the program back.",
        path);

    internal static SparkAzureException DataDirectoryOwnedByRoot(string path) => Failure.Create(
        ErrorKind.NotSupported,
        $"The data directory '{path}' belongs to root, and dssadmin and bin/dss refuse to work as root.",
        "Give kit and data directory to an account of their own (chown -R), as DSS's installation guide says.",
        path);

    internal static SparkAzureException NotTheOwner(string path, string owner, string current) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"The data directory '{path}' belongs to '{owner}', and this runs as '{current}'; DSS's programs must run as " +
        $"the owner.",
        $"Run this as '{owner}' or as root (they are then started as '{owner}').",
        path);

    internal static SparkAzureException DssProgramNotFound(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no '{path}', which starts and stops DSS.",
        "Give the data directory itself, on the DSS host; DSS's installer.sh -u puts the program back.",
        path);

    internal static SparkAzureException DssStartFailed(
        string dataDirectory, ChildProcessResult result) => Failure.Create(
        ErrorKind.OperationFailed,
        $"bin/dss start on '{dataDirectory}' ended with code {result.ExitCode}. {LastLines(result)}",
        "See run/supervisord.log and run/backend.log of the data directory for the cause.",
        dataDirectory);

    internal static SparkAzureException DssStopFailed(
        string dataDirectory, TimeSpan timeout, ChildProcessResult? result) => Failure.Create(
        ErrorKind.OperationFailed,
        result is null
            ? $"DSS at '{dataDirectory}' still runs: bin/dss stop did not end within {timeout.TotalSeconds:0} s."
            : $"DSS at '{dataDirectory}' still runs: bin/dss stop ended with code {result.ExitCode} "
                + $"and its supervisor is there after {timeout.TotalSeconds:0} s at most. {LastLines(result)}",
        "Wait for running jobs to end or give a longer -TimeoutSeconds; see run/supervisord.log of the data directory.",
        dataDirectory);

    internal static SparkAzureException DssNotReady(string dataDirectory, Uri? ping) => Failure.Create(
        ErrorKind.Unavailable,
        $"DSS at '{dataDirectory}' was started and " +
        $"{(ping is null ? "its supervisor does not run" : $"{ping} does not answer")} within the time. It may still " +
        $"be at it; nothing was stopped.",
        "Look at run/backend.log of the data directory, then run Start-Dss again: it goes on waiting. Give a longer " +
        "-TimeoutSeconds for a large DSS.",
        dataDirectory);

    internal static SparkAzureException HadoopIntegrationFailed(
        string dataDirectory, string found, ChildProcessResult result) => Failure.Create(
        ErrorKind.OperationFailed,
        $"dssadmin install-hadoop-integration on '{dataDirectory}' ended with code {result.ExitCode}, but {found}. " +
        $"{LastLines(result)}",
        "Cure what dssadmin reports (run/install.log of the data directory has all of it) and run this again: until " +
        "then DSS may be without Hadoop.",
        dataDirectory);

    internal static SparkAzureException HadoopNotIntegrated(string envHadoop) => Failure.Create(
        ErrorKind.NotFound,
        $"DSS has no Hadoop: '{envHadoop}' does not enable it.",
        "Give the archive of standalone libraries of this DSS to Install-DssHadoopIntegration.",
        envHadoop);

    internal static SparkAzureException HadoopLibrariesUnclear(string libraries, IReadOnlyList<string> found) =>
        Failure.Create(
            ErrorKind.InvalidData,
            found.Count == 0
                ? $"DSS's files enable Hadoop, but '{libraries}' has no hadoop-common jar: an upgrade of DSS leaves the " +
                    "libraries behind."
                : $"Which Hadoop libraries DSS uses cannot be told: there are several in {string.Join(" and ", found)}.",
            "Give the archive of standalone libraries of this DSS to Install-DssHadoopIntegration again.",
            libraries);

    internal static SparkAzureException SparkHomeNotAbsolute(string path) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The Spark home '{path}' is not an absolute path, and DSS needs one.",
        "Give the whole path, from the root of the file system.",
        path);

    internal static SparkAzureException SparkSubmitNotFound(string sparkHome, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{sparkHome}' is not a Spark home: {why}.",
        "Give the folder of an unpacked Spark distribution; it holds bin/spark-submit, jars and RELEASE.",
        sparkHome);

    internal static SparkAzureException SparkNotExecutable(string path, string account) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"dssadmin runs as '{account}', the owner of the data directory, and that account cannot run '{path}'.",
        $"Put Spark where '{account}' can pass every folder, and make the program executable (chmod a+rx).",
        path);

    internal static SparkAzureException SparkIntegrationFailed(
        string dataDirectory, string found, ChildProcessResult result) => Failure.Create(
        ErrorKind.OperationFailed,
        $"dssadmin install-spark-integration on '{dataDirectory}' ended with code {result.ExitCode}, and {found}. " +
        $"{LastLines(result)}",
        "Cure what dssadmin reports (run/install.log of the data directory has all of it) and run this again. 'could " +
        "not find Spark version' means that bin/spark-submit --version fails: look at the jars first.",
        dataDirectory);

    private static string EndOf(TimeSpan timeout, ChildProcessResult? stop)
    {
        if (stop is null)
        {
            return $"did not end within {timeout.TotalSeconds:0} s";
        }

        return $"ended with code {stop.ExitCode} and its supervisor is there after {timeout.TotalSeconds:0} s at " +
            $"most. {LastLines(stop)}";
    }

    private static string LastLines(ChildProcessResult result)
    {
        if (result.LastLines.Count == 0)
        {
            return "It printed nothing.";
        }

        return $"Its last lines:{Environment.NewLine}  " +
            $"{string.Join($"{Environment.NewLine}  ", result.LastLines.TakeLast(8))}{Environment.NewLine}";
    }
}
