using SparkAzure.Core.Text;


namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// What every rule tells: its id, how much it matters, what the user would meet, what cures it, and where that is known
/// from.
/// </summary>
/// <param name="Id">The rule's id.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Symptom">The exception's text; <c>{0}</c> and following are filled in by the rule.</param>
/// <param name="Remedy">What to do; filled in likewise.</param>
/// <param name="Source">Issue, pom or page.</param>
internal sealed record JarRule(
    string Id,
    SparkJarConflictSeverity Severity,
    string Symptom,
    string Remedy,
    string Source);

/// <summary>A class without which another one cannot work.</summary>
/// <param name="Rule">The finding.</param>
/// <param name="Of">The class that needs it; the version of its jar decides.</param>
/// <param name="From">The first version of that jar concerned; null for all.</param>
/// <param name="Before">The version that no longer is; null for none.</param>
/// <param name="Needs">The class needed.</param>
internal sealed record ClassRow(JarRule Rule, string Of, string? From, string? Before, string Needs);

/// <summary>An artifact whose version does not suit another one.</summary>
/// <param name="Rule">The finding.</param>
/// <param name="With">The artifact whose version decides; several are alternatives.</param>
/// <param name="From">The first version of it concerned; null for all.</param>
/// <param name="Before">The version that no longer is; null for none.</param>
/// <param name="Artifact">The artifact in question.</param>
/// <param name="Group">Its group; a jar of another known group is another artifact.</param>
/// <param name="AtLeast">The lowest version that works; null for any.</param>
/// <param name="Below">The version from which on it does not; null for none.</param>
internal sealed record VersionRow(
    JarRule Rule, IReadOnlyList<string> With, string? From, string? Before, string Artifact, string Group, string? AtLeast, string? Below);

/// <summary>
/// Artifacts that are released together and work only with the same first two numbers of their versions.
/// </summary>
internal sealed record FamilyRow(JarRule Rule, string Group, IReadOnlyList<string> Artifacts);

/// <summary>Artifacts that exclude each other: any of one side beside any of the other.</summary>
internal sealed record TogetherRow(JarRule Rule, IReadOnlyList<string> One, IReadOnlyList<string> Other);

/// <summary>
/// Two artifacts that hold classes of the same names in released distributions, and why that is harmless. <c>*</c>
/// stands for any text.
/// </summary>
internal sealed record HarmlessRow(string One, string Other, string Reason, string Source)
{
    private readonly GlobPattern _one = new(One);
    private readonly GlobPattern _other = new(Other);

    /// <summary>Whether two artifacts are those, in whatever order.</summary>
    public bool Covers(string one, string other) =>
        (_one.IsMatch(one) && _other.IsMatch(other)) || (_one.IsMatch(other) && _other.IsMatch(one));
}

/// <summary>A package of the libraries that a jar swap touches: two versions of its classes do harm.</summary>
/// <param name="Package">The package, with a dot at its end; those below it count too.</param>
/// <param name="Except">A package below it that does not.</param>
/// <param name="Source">Where the harm is known from.</param>
internal sealed record WatchedRow(string Package, string? Except, string Source)
{
    /// <summary>True for a class of the package, its name written with dots.</summary>
    public bool Covers(string className) =>
        className.StartsWith(Package, StringComparison.Ordinal)
            && (Except is null || !className.StartsWith(Except, StringComparison.Ordinal));
}

/// <summary>The knowledge behind Find-SparkJarConflict, as tables. A new fact is a row.</summary>
internal static class SparkJarRules
{
    private const SparkJarConflictSeverity Error = SparkJarConflictSeverity.Error;
    private const SparkJarConflictSeverity Warning = SparkJarConflictSeverity.Warning;
    private const SparkJarConflictSeverity Information = SparkJarConflictSeverity.Information;

    /// <summary>The one rule that is no fault of a distribution and still stops every job on AKS.</summary>
    internal const string KubernetesClientTooOld = "KubernetesClientTooOld";

    private const string AnyOrder =
        "The JVM takes jars/* in the order of the directory, which differs between the driver's host, the image and " +
        "a copy of either.";

