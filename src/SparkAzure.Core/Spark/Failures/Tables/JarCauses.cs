namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>Jars, Java and native libraries that do not go together.</summary>
internal static class JarCauses
{
    private const FailureWeight Waits = FailureWeight.Waits;

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "ScalaVersionsDiffer", FailureRank.Names,
            "A jar of the job was compiled for another Scala than this Spark's ({class:}).",
            "Use the jar whose name ends in this Spark's Scala (_2.11, _2.12 or _2.13).",
            null, "scala-lang.org: binary compatibility",
            [
                new("scala/Product$class") { Form = @"(?<class>scala/Product\$class)" },
                new("scala/collection/GenTraversableOnce$class") { Form = @"(?<class>scala/collection/GenTraversableOnce\$class)" },
                new("NoClassDefFoundError: scala/Serializable") { Form = @"(?<class>scala/Serializable)" },
                new("NoSuchMethodError", "scala.Predef$") { Form = @"(?<class>scala\.Predef\$[\w.$]*)" },
                new("NoSuchMethodError", "scala.runtime.") { Form = @"(?<class>scala\.runtime\.[\w.$]*)" },
                new("NoSuchMethodError", "scala.collection.") { Form = @"(?<class>scala\.collection\.[\w.$]*)" },
            ]),
        new(
            "SnappyLoader", FailureRank.Names,
            "snappy-java is too old for Spark's shell and for Scala notebooks: it puts its loader into the REPL's class loader.",
            "Keep the snappy-java that the Spark release ships, not 1.0.5; Restore-SparkJars undoes the swap that brought it.",
            "Restore-SparkJars", "run: Spark 2.4.8 with snappy-java 1.0.5 and 1.1.8.2 on Kubernetes, 2026-11",
            [
                new("UnsatisfiedLinkError", "org.xerial.snappy.SnappyNative.maxCompressedLength"),
                new("UnsatisfiedLinkError", "org.xerial.snappy.SnappyNative"),
            ]),
        new(
            "SnappyNative", FailureRank.Names,
            "snappy's native library does not load in the image: an Alpine image without glibc's loader, or a /tmp where nothing may be executed.",
            "Use a Debian image (Spark 2.4.5 and later), or have the Dockerfile made right for Alpine; for a noexec /tmp set org.xerial.snappy.tempdir.",
            "Edit-SparkDockerfile", "SPARK-26995; snappy-java README",
            [
                new("FAILED_TO_LOAD_NATIVE_LIBRARY"),
                new("libsnappyjava.so", "ld-linux-x86-64.so.2"),
                new("Error loading shared library ld-linux-x86-64.so.2"),
                new("Could not initialize class org.xerial.snappy.Snappy") { Weight = Waits },
                new("no snappyjava in java.library.path"),
                new("libsnappyjava.so", "failed to map segment"),
            ]),
        new(
            "CodecNative", FailureRank.Names,
            "A codec's native library is not there: {codec:}.",
            "Use a codec that Spark brings itself (snappy in Parquet, zstd from 3.0, gzip), or an image with Hadoop's native libraries.",
            null, "org.apache.hadoop.io.compress",
            [
                new("native snappy library not available") { Form = "(?<codec>native snappy library not available[^.]{0,120})" },
                new("native zStandard library not available") { Form = "(?<codec>native zStandard library not available)" },
                new("native lz4 library not available") { Form = "(?<codec>native lz4 library not available)" },
                new("Cannot load native LZO") { Form = "(?<codec>native LZO)" },
                new("native-lzo library not available") { Form = "(?<codec>native-lzo library)" },
                new("no zstd-jni in java.library.path") { Form = "(?<codec>zstd-jni)" },
                new("Unsupported OS/arch, cannot find /", "libzstd-jni") { Form = "(?<codec>zstd-jni)" },
            ]),
        new(
            "CodecMissing", FailureRank.Names,
            "The codec {codec:} is not on the class path.",
            "Put its jar into the distribution's jars and into the image, or use another codec.",
            "Publish-SparkImage", "org.apache.hadoop.io.compress.CompressionCodecFactory",
            [
                new("Compression codec ", " not found.") { Form = @"Compression codec (?<codec>[\w.$]+) not found" },
                new("com.hadoop.compression.lzo.LzoCodec") { Form = "(?<codec>com.hadoop.compression.lzo.LzoCodec)" },
                new("org.apache.hadoop.io.compress.BrotliCodec") { Form = "(?<codec>org.apache.hadoop.io.compress.BrotliCodec)" },
            ]),
        new(
            "WildflyOpenSsl", FailureRank.Names,
            "wildfly-openssl does not go together with the OpenSSL of the host or image.",
            "Let Hadoop use Java's own TLS: Set-DssSparkConfig -OpenSslFallback, for the driver -DriverOpenSslFallback.",
            "Set-DssSparkConfig", "Azure/azure-data-lake-store-java#20; wildfly-openssl#77",
            [
                new("org.wildfly.openssl.CipherSuiteConverter"),
                new("org.wildfly.openssl.SSLImpl"),
                new("UnsatisfiedLinkError: org.wildfly.openssl"),
                new("libwfssl"),
            ]),
        new(
            "WasbDriverGone", FailureRank.Names,
            "This Hadoop (3.5 and later) has no wasb driver any more.",
            "Use abfss: paths; the same account serves them.",
            "Set-DssAdlsConnection", "HADOOP-19559; run: Spark 4.3.0 with hadoop-azure 3.5.0, 2026-11",
            [
                new("WASB Driver using wasb(s) schema is no longer supported"),
            ]),
        new(
            "HiveBeforeHadoop3", FailureRank.Names,
            "Spark 2's Hive 1.2 does not know Hadoop 3.",
            "Use Spark 3.0 or later, stay with Hadoop 2 (Update-SparkJars -HadoopVersion 2), or do without SparkSQL on Hive tables.",
            "Update-SparkJars", "SPARK-18673; run: Spark 2.4.0 and 2.4.8 with Hadoop 3.2.0, 2026-11",
            [
                new("Unrecognized Hadoop major version number"),
            ]),
        new(
            "JavaTooOld", FailureRank.Names,
            "A class was compiled for a newer Java (class file version {version:}) than runs here.",
            "Run the driver and the image with the Java that this Spark wants (17 for Spark 4), or use the library's version for the older one.",
            "Publish-SparkImage", "JVMS 4.1, class file versions",
            [
                new("UnsupportedClassVersionError") { Form = @"class file version (?<version>[0-9.]+)" },
                new("UnsupportedClassVersionError: "),
            ]),
        new(
            "JavaTooNew", FailureRank.Names,
            "This Spark does not run on a Java as new as this one.",
            "Use Java 8 for Spark 2.4, 8 or 11 for 3.0 to 3.2, up to 17 for 3.3 to 3.5, on the driver's host and in the image.",
            "Publish-SparkImage", "spark.apache.org/docs: overview of each release; SPARK-33772",
            [
                new("Unsupported class file major version"),
                new("cannot access class sun.nio.ch.DirectBuffer"),
                new("InaccessibleObjectException: Unable to make"),
                new("sun.misc.Unsafe or java.nio.DirectByteBuffer.(long, int) not available"),
                new("class org.apache.spark.storage.StorageUtils$", "cannot access"),
            ]),
        new(
            "HadoopNative", FailureRank.Names,
            "A class of Hadoop is there without its native library.",
            "Give the image Hadoop's native libraries, or avoid what needs them.",
            null, "org.apache.hadoop.util.NativeCodeLoader",
            [
                new("UnsatisfiedLinkError: org.apache.hadoop."),
            ]),
        new(
            "MissingClass", FailureRank.Names,
            "The class {class:} is not there; {owner:}.",
            "Put the jar into the distribution's jars and publish the image again, which driver and executors must share.",
            "Find-SparkJarConflict", "class owners, read from the jars of the releases",
            [
                new("NoClassDefFoundError: ") { Without = ["Could not initialize class"], IsOfClass = true, Form = @"NoClassDefFoundError: L?(?<class>[\w/$.-]+)" },
                new("ClassNotFoundException: ") { Weight = Waits, IsOfClass = true, Form = @"ClassNotFoundException: (Class )?(?<class>[\w/$.-]+)" },
                new("Class ", " not found") { Weight = Waits, IsOfClass = true, Form = @"(RuntimeException|Exception|ClassNotFoundException): Class (?<class>[a-z]\w*(\.[\w$]+)+) not found" },
                new("No FileSystem for scheme") { IsOfClass = true, Form = @"for scheme:? ?""?(?<scheme>\w+)" },
                new("No AbstractFileSystem", "for scheme") { IsOfClass = true, Form = @"for scheme:? ?""?(?<scheme>\w+)" },
                new("Error: Could not find or load main class ") { Without = ["org.apache.spark."], Weight = Waits, IsOfClass = true, Form = @"main class (?<class>[\w.$]+)" },
            ]),
        new(
            "IncompatibleClass", FailureRank.Names,
            "The class {class:} is there in a version that does not suit its caller; {owner:}.",
            "Keep one version of the jar, the one that this Spark and its Hadoop go with, on the driver's host and in the image; Update-SparkJars exchanges the jars of a Hadoop as one set.",
            "Find-SparkJarConflict", "class owners, read from the jars of the releases",
            [
                new("NoSuchMethodError: ") { IsOfClass = true, Form = @"NoSuchMethodError: (?<member>.{1,600})" },
                new("NoSuchMethodException: ", "<init>") { Weight = Waits, IsOfClass = true, Form = @"NoSuchMethodException: (?<member>.{1,600})" },
                new("AbstractMethodError: ") { IsOfClass = true, Form = @"AbstractMethodError: (?<member>.{1,600})" },
                new("IllegalAccessError: tried to access ") { IsOfClass = true, Form = @"tried to access (method|field|class) (?<member>.{1,600})" },
                new("IllegalAccessError: class ", "tried to access ") { IsOfClass = true, Form = @"tried to access (private |protected |package-private )?(method|field|class) (?<member>.{1,600})" },
                new("IncompatibleClassChangeError: ") { IsOfClass = true, Form = @"(Found interface|Found class|Implementing class|class) (?<member>[\w.$/]+)" },
            ]),
    ];
}
