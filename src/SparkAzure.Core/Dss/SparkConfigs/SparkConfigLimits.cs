using SparkAzure.Core.Dss.Host;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What the procedure allows, forbids or advises for a Spark configuration on Kubernetes.</summary>
internal static class SparkConfigLimits
{
    private static readonly ReleaseNumber FirstManaged = ReleaseNumber.Parse("6.0");

    private static readonly Limit[] Limits =
    [
        new(f => f.OnKubernetes && f.Release is { } release && release < DssLimits.FirstWithHadoop2,
            f => $"DSS {f.Release} is older than 5.1.1 and cannot run Spark on Kubernetes this way.",
            "howto 3.2"),
        new(f => f.Config.Managed,
            f => "This configuration has managed Spark on Kubernetes switched on: DSS sets master and image itself. Switch it off in Administration, Settings, Spark, or name another configuration.",
            "DSS 6.0 release notes"),
        new(f => f.OnKubernetes && !f.Config.Managed && f.Release is { } release && release >= FirstManaged,
            f => $"DSS {f.Release} has managed Spark on Kubernetes, which sets master, image and service accounts itself and works with user isolation: it is the better way unless you need a Spark or jars of your own.",
            "DSS 6.0 release notes; DSS's page on unmanaged Spark on Kubernetes"),
        new(f => f.Config[SparkKeys.DeployMode] is { } mode && mode != "client",
            f => $"spark.submit.deployMode is {f.Config[SparkKeys.DeployMode]}, but only client mode is supported; remove the key.",
            "howto 2.2"),
        new(f => f.OnKubernetes && UserIsolation.IsOn(f.Config.Document),
            _ => "User isolation is on: every impersonated UNIX user needs a ~/.kube/config of its own, and ADLS gen2 (ABFS) is not supported.",
            "howto 2.2"),
        new(f => f.OnKubernetes && f.Config[SparkKeys.DriverHost] is null,
            _ => "spark.driver.host is not set: pods are then told the DSS host's own name, which they must be able to resolve.",
            "howto 2.1; DSS's troubleshooting of containers") { AdviceOnly = true },
        new(f => f.OnKubernetes && f.Spark is { } spark && !SparkFacts.ChoosesPython3.IsTrueOf(spark) && f.Config[SparkKeys.PythonVersion] is null,
            _ => "spark.kubernetes.pyspark.pythonVersion is not set: Spark 2.4 then starts Python 2 on executors.",
            "Spark's running-on-kubernetes page, 2.4") { AdviceOnly = true },
    ];

    /// <summary>What to say of a configuration.</summary>
    internal static IEnumerable<string> NotesFor(StoredSparkConfig config, DssRelease release) =>
        Of(config, release, _ => true);

    /// <summary>Those of the notes that somebody who changes the configuration must hear.</summary>
    internal static IEnumerable<string> WarningsFor(StoredSparkConfig config, DssRelease release) =>
        Of(config, release, l => !l.AdviceOnly);

    /// <summary>Refuses a pod that Kubernetes would refuse.</summary>
    /// <exception cref="SparkAzureException">SparkCoresContradict.</exception>
    internal static void CheckCores(StoredSparkConfig config)
    {
        var request = config[SparkKeys.ExecutorRequestCores] ?? config[SparkKeys.ExecutorCores] ?? "1";
        if (config[SparkKeys.ExecutorLimitCores] is { } limit
            && SparkValues.CoresOf(request) > SparkValues.CoresOf(limit))
        {
            throw DssSettingsErrors.SparkCoresContradict(request, limit);
        }
    }

    private static IEnumerable<string> Of(StoredSparkConfig config, DssRelease release, Func<Limit, bool> wanted)
    {
        var facts = new Facts(
            config, ReleaseNumber.TryParse(release.Version), ReleaseNumber.TryParse(release.SparkVersion));
        return Limits.Where(l => wanted(l) && l.Applies(facts)).Select(l => $"{l.Text(facts)} ({l.Source})");
    }

    private sealed record Facts(StoredSparkConfig Config, ReleaseNumber? Release, ReleaseNumber? Spark)
    {
        public bool OnKubernetes => Config[SparkKeys.Master]?.StartsWith("k8s://", StringComparison.Ordinal) == true;
    }

    private sealed record Limit(Func<Facts, bool> Applies, Func<Facts, string> Text, string Source)
    {
        public bool AdviceOnly { get; init; }
    }
}