    internal static readonly JarRule Unreadable = new(
        "UnreadableJar",
        Error,
        "java.util.zip.ZipException: error in opening zip file",
        "Replace the jar, or take it out; Java cannot load classes from it.",
        "java.util.zip.ZipFile");

    internal static readonly JarRule SeveralVersions = new(
        "ArtifactInSeveralVersions",
        Error,
        "java.lang.NoSuchMethodError, NoSuchFieldError or InvalidClassException naming a class of {0}, on one host and not on another. " +
            AnyOrder,
        "Keep one version (as a rule the newest that the others were built with) and take the other jars out.",
        "Spark's classpath is jars/*; java command, class path wildcards");

    internal static readonly JarRule SeveralClasses = new(
        "ClassInSeveralJars",
        Warning,
        "java.lang.NoSuchMethodError, NoSuchFieldError or IncompatibleClassChangeError naming {0}, on one host and not on another. " +
            AnyOrder,
        "Take out the jar that is not needed, or replace a jar that bundles other libraries by one that does not.",
        "java command, class path wildcards: the order is unspecified");

    internal static readonly JarRule HarmlessClasses = SeveralClasses with
    {
        Severity = Information,
        Symptom = "None known.",
        Remedy = "Nothing is to do.",
    };

    internal static readonly JarRule HadoopMixed = new(
        "HadoopVersionsMixed",
        Error,
        "{0}, at the first call from jars of one version into those of the other.",
        "Have all Hadoop jars of one version: Update-SparkJars exchanges them together; Restore-SparkJars undoes a " +
        "swap that went half way.",
        "delta-io/delta#519; hadoop-azure.html: the version must match hadoop-common's");

    internal static readonly JarRule AddOnVersion = new(
        "AddOnOfAnotherHadoop",
        Error,
        "{0}, as soon as a job opens a path of that file system.",
        "Bring {1} of version {2}, that of Hadoop, and what it needs.",
        "NVIDIA/spark-rapids-tools#974; delta-io/delta#519; Spark's cloud integration page");

    /// <summary>The file systems beside hadoop-common that must be of its version.</summary>
    internal static readonly IReadOnlyList<string> AddOns =
        ["hadoop-azure", "hadoop-azure-datalake", "hadoop-aws", "hadoop-cloud-storage", "hadoop-aliyun", "hadoop-openstack"];

    /// <summary>
    /// Hadoop's packages that every distribution with Hadoop has whole; a class of others may be of a module that is
    /// left out.
    /// </summary>
    internal static readonly IReadOnlyList<string> WholePackages =
        ["org/apache/hadoop/conf/", "org/apache/hadoop/fs/", "org/apache/hadoop/io/", "org/apache/hadoop/net/", "org/apache/hadoop/security/", "org/apache/hadoop/util/"];

    internal static readonly IReadOnlyList<TogetherRow> Together =
    [
        new(
            new JarRule(
                "HadoopSplitAndShaded",
                Error,
                "java.lang.NoSuchMethodError, ClassCastException or LinkageError naming a class of org.apache.hadoop, at the first file that is opened.",
                "Keep hadoop-client-api and hadoop-client-runtime (Spark 3.2 and later were built with them) and take the separate Hadoop jars out, but for the add-ons of the same version.",
                "SPARK-33212"),
            ["hadoop-common", "hadoop-auth", "hadoop-hdfs", "hadoop-hdfs-client", "hadoop-mapreduce-client-core", "hadoop-yarn-common"],
            ["hadoop-client-api", "hadoop-client-runtime"]),
        new(
            new JarRule(
                "Log4j1BesideLog4j2",
                Warning,
                "log4j:WARN No appenders could be found for logger, or java.lang.NoSuchMethodError naming org.apache.log4j: half of the log goes astray.",
                "Take out log4j 1.x; log4j-1.2-api answers its callers.",
                "SPARK-37814"),
            ["log4j"],
            ["log4j-core", "log4j-1.2-api"]),
    ];

