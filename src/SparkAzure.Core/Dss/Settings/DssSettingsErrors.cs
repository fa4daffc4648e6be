using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Dss.Settings;

/// <summary>
/// What can be wrong with DSS's settings, and what DSS's API can refuse. No message carries a value of the settings.
/// </summary>
internal static class DssSettingsErrors
{
    private const string NothingWritten = "Nothing was written.";

    internal static SparkAzureException SettingsNotJson(string source, long line, long column) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{source}' is not JSON as RFC 8259 has it: the text breaks off or goes wrong at line {line}, column {column}. " +
        $"{NothingWritten}",
        "Mend that place or restore the file from a backup. DSS may read more than that (comments, a comma too many), or " +
        "stumble there as well.",
        source);

    internal static SparkAzureException SettingsUnexpected(
        string source, string path, string expected) => Failure.Create(
        ErrorKind.InvalidData,
        $"In '{source}', {(path.Length == 0 ? "the document" : path)} is not {expected}, as DSS writes it. " +
        $"{NothingWritten}",
        "Compare the place with a backup, or have DSS write it anew by saving the page in Administration, Settings.",
        source);

    internal static SparkAzureException SettingsFileMissing(string path) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no '{path}': DSS writes it when it starts for the first time.",
        "Start DSS once (bin/dss start) and run this again.",
        path);

    internal static SparkAzureException DssSettingsConflict(string place) => Failure.Create(
        ErrorKind.Busy,
        $"Somebody else saved {place} while this was at work. {NothingWritten}",
        "Run the same command again; it starts from what stands there now.",
        place);

    internal static SparkAzureException DssSettingNotKept(string place, string path) => Failure.Create(
        ErrorKind.OperationFailed,
        $"DSS answered that {place} was saved, but {path} did not come back as it was sent.",
        "DSS drops what its version does not know without saying so; look at the page in Administration and at the " +
        "version of DSS.",
        place);

    internal static SparkAzureException DssAddressIncomplete(string what) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"It is not clear which DSS is meant: {what}.",
        "Give either -DataDirectory (on the DSS host) or -Uri and -ApiKey.");

    internal static SparkAzureException DssUriInvalid(string why) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The address of DSS cannot be used: {why}.",
        "Give it as a browser shows it, for example http://dss.example.com:11200, and the key with -ApiKey.");

    internal static SparkAzureException SparkNotIntegrated(string source) => Failure.Create(
        ErrorKind.NotFound,
        $"'{source}' has no sparkSettings: DSS has no Spark integration yet.",
        "Run Install-DssSparkIntegration first.",
        source);

    internal static SparkAzureException SparkConfigNotFound(
        string name, IReadOnlyCollection<string> there) => Failure.Create(
        ErrorKind.NotFound,
        $"DSS has no Spark configuration named '{name}'; there " +
        $"{(there.Count == 0 ? "is none at all" : "are: " + string.Join(", ", there))}.",
        "Name one of these with -Name, or have it made with Set-DssSparkConfig -Create.",
        name);

    internal static SparkAzureException SparkConfigInUse(string name, IReadOnlyList<string> users) => Failure.Create(
        ErrorKind.Busy,
        $"The Spark configuration '{name}' is in use: {string.Join(", ", users)}. {NothingWritten}",
        "Have DSS use another one first (Administration, Settings, Spark), or remove it all the same with -Force.",
        name);

    internal static SparkAzureException SparkConfigFileInvalid(string path, string why) => Failure.Create(
        ErrorKind.InvalidData,
        $"'{path}' holds no Spark configuration: {why}.",
        "Give a file that Set- or Remove-DssSparkConfig wrote (its BackupPath).",
        path);

    internal static SparkAzureException BackupAlreadyExists(string path) => Failure.Create(
        ErrorKind.AlreadyExists,
        $"'{path}' is there already and is not overwritten. {NothingWritten}",
        "Give -BackupPath another name.",
        path);

    internal static SparkAzureException SparkDeployModeNotSupported(string mode) => Failure.Create(
        ErrorKind.NotSupported,
        $"spark.submit.deployMode={mode} cannot work: DSS runs the driver itself, so only client mode is supported " +
        $"(howto 2.2).",
        "Leave the key out; client is what Spark takes then.",
        mode);

    internal static SparkAzureException SparkTooOldForKey(string parameter, string key, string why) => Failure.Create(
        ErrorKind.NotSupported,
        $"-{parameter} sets '{key}', which would have no effect: {why}. {NothingWritten}",
        "Leave the parameter out. Where DSS runs another Spark than that, say so with -SparkVersion.",
        key);

    internal static SparkAzureException SparkCoresContradict(string request, string limit) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"A pod would ask for {request} cores and be allowed {limit}; Kubernetes refuses such a pod. {NothingWritten}",
        "Make -ExecutorLimitCores at least -ExecutorRequestCores (which is -ExecutorCores where nothing is said).",
        request);

    internal static SparkAzureException SparkConfigEmpty() => Failure.Create(
        ErrorKind.InvalidArgument,
        "There is nothing to set: neither a Spark master, nor an image, nor -HadoopVersion 3, nor a property was given.",
        "Pipe in the answer of Get-AksApiServer, or give -SparkMaster, -Image, -HadoopVersion or -Property.");

    internal static SparkAzureException SparkMasterInvalid(string value) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{value}' is not a Spark master for Kubernetes.",
        "Give k8s://https://HOST:443, as Get-AksApiServer does.",
        value);

    internal static SparkAzureException SparkImageInvalid(string value) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"'{value}' is not the name of an image.",
        "Give a reference such as registry.azurecr.io/spark-py:dss-513-spark-240, or what Publish-SparkImage returns.",
        value);

    internal static SparkAzureException SparkImageAmbiguous(IEnumerable<string> references) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"Several images were given and not exactly one of them is a spark-py: {string.Join(", ", references)}.",
        "Give the one that executors are to run.");

    internal static SparkAzureException SparkPropertyInvalid(string key, string why, string remedy) => Failure.Create(
        ErrorKind.InvalidArgument,
        $"The property '{key}' cannot be set: {why}.",
        remedy,
        key);

    internal static SparkAzureException DriverFallbackWithoutHadoop3() => Failure.Create(
        ErrorKind.InvalidArgument,
        "-DriverOpenSslFallback concerns the wildfly-openssl library, which comes with Hadoop 3 only.",
        "Give -HadoopVersion 3 too, or leave the switch out.");

    internal static SparkAzureException SparkOptionEncrypted(string key) => Failure.Create(
        ErrorKind.NotSupported,
        $"The value of '{key}' is stored encrypted, so an option cannot be added to it.",
        "Take the secret mark off that key in Administration, Settings, Spark, or give the whole value with " +
        "-Property and -Force.",
        key);

    internal static SparkAzureException DssUnavailable(
        string request, string why, Exception? inner = null) => Failure.Create(
        ErrorKind.Unavailable,
        $"DSS does not answer {request}: {why}.",
        "Check the address and that DSS runs (bin/dss status on its host), then run this again.",
        request,
        inner);

    internal static SparkAzureException DssCertificateNotTrusted(
        string request, string why, Exception inner) => Failure.Create(
        ErrorKind.Unavailable,
        $"The certificate of DSS is not trusted here ({request}): {why}.",
        "Add the authority that signed it to this machine's trust, or, if you know the certificate, use " +
        "-SkipCertificateCheck.",
        request,
        inner);

    internal static SparkAzureException DssApiKeyRefused(string request) => Failure.Create(
        ErrorKind.AuthenticationFailed,
        $"DSS does not know the API key ({request}).",
        "Give the secret of a global API key of this very DSS (Administration, Security, Global API keys); it is " +
        "shown only when the key is made.",
        request);

    internal static SparkAzureException DssApiForbidden(string request, string message) => Failure.Create(
        ErrorKind.PermissionDenied,
        $"DSS knows the API key but does not allow {request}{Said(message)}.",
        "Use a global API key with admin rights, or an administrator's personal key.",
        request);

    internal static SparkAzureException DssApiNotLicensed(string request, string message) => Failure.Create(
        ErrorKind.NotSupported,
        $"The licence of this DSS does not include its API ({request}){Said(message)}.",
        "Work on its files instead: give -DataDirectory on the DSS host.",
        request);

    internal static SparkAzureException DssApiNotFound(string request) => Failure.Create(
        ErrorKind.NotFound,
        $"There is no {request}: this is not the address of a DSS, or not of a node with these settings.",
        "Give the address that a browser opens DSS with, port included.",
        request);

    internal static SparkAzureException DssApiAnswerUnexpected(string request, string what) => Failure.Create(
        ErrorKind.InvalidData,
        $"What answered {request} is not DSS's API: it sent {what}.",
        "Give the address of DSS itself, as a browser has it once DSS's own page is there (scheme, port and path " +
        "included); a sign-in page, a proxy or a redirect to https stands at this one.",
        request);

    internal static SparkAzureException DssApiFailed(string request, int status, string message) => Failure.Create(
        ErrorKind.OperationFailed,
        $"DSS refused {request} with status {status}{Said(message)}.",
        "See run/backend.log in the data directory of DSS for the cause.",
        request);

    private static string Said(string message)
    {
        if (message.Length == 0)
        {
            return "";
        }

        return $": {message.TrimEnd('.')}";
    }
}
