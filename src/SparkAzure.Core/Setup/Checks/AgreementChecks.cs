using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Images;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>Whether the parts of a setup say the same, and keep to the procedure's limits.</summary>
internal static class AgreementChecks
{
    private const string Limits = "howto 2.2";
    private const string Publish = "Publish-SparkImage";
    private const int Named = 3;

    /// <summary>hadoop-azure's abfs: came with this release (HADOOP-15407).</summary>
    private static readonly ReleaseNumber FirstWithAbfs = ReleaseNumber.Parse("3.2.0");

    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(30);

    /// <summary>The checks, in the order of the procedure.</summary>
    public static readonly IReadOnlyList<CheckRow> Rows =
    [
        new("AgreementHadoop", "3.3, 4.3", "DSS's libraries, Spark's jars, the image and the connections are of one Hadoop", HadoopAsync, "howto 3.3, 4.3; HADOOP-15407") { Limit = Reading },
        new("AgreementScala", "3.3, 4.3", "Spark's jars and the image are of one Scala", ScalaAsync, "classes of one Scala are no classes of another (run)") { Limit = Reading },
        new("AgreementSpark", "3.3, 4.3", "DSS, the Spark home and the image are of one Spark", SparkAsync, "run: executors of another release end with InvalidClassException") { Limit = Reading },
        new("AgreementJars", "3.3, 4.3", "Executors run the jars of the driver", JarsAsync, "run: Compare-SparkImage") { Limit = Reading },
        new("AgreementImage", "3.3, 4.3", "Nodes run the image that the registry has under its name", ImageAsync, "run: a tag that was pushed again is not pulled again (IfNotPresent)") { Limit = Reading },
        new("JarConflicts", "3.3, 4.3", "Spark's jars go together", ConflictsAsync, "recorded runs of real Sparks; Find-SparkJarConflict") { Limit = TimeSpan.FromSeconds(60) },
        new("OpenSslFallback", "4.4", "TLS to ADLS gen2 does not depend on OpenSSL in the image", OpenSslAsync, "howto 4.4: wildfly-openssl 1.0.4.Final"),
        new("LimitSparkSql", "2.2", "SparkSQL works with this Hadoop", SparkSqlAsync, $"{Limits}; {SparkFacts.HiveKnowsHadoop3.Source}"),
        new("LimitUserIsolation", "2.2", "User isolation and ADLS gen2 do not meet", UserIsolationAsync, Limits),
        new("LimitClientMode", "2.2", "Jobs run in client mode", ClientModeAsync, Limits),
        new("LimitCodeEnvironments", "2.2", "Spark recipes use no code environment", CodeEnvironmentRecipes.CheckAsync, $"{Limits}: code environments can only be used on the driver side"),
    ];