    internal static readonly IReadOnlyList<ClassRow> Classes =
    [
        new(
            Missing("MissingAzureStorage", "com.microsoft.azure.storage.StorageErrorCode", "azure-storage (7.0.0 for Hadoop 3.2, 7.0.1 for 3.3, 2.0.0 for 2.7, 2.2.0 for 2.8)", "Hadoop's abfs.md, troubleshooting", notFound: true),
            "org/apache/hadoop/fs/azure/NativeAzureFileSystem", null, null,
            "com/microsoft/azure/storage/StorageErrorCode"),
        new(
            Missing("MissingWildflyOpenssl", "org/wildfly/openssl/OpenSSLProvider", "wildfly-openssl (1.0.4.Final for Hadoop 3.2, 1.0.7.Final for 3.3); its classes are named even when Java's own TLS is used", "hadoop-azure 3.2.0, SSLSocketFactoryEx; HADOOP-15669"),
            "org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem", "3.2.0", null,
            "org/wildfly/openssl/OpenSSLProvider"),
        new(
            Missing("MissingStreamCapabilities", "org/apache/hadoop/fs/StreamCapabilities", "the Hadoop jars of the add-on's own version; Hadoop 2.7 does not have the class", "delta-io/delta#519"),
            "org/apache/hadoop/fs/azure/NativeAzureFileSystem", "3.0.0", null,
            "org/apache/hadoop/fs/StreamCapabilities"),
        new(
            Missing("MissingStreamCapabilitiesForS3", "org/apache/hadoop/fs/StreamCapabilities", "the Hadoop jars of the add-on's own version; Hadoop 2.7 does not have the class", "delta-io/delta#519"),
            "org/apache/hadoop/fs/s3a/S3AFileSystem", "3.0.0", null,
            "org/apache/hadoop/fs/StreamCapabilities"),
        new(
            Missing("MissingWeakReferenceMap", "org.apache.hadoop.util.WeakReferenceMap", "the Hadoop jars of the add-on's own version; those before 3.3.2 do not have the class", "NVIDIA/spark-rapids-tools#974", notFound: true),
            "org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem", "3.3.2", null,
            "org/apache/hadoop/util/WeakReferenceMap"),
        new(
            Missing("MissingJettyUtilAjax", "org/eclipse/jetty/util/ajax/JSON", "jetty-util-ajax and jetty-util (9.3.24 for Hadoop 3.2, 9.4.x below 9.4.57 for 3.3)", "hadoop-azure 3.2.0 pom"),
            "org/apache/hadoop/fs/azure/NativeAzureFileSystem", "3.0.0", null,
            "org/eclipse/jetty/util/ajax/JSON"),
        new(
            Missing("MissingJettyUtil", "org/eclipse/jetty/util/log/Log", "jetty-util of the same version as jetty-util-ajax", "jetty-util-ajax 9.3 and 9.4 pom"),
            "org/eclipse/jetty/util/ajax/JSON", "9.3", "10.0",
            "org/eclipse/jetty/util/log/Log"),
        new(
            Missing("MissingDataLakeStoreSdk", "com/microsoft/azure/datalake/store/ADLStoreClient", "azure-data-lake-store-sdk (2.2.3 for Hadoop 2.8, 2.2.9 for 3.2, 2.3.9 for 3.3)", "hadoop-azure-datalake poms"),
            "org/apache/hadoop/fs/adl/AdlFileSystem", null, null,
            "com/microsoft/azure/datalake/store/ADLStoreClient"),
        new(
            Missing("MissingShadedGuava", "org/apache/hadoop/thirdparty/com/google/common/base/Preconditions", "hadoop-shaded-guava (1.1.1 for Hadoop 3.3, 1.3.0 for 3.4)", "HADOOP-17288"),
            "org/apache/hadoop/fs/azurebfs/AzureBlobFileSystem", "3.3.1", null,
            "org/apache/hadoop/thirdparty/com/google/common/base/Preconditions"),
        new(
            Missing("MissingWoodstox", "com/ctc/wstx/io/InputBootstrapper", "woodstox-core (5.0.3 for Hadoop 3.2)", "HADOOP-14501; hadoop-common 3.2.0 pom"),
            "org/apache/hadoop/conf/Configuration", "3.0.0", null,
            "com/ctc/wstx/io/InputBootstrapper"),
        new(
            Missing("MissingStax2", "org/codehaus/stax2/XMLInputFactory2", "stax2-api (3.1.4 for Hadoop 3.2)", "woodstox-core 5.0.3 pom"),
            "com/ctc/wstx/io/InputBootstrapper", null, null,
            "org/codehaus/stax2/XMLInputFactory2"),
        new(
            Missing("MissingCommonsConfiguration2", "org/apache/commons/configuration2/Configuration", "commons-configuration2 (2.1.1 for Hadoop 3.2)", "hadoop-common 3.2.0 pom; HADOOP-13660"),
            "org/apache/hadoop/conf/Configuration", "3.0.0", null,
            "org/apache/commons/configuration2/Configuration"),
        new(
            Missing("MissingRe2j", "com/google/re2j/PatternSyntaxException", "re2j (1.1)", "hadoop-common 3.2.0 pom"),
            "org/apache/hadoop/conf/Configuration", "3.0.0", null,
            "com/google/re2j/PatternSyntaxException"),
        new(
            Missing("MissingHtrace4", "org/apache/htrace/core/Tracer$Builder", "htrace-core4 (4.0.1-incubating for Hadoop 2.8, 4.1.0-incubating for 3.x)", "hadoop-common 2.8.5 and 3.2.0 poms; gone in 3.3.2 (HADOOP-17424)"),
            "org/apache/hadoop/conf/Configuration", "2.8.0", "3.3.2",
            "org/apache/htrace/core/Tracer$Builder"),
        new(
            Missing("MissingSnappy", "org/xerial/snappy/Snappy", "snappy-java, of the version that the Spark release ships", "parquet-hadoop, SnappyCodec"),
            "org/apache/parquet/hadoop/codec/SnappyCodec", null, null,
            "org/xerial/snappy/Snappy"),
    ];

