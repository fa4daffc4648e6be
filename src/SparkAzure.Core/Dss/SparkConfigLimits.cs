using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss;

/// <summary>What the procedure allows, forbids or advises for a Spark configuration on Kubernetes.</summary>
internal static class SparkConfigLimits
{
    private static readonly ReleaseNumber FirstManaged = ReleaseNumber.Parse("6.0");

    private static readonly Limit[] Limits =
    [
        new(f => f.OnKubernetes && f.Release is { } release && release < DssLimits.FirstWithHadoop2,
            f => $"DSS {f.Release} is older than 5.1.1 and cannot run Spark on Kubernetes this way.",
            "howto 3.2"),
        new(f => f.Part.Managed,
            f => "This configuration has managed Spark on Kubernetes switched on: DSS sets master and image itself. Switch it off in Administration, Settings, Spark, or name another configuration.",
            "DSS 6.0 release notes"),
        new(f => f.OnKubernetes && !f.Part.Managed && f.Release is { } release && release >= FirstManaged,
            f => $"DSS {f.Release} has managed Spark on Kubernetes, which sets master, image and service accounts itself and works with user isolation: it is the better way unless you need a Spark or jars of your own.",
            "DSS 6.0 release notes; DSS's page on unmanaged Spark on Kubernetes"),
        new(f => f.Part[SparkKeys.DeployMode] is { } mode && mode != "client",
            f => $"spark.submit.deployMode is {f.Part[SparkKeys.DeployMode]}, but only client mode is supported; remove the key.",
            "howto 2.2"),
        new(f => f.OnKubernetes && f.Part.UserIsolation,
            _ => "User isolation is on: every impersonated UNIX user needs a ~/.kube/config of its own, and ADLS gen2 (ABFS) is not supported.",
            "howto 2.2"),
        new(f => f.OnKubernetes && f.Part[SparkKeys.DriverHost] is null,
            _ => "spark.driver.host is not set: pods are then told the DSS host's own name, which they must be able to resolve.",
            "howto 2.1; DSS's troubleshooting of containers") { AdviceOnly = true },
        new(f => f.OnKubernetes && f.Spark is { } spark && !SparkFacts.ChoosesPython3.IsTrueOf(spark) && f.Part[SparkKeys.PythonVersion] is null,
            _ => "spark.kubernetes.pyspark.pythonVersion is not set: Spark 2.4 then starts Python 2 on executors.",
            "Spark's running-on-kubernetes page, 2.4") { AdviceOnly = true },
    ];

    /// <summary>What to say of a configuration.</summary>
    internal static IEnumerable<string> NotesFor(SparkConfigPart part, DssRelease release) => Of(part, release, _ => true);

    /// <summary>Those of the notes that somebody who changes the configuration must hear.</summary>
    internal static IEnumerable<string> WarningsFor(SparkConfigPart part, DssRelease release) => Of(part, release, l => !l.AdviceOnly);

    /// <summary>Refuses a pod that Kubernetes would refuse.</summary>
    /// <exception cref="SparkAzureException">SparkCoresContradict.</exception>
    internal static void CheckCores(SparkConfigPart part)
    {
        var request = part[SparkKeys.ExecutorRequestCores] ?? part[SparkKeys.ExecutorCores] ?? "1";
        if (part[SparkKeys.ExecutorLimitCores] is { } limit && SparkKey.CoresOf(request) > SparkKey.CoresOf(limit))
        {
            throw DssSettingsErrors.SparkCoresContradict(request, limit);
        }
    }

    private static IEnumerable<string> Of(SparkConfigPart part, DssRelease release, Func<Limit, bool> wanted)
    {
        var facts = new Facts(part, ReleaseNumber.TryParse(release.Version), ReleaseNumber.TryParse(release.SparkVersion));
        return Limits.Where(l => wanted(l) && l.Applies(facts)).Select(l => $"{l.Text(facts)} ({l.Source})");
    }

    private sealed record Facts(SparkConfigPart Part, ReleaseNumber? Release, ReleaseNumber? Spark)
    {
        public bool OnKubernetes => Part[SparkKeys.Master]?.StartsWith("k8s://", StringComparison.Ordinal) == true;
    }

    private sealed record Limit(Func<Facts, bool> Applies, Func<Facts, string> Text, string Source)
    {
        public bool AdviceOnly { get; init; }
    }
}