    public static async Task<CheckOutcome> HadoopAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var dss = (await site.ReleaseAsync(cancellationToken).ConfigureAwait(false)).HadoopRelease;
        var spark = (await site.SparkAsync(cancellationToken).ConfigureAwait(false)).HadoopRelease;
        var connections = await site.ConnectionsAsync(cancellationToken).ConfigureAwait(false);
        var image = await TryImageAsync(site, cancellationToken).ConfigureAwait(false);
        return OfHadoop(dss, spark, image?.Hadoop, connections.FirstOrDefault(c => c.Generation == 2)?.Name);
    }

    /// <summary>Whether Hadoops go together.</summary>
    /// <param name="dss">That of DSS's libraries.</param>
    /// <param name="spark">That of Spark's jars.</param>
    /// <param name="image">That of the image's label.</param>
    /// <param name="gen2">A connection to ADLS gen2; null without one.</param>
    internal static CheckOutcome OfHadoop(string? dss, string? spark, string? image, string? gen2)
    {
        var seen = $"DSS has {dss ?? "none"}, Spark {spark ?? "none"}, the image {image ?? "no label that says"}.";
        if (ReleaseNumber.TryParse(spark) is not { } jars)
        {
            return CheckOutcome.Failed(
                $"{seen} Spark has no Hadoop of one release.", "Exchange its jars as a whole.", "Update-SparkJars");
        }

        if (image is not null && image != spark)
        {
            return CheckOutcome.Failed($"{seen} Executors and driver differ.", "Publish the image again.", Publish);
        }

        if (gen2 is not null && jars < FirstWithAbfs)
        {
            return CheckOutcome.Failed(
                $"{seen} Connection '{gen2}' is of ADLS gen2, which Hadoop knows since {FirstWithAbfs}.",
                "Exchange Spark's jars for those of Hadoop 3.",
                "Update-SparkJars");
        }

        if (ReleaseNumber.TryParse(dss) is not { } libraries)
        {
            return CheckOutcome.Unknown($"{seen} DSS's libraries are not of one release that could be compared.");
        }

        if (libraries.Major != jars.Major)
        {
            return CheckOutcome.Failed(
                $"{seen} DSS puts its libraries before Spark's in the driver: Hadoop {libraries.Major} and {jars.Major} meet there.",
                "Integrate the archive of the same Hadoop, or exchange Spark's jars.",
                "Install-DssHadoopIntegration");
        }

        return CheckOutcome.Passed(seen);
    }

    public static async Task<CheckOutcome> ScalaAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var spark = await site.SparkAsync(cancellationToken).ConfigureAwait(false);
        var image = await TryImageAsync(site, cancellationToken).ConfigureAwait(false);
        var seen = $"Spark has {spark.ScalaVersion ?? "none"}, the image {image?.Scala ?? "no label that says"}.";
        if (spark.ScalaVersion?.Contains(',') == true)
        {
            return CheckOutcome.Failed(
                $"{seen} Two Scalas in one folder of jars.", "Unpack the distribution anew and exchange its jars again.", "Update-SparkJars");
        }

        if (image?.Scala is { } other && other != spark.ScalaVersion)
        {
            return CheckOutcome.Failed(seen, "Publish the image again from this Spark home.", Publish);
        }

        return CheckOutcome.Passed(seen);
    }

    public static async Task<CheckOutcome> SparkAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var dss = await site.DssAsync(cancellationToken).ConfigureAwait(false);
        var spark = await site.SparkAsync(cancellationToken).ConfigureAwait(false);
        var image = await site.ImageAsync(cancellationToken).ConfigureAwait(false);
        var seen = $"DSS noted {dss.SparkVersion}, {spark.SparkHome} is {spark.SparkVersion}, {image.Reference} is " +
            $"{image.Spark ?? "of a release that no label names"}.";
        if (image.Spark is { } other && other != spark.SparkVersion)
        {
            return CheckOutcome.Failed(
                $"{seen} Executors end with InvalidClassException or NumberFormatException.",
                "Publish the image from this Spark home, and set it.",
                Publish);
        }

        if (image.Spark is null)
        {
            return CheckOutcome.Unknown(seen, "Publish the image with Publish-SparkImage, which labels it, or see AgreementJars.");
        }

        return CheckOutcome.Passed(seen);
    }

    public static async Task<CheckOutcome> JarsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var spark = await site.SparkAsync(cancellationToken).ConfigureAwait(false);
        var image = await site.ImageAsync(cancellationToken).ConfigureAwait(false);
        var options = new CompareOptions
        {
            Image = image.Reference,
            SparkHome = spark.SparkHome,
            Access = site.Options.RegistryAccess,
            CacheFolder = site.Options.CacheFolder,
        };
        var compared = await SparkImageComparer
            .CompareAsync(options, site.Caller, cancellationToken)
            .ConfigureAwait(false);
        if (compared.Match)
        {
            return CheckOutcome.Passed($"All {compared.Same} are the same, by {compared.Source.ToString().ToLowerInvariant()}.");
        }

        var jars = compared.Jars;
        var more = jars.Count > Named ? $", and {jars.Count - Named} more" : "";
        return CheckOutcome.Failed(
            $"{jars.Count} differ from {spark.SparkHome}: {string.Join("; ", jars.Take(Named))}{more}.",
            "Publish the image again from this Spark home.",
            Publish);
    }

    public static async Task<CheckOutcome> ImageAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var image = await site.ImageAsync(cancellationToken).ConfigureAwait(false);
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (image.Parsed.Digest is not null)
        {
            return CheckOutcome.Passed($"It is named by its digest, {image.Digest}.");
        }

        if (config["spark.kubernetes.container.image.pullPolicy"] == "Always")
        {
            return CheckOutcome.Passed($"{image.Reference} is {image.Digest}, and nodes ask for it each time.");
        }

        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var stale = await NodeImages.StaleAsync(api, image, cancellationToken).ConfigureAwait(false);
        const string Cure = "Name the image by its digest (Publish-SparkImage gives such references).";
        if (stale is null)
        {
            return CheckOutcome.Warning(
                $"{image.Reference} is named by a tag: a node that has it does not see that it was pushed again. What " +
                "the nodes have, this credential may not see.",
                Cure,
                "Set-DssSparkConfig");
        }

        if (stale.Count > 0)
        {
            return CheckOutcome.Failed(
                $"The registry has {image.Digest} under {image.Reference}; {string.Join(", ", stale)} has another one.",
                Cure,
                "Set-DssSparkConfig");
        }

        return CheckOutcome.Passed($"No node has another one than {image.Digest} under this tag.");
    }

    public static async Task<CheckOutcome> ConflictsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var spark = await site.SparkAsync(cancellationToken).ConfigureAwait(false);
        var options = new SparkJarConflictOptions
        {
            SparkHome = spark.SparkHome,
            DataDirectory = site.Directory.Path,
            IndexFolder = site.Options.CacheFolder,
        };
        var all = await SparkJarConflicts.FindAsync(options, site.Caller, cancellationToken).ConfigureAwait(false);
        var errors = all.Where(c => c.Severity == SparkJarConflictSeverity.Error).ToList();
        var warnings = all.Where(c => c.Severity == SparkJarConflictSeverity.Warning).ToList();
        if (errors.Count + warnings.Count == 0)
        {
            return CheckOutcome.Passed($"The classes of {spark.JarCount} jars go together for what jobs use.");
        }

        var first = errors.Concat(warnings).First();
        var seen = $"{errors.Count} errors, {warnings.Count} warnings. {first.Summary} ({first.Rule})";
        const string Cure = "Find-SparkJarConflict";
        return errors.Count > 0
            ? CheckOutcome.Failed(seen, first.Remedy, Cure)
            : CheckOutcome.Warning(seen, first.Remedy, Cure);
    }

    public static async Task<CheckOutcome> OpenSslAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var connections = await site.ConnectionsAsync(cancellationToken).ConfigureAwait(false);
        if (!connections.Any(c => c.Generation == 2))
        {
            return CheckOutcome.NotApplicable("DSS has no connection to ADLS gen2.");
        }

        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (config[SparkKeys.AbfsChannelMode] is { } mode)
        {
            return CheckOutcome.Passed($"{SparkKeys.AbfsChannelMode} is {mode}.");
        }

        var options = config["spark.executor.extraJavaOptions"] ?? "";
        if (options.Contains("-Dorg.wildfly.openssl.path=", StringComparison.Ordinal))
        {
            return CheckOutcome.Passed("spark.executor.extraJavaOptions has -Dorg.wildfly.openssl.path.");
        }

        return CheckOutcome.Warning(
            "Executors look for OpenSSL in the image first; with Spark's Alpine images, and with some OpenSSL 3, that ends " +
            "in an UnsatisfiedLinkError or SSLException.",
            "Set -HadoopVersion 3, which adds the fallback to Java's own TLS.",
            "Set-DssSparkConfig");
    }

    public static async Task<CheckOutcome> SparkSqlAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var spark = await site.SparkAsync(cancellationToken).ConfigureAwait(false);
        if (ReleaseNumber.TryParse(spark.SparkVersion) is not { } release || spark.HadoopLine is not { } line)
        {
            return CheckOutcome.Unknown($"Spark {spark.SparkVersion} with Hadoop {spark.HadoopRelease ?? "none"} is not known.");
        }

        if (line < 3 || SparkFacts.HiveKnowsHadoop3.IsTrueOf(release))
        {
            return CheckOutcome.Passed($"Spark {release} knows Hadoop {line}.");
        }

        return CheckOutcome.Warning(
            $"Spark {release} with Hadoop {spark.HadoopRelease}: SparkSQL recipes and whatever asks Hive end with " +
            "\"Unrecognized Hadoop major version number\".",
            "Keep to PySpark, Scala and visual recipes without Hive, or take Spark 3.");
    }

    public static async Task<CheckOutcome> UserIsolationAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var settings = await site.SettingsAsync(cancellationToken).ConfigureAwait(false);
        if (!UserIsolation.IsOn(settings))
        {
            return CheckOutcome.NotApplicable("User isolation is off.");
        }

        var connections = await site.ConnectionsAsync(cancellationToken).ConfigureAwait(false);
        var gen2 = connections.Where(c => c.Generation == 2).Select(c => c.Name).ToList();
        if (gen2.Count == 0)
        {
            return CheckOutcome.Passed("User isolation is on, and no connection leads to ADLS gen2.");
        }

        return CheckOutcome.Failed(
            $"User isolation is on, and {string.Join(", ", gen2)} lead to ADLS gen2: that is not supported.",
            "Switch user isolation off on a new DSS for these jobs, or keep to other storage.");
    }

    public static async Task<CheckOutcome> ClientModeAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var mode = config[SparkKeys.DeployMode];
        if (mode is null or "client")
        {
            return CheckOutcome.Passed($"{SparkKeys.DeployMode} is {mode ?? "not set, which is client"}.");
        }

        return CheckOutcome.Failed(
            $"{SparkKeys.DeployMode} is {mode}, and only client mode is supported.",
            $"Take the key out (-RemoveProperty {SparkKeys.DeployMode}).",
            "Set-DssSparkConfig");
    }

    // Where the registry cannot be read, what the others say is compared all the same; AgreementSpark says why.
    private static async Task<ImageFacts?> TryImageAsync(CheckSite site, CancellationToken cancellationToken)
    {
        try
        {
            return await site.ImageAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException)
        {
            return null;
        }
    }
}