    internal static readonly IReadOnlyList<VersionRow> Versions =
    [
        new(
            new JarRule(
                "GuavaTooOld",
                Error,
                "java.lang.NoSuchMethodError: com.google.common.base.Preconditions.checkArgument(ZLjava/lang/String;Ljava/lang/Object;Ljava/lang/Object;)V",
                "Replace guava by 27.0-jre (with failureaccess), or use Hadoop 3.2.0, or 3.3.1 and later, which carries its own.",
                "SPARK-36864; SPARK-32502; HADOOP-17288"),
            ["hadoop-common", "hadoop-azure", "hadoop-aws"], "3.2.1", "3.3.0", "guava", "com.google.guava", "20.0", null),
        new(
            new JarRule(
                "AzureStorageTooOld",
                Error,
                "java.lang.NoSuchMethodError: com.microsoft.azure.storage.blob.CloudBlob.startCopy",
                "Bring azure-storage 7.0.0 (Hadoop 3.2) or 7.0.1 (3.3 and later).",
                "Azure/azure-storage-java#113; hadoop-azure 3.2.0 pom"),
            ["hadoop-azure"], "3.2.0", null, "azure-storage", "com.microsoft.azure", "7.0.0", null),
        new(
            new JarRule(
                "AzureStorageTooNew",
                Error,
                "java.lang.NoSuchMethodError: com.microsoft.azure.storage.blob.CloudBlob.startCopyFromBlob",
                "Bring azure-storage 2.0.0 (Hadoop 2.7) or 2.2.0 (2.8).",
                "Azure/azure-storage-java#113; hadoop-azure 2.7.3 and 2.8.5 poms"),
            ["hadoop-azure"], "2.7.0", "2.9.0", "azure-storage", "com.microsoft.azure", null, "3.0.0"),
        new(
            new JarRule(
                "JettyUtilTooNew",
                Warning,
                "java.lang.NoSuchMethodError in org.apache.hadoop.fs.azure.AzureNativeFileSystemStore, at the first path of wasb://",
                "Bring jetty-util and jetty-util-ajax of a version below 9.4.57; abfs:// paths do without.",
                "HADOOP-19848"),
            ["hadoop-azure"], "3.0.0", null, "jetty-util", "org.eclipse.jetty", null, "9.4.57"),
        new(
            new JarRule(
                "WildflyOpensslTooOld",
                Information,
                "java.lang.NullPointerException from org.wildfly.openssl, \"Failed to load OpenSSL\", or the JVM ends in SSLImpl.freeSSL0, where the image has OpenSSL 1.1.1 or musl",
                "Set spark.hadoop.fs.azure.ssl.channel.mode to Default_JSSE, or give the JVM -Dorg.wildfly.openssl.path=/dev/null (Set-DssSparkConfig does); or bring 1.0.7.Final.",
                "Azure/azure-data-lake-store-java#20; wildfly-openssl#77"),
            ["hadoop-azure"], "3.2.0", null, "wildfly-openssl", "org.wildfly.openssl", "1.0.7", null),
        new(
            new JarRule(
                "HttpClientTooOld",
                Warning,
                "java.lang.NoSuchMethodError or NoClassDefFoundError naming a class of org.apache.http, from the Azure or AWS file system",
                "Bring httpclient 4.5.x with its httpcore 4.4.x.",
                "hadoop-project 3.2.0 pom (httpclient 4.5.2, httpcore 4.4.4)"),
            ["hadoop-azure", "hadoop-aws"], "3.2.0", null, "httpclient", "org.apache.httpcomponents", "4.5.2", null),
        new(
            new JarRule(
                "HttpCoreTooOld",
                Warning,
                "java.lang.NoSuchFieldError: INSTANCE, or NoSuchMethodError naming a class of org.apache.http",
                "Bring httpcore 4.4.x, the one that httpclient {1} was built with.",
                "httpclient 4.5 pom"),
            ["httpclient"], "4.5", "5.0", "httpcore", "org.apache.httpcomponents", "4.4", null),
        new(
            new JarRule(
                "SnappyTooOld",
                Warning,
                "java.lang.NoSuchMethodError or UnsatisfiedLinkError naming org.xerial.snappy, when compressed files are read or written",
                "Bring the snappy-java that the Spark release ships; 1.0.5 is of 2013.",
                "dev/deps of Spark 2.4.0 (1.1.7.1); Hadoop 3.3.1 pom (HADOOP-17125)"),
            ["hadoop-common", "hadoop-client-api"], "3.3.1", null, "snappy-java", "org.xerial.snappy", "1.1.8", null),
        new(
            new JarRule(
                "HiveBeforeHadoop3",
                Warning,
                "java.lang.IllegalArgumentException: Unrecognized Hadoop major version number: {1}",
                "Use Spark 3.0 or later (Hive 2.3), stay with Hadoop 2, or do without SparkSQL on Hive tables.",
                "SPARK-18673; holdenk/spark-testing-base#321"),
            ["hadoop-common"], "3.0.0", null, "hive-exec", "org.spark-project.hive", "2.3.0", null),
        new(
            new JarRule(
                KubernetesClientTooOld,
                Information,
                "java.net.ProtocolException: Expected HTTP 101 response but was '403 Forbidden'",
                "Use Spark 2.4.5 or later, or exchange kubernetes-client and its model jars for 4.6.1: no AKS since 1.13.10 takes the older one.",
                "kubeflow/spark-operator#613; SPARK-28921"),
            ["spark-kubernetes"], null, null, "kubernetes-client", "io.fabric8", "4.4.2", null),
    ];

