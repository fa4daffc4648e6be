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

/// <summary>An artifact whose version does not suit another one.</summary>
/// <param name="Rule">The finding.</param>
/// <param name="With">The artifact whose version decides; several are alternatives.</param>
/// <param name="From">The first version of it concerned; null for all.</param>
/// <param name="Before">The version that no longer is; null for none.</param>
/// <param name="Artifact">The artifact in question.</param>
/// <param name="Group">Its group; a jar of another known group is another artifact.</param>
/// <param name="AtLeast">The lowest version that works; null for any.</param>
/// <param name="Below">The version from which on it does not; null for none.</param>
/// <param name="Feature">The feature that meets it; null for none in particular.</param>
/// <param name="Fails">True when the feature fails: an Error for whoever uses it.</param>
internal sealed record VersionRow(
    JarRule Rule, IReadOnlyList<string> With, string? From, string? Before, string Artifact, string Group, string? AtLeast, string? Below, SparkFeature? Feature, bool Fails = false);

/// <summary>
/// Artifacts that are released together and work only with the same first two numbers of their versions.
/// </summary>
internal sealed record FamilyRow(JarRule Rule, string Group, IReadOnlyList<string> Artifacts);

/// <summary>Artifacts that exclude each other: any of one side beside any of the other.</summary>
internal sealed record TogetherRow(JarRule Rule, IReadOnlyList<string> One, IReadOnlyList<string> Other);

/// <summary>The knowledge behind Find-SparkJarConflict, as tables. A new fact is a row.</summary>
internal static class SparkJarRules
{
    private const SparkJarConflictSeverity Error = SparkJarConflictSeverity.Error;
    private const SparkJarConflictSeverity Warning = SparkJarConflictSeverity.Warning;
    private const SparkJarConflictSeverity Information = SparkJarConflictSeverity.Information;

    private const string AnyOrder =
        "The JVM takes jars/* in the order of the directory, which differs between the driver's host, the image and " +
        "a copy of either.";

    internal static readonly JarRule Unreadable = new(
        "UnreadableJar",
        Error,
        "java.util.zip.ZipException: error in opening zip file",
        "Replace the jar, or take it out; Java cannot load classes from it.",
        "java.util.zip.ZipFile");

    internal static readonly JarRule ClassUnreadable = new(
        "UnreadableClass",
        Information,
        "java.lang.ClassFormatError or NoClassDefFoundError naming one of its classes, if a job ever loads it",
        "Replace the jar if a job meets it; what cannot be read counts as there.",
        "JVMS 4");

    internal static readonly JarRule SeveralVersions = new(
        "ArtifactInSeveralVersions",
        Information,
        "java.lang.NoSuchMethodError, NoSuchFieldError or InvalidClassException naming a class of {0}, on one host and not on another. " +
            AnyOrder,
        "Keep one version (as a rule the newest that the others were built with) and take the other jars out.",
        "Spark's classpath is jars/*; java command, class path wildcards");

    internal static readonly JarRule HadoopMixed = new(
        FaultRules.HadoopVersionsMixed,
        Information,
        "None that linking finds: what would fail is a finding of its own.",
        "Have all Hadoop jars of one version: Update-SparkJars exchanges them together; Restore-SparkJars undoes a " +
        "swap that went half way.",
        "hadoop-azure.html: the version must match hadoop-common's");

    internal static readonly JarRule OtherScala = new(
        "ScalaVersionsMixed",
        Error,
        "java.lang.NoClassDefFoundError or NoSuchMethodError naming a class of scala (scala/Serializable in Scala 2.13), in what uses these jars; a data source among them fails every read that looks one up by its name.",
        "Take them out, or bring those that are built for Scala {0}, as their names say.",
        "delta-io/delta#2969; scala/bug#11832; run: Spark 3.5.9 with a data source for Scala 2.13, 2026-11");

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

    internal static readonly IReadOnlyList<VersionRow> Versions =
    [
        new(
            new JarRule(
                "WildflyOpensslTooOld",
                Information,
                "java.lang.NullPointerException from org.wildfly.openssl, \"Failed to load OpenSSL\", or the JVM ends in SSLImpl.freeSSL0, where the image has OpenSSL 1.1.1 or musl",
                "Set spark.hadoop.fs.azure.ssl.channel.mode to Default_JSSE, or give the JVM -Dorg.wildfly.openssl.path=/dev/null (Set-DssSparkConfig does); or bring 1.0.7.Final.",
                "Azure/azure-data-lake-store-java#20; wildfly-openssl#77"),
            ["hadoop-azure"], "3.2.0", null, "wildfly-openssl", "org.wildfly.openssl", "1.0.7", null, SparkFeature.Abfs),
        new(
            new JarRule(
                "SnappyTooOld",
                Warning,
                "java.lang.UnsatisfiedLinkError: org.xerial.snappy.SnappyNative.maxCompressedLength(I)I, in executors of a spark-shell and of Scala notebooks, at the first block in snappy",
                "Keep the snappy-java that the Spark release ships: {0} puts its loader into the root class loader that it finds, which there is the REPL's. It was a cure for Alpine's musl; images since Spark 2.4.5 are Debian's.",
                "run: Spark 2.4.8 with 1.0.5 and with 1.1.8.2, spark-shell on Kubernetes, 2026-11; DSS's lib/ivy/backend-run"),
            ["spark-repl"], null, null, "snappy-java", "org.xerial.snappy", "1.1.0", null, null),
        new(
            new JarRule(
                "HiveBeforeHadoop3",
                Warning,
                "java.lang.ExceptionInInitializerError, caused by java.lang.IllegalArgumentException: Unrecognized Hadoop major version number: {1}",
                "Use Spark 3.0 or later (Hive 2.3), stay with Hadoop 2, or do without SparkSQL on Hive tables.",
                "SPARK-18673; holdenk/spark-testing-base#321; run: Spark 2.4.0 and 2.4.8 with Hadoop 3.2.0, derby, 2026-11"),
            ["hadoop-common"], "3.0.0", null, "hive-exec", "org.spark-project.hive", "2.3.0", null, SparkFeature.Hive, Fails: true),
        new(
            new JarRule(
                "WasbDriverGone",
                Information,
                "java.lang.UnsupportedOperationException: WASB Driver using wasb(s) schema is no longer supported",
                "Use abfss: paths; the same account serves them.",
                "HADOOP-19559; run: Spark 4.3.0 with hadoop-azure 3.5.0, 2026-11"),
            ["hadoop-azure"], null, null, "hadoop-azure", "org.apache.hadoop", null, "3.5.0", SparkFeature.Wasb, Fails: true),
        new(
            new JarRule(
                "KubernetesClientTooOld",
                Information,
                "java.net.ProtocolException: Expected HTTP 101 response but was '403 Forbidden'",
                "Name the port in spark.master (k8s://https://HOST:443): without one this client sends an Origin with port -1, which API servers since August 2019 refuse. Set-DssSparkConfig writes it.",
                "SPARK-28921; kubeflow/spark-operator#613; run: Spark 2.4.0 and 2.4.4 with and without port on Kubernetes 1.34, 2026-11"),
            ["spark-kubernetes"], null, null, "kubernetes-client", "io.fabric8", "4.4.2", null, SparkFeature.Kubernetes),
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
    ];

    /// <summary>Every rule there is.</summary>
    internal static IEnumerable<JarRule> All =>
    [
        Unreadable, ClassUnreadable, SeveralVersions, HadoopMixed, OtherScala,
        .. Together.Select(r => r.Rule), .. Versions.Select(r => r.Rule), .. Families.Select(r => r.Rule),
    ];
}
