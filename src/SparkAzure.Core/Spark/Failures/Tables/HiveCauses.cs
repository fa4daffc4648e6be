namespace SparkAzure.Core.Spark.Failures.Tables;

/// <summary>Hive's metastore.</summary>
internal static class HiveCauses
{
    private const string Source = "org.apache.hadoop.hive.metastore";

    internal static readonly IReadOnlyList<FailureCauseRow> All =
    [
        new(
            "DerbyLocked", FailureRank.Names,
            "Another session holds the embedded metastore (Derby, metastore_db), which takes one at a time.",
            "End the other session, use a metastore service (hive.metastore.uris), or spark.sql.catalogImplementation=in-memory.",
            "Set-DssSparkConfig", "Derby XSDB6",
            [
                new("Another instance of Derby may have already booted the database"),
                new("ERROR XSDB6"),
            ]),
        new(
            "MetastoreDriverMissing", FailureRank.Names,
            "The metastore's database driver {class:} is not on the class path.",
            "Put its jar into the distribution's jars.",
            null, Source,
            [
                new("The specified datastore driver (") { Form = @"datastore driver \(""(?<class>[^""]+)" },
            ]),
        new(
            "MetastoreSchemaMissing", FailureRank.Names,
            "The metastore's database has no tables, or those of another Hive.",
            "Make or upgrade them with Hive's schematool.",
            null, Source,
            [
                new("Version information not found in metastore") { Without = ["so recording the schema version"] },
                new("Hive Schema version ", "does not match metastore's schema version"),
                new("Required table missing : "),
            ]),
        new(
            "MetastoreUnreachable", FailureRank.Names,
            "The Hive metastore does not answer.",
            "Look at hive.metastore.uris (hive-site.xml), that its host resolves from here, and that the service runs.",
            null, Source,
            [
                new("Could not connect to meta store using any of the URIs provided"),
                new("Failed to connect to the MetaStore Server") { Weight = FailureWeight.WhenFailed },
            ]),
        new(
            "MetastoreVersion", FailureRank.Names,
            "Spark's Hive and the metastore are of versions that do not understand each other.",
            "Set spark.sql.hive.metastore.version and spark.sql.hive.metastore.jars to the metastore's.",
            "Set-DssSparkConfig", "spark.apache.org/docs: Hive tables",
            [
                new("Invalid method name: '") { Form = "Invalid method name: '(get_|create_|alter_|drop_|set_|lock|open)" },
                new("Builtin jars can only be used when hive execution version == hive metastore version"),
                new("Unsupported Hive Metastore version"),
            ]),
        new(
            "HiveScratchFolder", FailureRank.Names,
            "Hive's scratch folder {folder:/tmp/hive} may not be written.",
            "Give it the mode 733 or another place (hive.exec.scratchdir).",
            null, "org.apache.hadoop.hive.ql.session.SessionState",
            [
                new("root scratch dir: ", "should be writable") { Form = @"scratch dir: (?<folder>\S+)" },
            ]),
        new(
            "HiveClassesMissing", FailureRank.Names,
            "This Spark has no Hive classes (built without, or its jars were taken out).",
            "Bring the jars back (Restore-SparkJars), or use a distribution that was built with Hive.",
            "Get-SparkDistribution", "org.apache.spark.sql.SparkSession",
            [
                new("Unable to instantiate SparkSession with Hive support because Hive classes are not found"),
                new("Hive support is required to "),
            ]),
        new(
            "MetastoreFails", FailureRank.Alone,
            "The Hive metastore's client cannot be started; what was read does not say why.",
            "Look at the last \"Caused by\" below it.",
            null, Source,
            [
                new("Unable to instantiate org.apache.hadoop.hive.ql.metadata.SessionHiveMetaStoreClient") { Weight = FailureWeight.Waits },
                new("Unable to instantiate org.apache.hadoop.hive.metastore.HiveMetaStoreClient") { Weight = FailureWeight.Waits },
            ]),
    ];
}