    internal static readonly IReadOnlyList<FamilyRow> Families =
    [
        new(
            new JarRule(
                "JacksonVersionsMixed",
                Error,
                "com.fasterxml.jackson.databind.JsonMappingException: Incompatible Jackson version: {0}, or java.lang.NoSuchMethodError naming com.fasterxml.jackson",
                "Have jackson-core, -annotations, -databind and -module-scala of one version, the Spark release's.",
                "jackson-module-scala, JacksonModule; dev/deps of every release"),
            "com.fasterxml.jackson", ["jackson-core", "jackson-databind", "jackson-annotations", "jackson-module-scala"]),
        new(
            new JarRule(
                "JettyVersionsMixed",
                Warning,
                "java.lang.NoSuchMethodError naming a class of org.eclipse.jetty.util, at the first path of wasb://",
                "Have jetty-util and jetty-util-ajax of one version.",
                "jetty-util-ajax pom"),
            "org.eclipse.jetty", ["jetty-util", "jetty-util-ajax"]),
    ];

    /// <summary>
    /// Overlaps of released distributions. Of any other pair, what is not of a watched package is Information too.
    /// </summary>
    internal static readonly IReadOnlyList<HarmlessRow> Harmless =
    [
        new("stax-api", "stax-api", "javax.xml.stream:stax-api and stax:stax-api are two editions of one standard", "dev/deps of Spark 2.4"),
        new("okhttp", "okhttp", "com.squareup.okhttp and okhttp3 are two libraries with packages of their own", "dev/deps of Spark 3.0"),
        new("jline", "jline", "2.x is jline.*, 3.x is org.jline.*", "dev/deps of Spark 4.0"),
        new("javax.inject", "*inject*", "the same annotations, published by two projects", "dev/deps of Spark 2.4 and 3.0; the archive of 3.0.1"),
        new("jakarta.inject", "*inject*", "the same annotations, published by two projects", "the archive of 3.0.1"),
        new("aopalliance*", "aopalliance*", "the same interfaces, republished for hk2", "the archive of 3.0.1"),
        new("commons-logging", "jcl-over-slf4j", "the bridge has the library's class names on purpose", "the archive of 3.0.1"),
        new("activation", "jakarta.activation-api", "the same standard under its old and its new name", "the archive of 3.0.1"),
        new("jaxb-api", "jakarta.xml.bind-api", "the same standard under its old and its new name", "the archive of 3.0.1"),
        new("javax.jdo", "jdo-api", "the same standard, published by two projects", "the archive of 3.0.1"),
        new("jta", "transaction-api", "the same standard, published by two projects", "the archive of 3.0.1"),
        new("hive-*", "hive-*", "Hive's modules share a few classes of its storage API", "the archive of 3.0.1"),
        new("hive-exec", "*", "Hive's jar bundles libraries, and is released so", "org.spark-project.hive:hive-exec 1.2.1.spark2"),
        new("log4j", "apache-log4j-extras", "the extras replace classes of log4j on purpose", "dev/deps of Spark 2.4"),
        new("commons-beanutils*", "commons-*", "commons-beanutils carries a few classes of commons-collections", "dev/deps of Spark 2.4"),
    ];

