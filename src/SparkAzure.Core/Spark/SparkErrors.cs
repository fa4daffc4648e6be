using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Spark;

/// <summary>What a Spark distribution can refuse.</summary>
internal static class SparkErrors
{
    internal static SparkAzureException NotASparkHome(string path, string why) => Failure.Create(
        ErrorKind.NotFound,
        $"'{path}' is not a Spark distribution: {why}.",
        "Give the folder that the Spark archive unpacks to, the one with bin, jars and kubernetes in it (not a " +
        "source tree).",
        path);

    internal static SparkAzureException SparkReleaseMismatch(
        string path, string release, string jar, string version) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' contradicts itself: it is Spark {release}, but '{jar}' is of Spark {version}. Jars of two " +
        $"releases in one distribution fail at the first task.",
        "Unpack the Spark archive afresh, or correct RELEASE if the jars are what you mean to run.",
        path);

    internal static SparkAzureException ShadedHadoop(
        string path,
        string jar,
        string release,
        string librariesAt,
        IEnumerable<string> found) => Failure.Create(
        ErrorKind.NotSupported,
        $"'{path}' ships Hadoop {release} shaded ('{jar}'), as every Spark since 3.2.0 does: there are no separate " +
        $"Hadoop jars to take out, and a second Hadoop beside the shaded one would put two on the class path. Only " +
        $"the add-ons of the very same Hadoop {release} could come in, and '{librariesAt}' has " +
        $"{string.Join(", ", found.Select(v => $"hadoop-azure {v}").DefaultIfEmpty("no hadoop-azure"))}.",
        $"Use a Spark before 3.2 with these libraries, or give -LibraryPath a folder with hadoop-azure {release} and " +
        $"what it needs (the jars of spark-hadoop-cloud of the same Spark).",
        path);

    internal static SparkAzureException NoHadoopJars(string path) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' has no hadoop-common jar, so its own Hadoop cannot be told (a \"without Hadoop\" distribution, or " +
        $"jars taken away by hand).",
        "Unpack a Spark distribution that was built with Hadoop, or bring the former jars back with Restore-SparkJars.",
        path);

    internal static SparkAzureException LibrariesMissing(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"The Hadoop libraries of DSS are not at '{path}', and no archive was given to read their names from.",
        "Run Install-DssHadoopIntegration first, or give -LibraryPath the folder with the hadoop-common jar.",
        path);

    internal static SparkAzureException RequiredJarMissing(
        string pattern, string folder, string reason) => Failure.Create(
        ErrorKind.NotFound,
        $"No jar '{pattern}' in '{folder}'. It is required: {reason}.",
        "Nothing was changed. Check that the folder belongs to the DSS kit and that the Hadoop integration was installed whole, or put the " +
        "jar there; -Force goes on all the same.",
        folder);

    internal static SparkAzureException HadoopLineMissing(int wanted, string folder, string found) => Failure.Create(
        ErrorKind.InvalidData,
        $"Hadoop {wanted} was asked for, but the libraries in '{folder}' are of {found}.",
        $"Install the archive for Hadoop {wanted} with Install-DssHadoopIntegration, or ask for the version that is " +
        $"there.",
        folder);

    internal static SparkAzureException SparkHomeBusy(string path, string holder) => Failure.Create(
        ErrorKind.Busy,
        $"Another process is changing the jars of '{path}': {holder}.",
        "Wait until it has ended and run the same command again, or have it waited for with -TimeoutSeconds.",
        path);

    internal static SparkAzureException JarChangedMeanwhile(string path) => Failure.Create(
        ErrorKind.Busy,
        $"'{path}' was changed by somebody else between the plan and the swap; nothing was changed.",
        "Run the same command again; it plans afresh.",
        path);

    internal static SparkAzureException JarsOnOtherFileSystem(string jars, string state) => Failure.Create(
        ErrorKind.NotSupported,
        $"'{jars}' lies on another file system or mount than '{state}', so jars cannot be moved between them in one " +
        $"step and a swap could not be undone safely.",
        "Put the jars folder onto the file system of SPARK_HOME (no mount, no bind mount and no link to another disk).",
        jars);

    internal static SparkAzureException JarNotUsable(string path, string what) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' {what}, so it cannot be exchanged for a jar and brought back as it was; nothing was changed.",
        "Put the jar itself there, as a file with a name in UTF-8, or take the entry out of the folder.",
        path);

    internal static SparkAzureException StateNotUsable(string path, string found, string wanted) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' is {found}, where the module keeps {wanted} of its own; what is under it may be anybody's, so " +
        $"nothing there is read or changed.",
        "Find out who put it there; take it away and run the same command again.",
        path);

    internal static SparkAzureException NoRestorePoint(
        string path, string? wanted, IEnumerable<string> there) => Failure.Create(
        ErrorKind.NotFound,
        wanted is null
            ? $"'{path}' has no restore point: Update-SparkJars has not changed it."
            : $"'{path}' has no restore point '{wanted}'. " +
                $"There are: {string.Join(", ", there.DefaultIfEmpty("none"))}.",
        wanted is null || !there.Any()
            ? "Check -SparkHome: in this one there is nothing to undo."
            : "Leave -RestorePoint out to undo the newest update, or give one of those that are there.",
        path);

    internal static SparkAzureException RestorePointDamaged(
        string path, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.InvalidData,
        $"The restore point at '{path}' cannot be used: {why}. Nothing was changed.",
        "Unpack the Spark archive afresh, or put the missing file back.",
        path,
        inner);

    internal static SparkAzureException SwapInterrupted(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"An interrupted swap of '{path}' cannot be finished: {why}. What is there was left as it is; the jars of " +
        $"the former set are under .sparkazure/store.",
        "Put right what is named and run the same command again, or unpack the Spark archive into a new folder.",
        path);

    /// <param name="jars">Which jars they are, as the end of a sentence.</param>
    /// <param name="obstacle">What stops the start.</param>
    /// <param name="target">The Spark home or the image.</param>
    internal static SparkAzureException SparkWouldNotStart(
        string jars, SparkJarConflict obstacle, string target) => Failure.Create(
        ErrorKind.InvalidData,
        $"Spark would not start with {jars}. {obstacle.Summary} A JVM throws \"{obstacle.Symptom}\"{WayTo(obstacle)}.",
        $"{obstacle.Remedy} Find-SparkJarConflict tells more; -Force goes on all the same.",
        target);

    private static string WayTo(SparkJarConflict obstacle)
    {
        if (obstacle.Way.Count == 0)
        {
            return "";
        }

        return $"; the calls that lead there: {string.Join(", then ", obstacle.Way)}";
    }
}