    /// <summary>Where two versions of a class do harm: what the procedure's swap brings in or takes out.</summary>
    internal static readonly IReadOnlyList<WatchedRow> Watched =
    [
        new("org.apache.hadoop.", "org.apache.hadoop.hive.", "howto 3.3, 4.3"),
        new("com.google.common.", null, "SPARK-36864"),
        new("com.fasterxml.jackson.", null, "jackson-module-scala, JacksonModule"),
        new("org.apache.http.", null, "howto 3.3: conflicts with the AWS libraries"),
        new("org.eclipse.jetty.util.", null, "HADOOP-19848"),
        new("org.wildfly.openssl.", null, "wildfly-openssl#77"),
        new("org.xerial.snappy.", null, "SPARK-26995"),
        new("com.microsoft.azure.", null, "Azure/azure-storage-java#113"),
        new("io.fabric8.kubernetes.client.", null, "SPARK-28921"),
        new("org.slf4j.impl.", null, "SLF4J: Class path contains multiple SLF4J bindings"),
    ];

    /// <summary>Every rule there is.</summary>
    internal static IEnumerable<JarRule> All =>
    [
        Unreadable, SeveralVersions, SeveralClasses, HadoopMixed, AddOnVersion,
        .. Together.Select(r => r.Rule), .. Classes.Select(r => r.Rule), .. Versions.Select(r => r.Rule), .. Families.Select(r => r.Rule),
    ];

    private static JarRule Missing(
        string id,
        string className,
        string bring,
        string source,
        bool notFound = false) => new(
        id,
        Error,
        $"java.lang.{(notFound ? "ClassNotFoundException" : "NoClassDefFoundError")}: {className}",
        $"Bring {bring}.",
        source);
}
