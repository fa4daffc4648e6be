using SparkAzure.Core.Dss.AdlsConnections;
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
        new(f => f.OnKubernetes && !f.Config.Managed && f.Config[SparkKeys.DriverHost] is null,
            _ => "spark.driver.host is not set: pods are then told the DSS host's own name, which they must be able to resolve. Say with -DriverHost under which name they can.",
            "howto 2.1; DSS's troubleshooting of containers"),
        new(f => f.OnKubernetes && !f.Config.Managed && f.Spark is { } spark && !SparkFacts.ChoosesPython3.IsTrueOf(spark) && f.Config[SparkKeys.PythonVersion] is null,
            _ => "spark.kubernetes.pyspark.pythonVersion is not set: Spark 2.4 then starts Python 2 on executors. Say with -PythonVersion which one your code environments have.",
            "Spark's running-on-kubernetes page, 2.4"),
        new(f => f.Misnamed.Count > 0,
            f => string.Join(" ", f.Misnamed),
            "Spark's page Configuration, Custom Hadoop/Hive Configuration; ConfigurationKeys of hadoop-azure"),
        new(f => f.OnKubernetes && SparkClientMode.Lack(f.Spark) is not null,
            f => $"Spark {f.Spark} {SparkClientMode.Lack(f.Spark)}.",
            SparkFacts.ClientMode.Source) { FailsJobs = true },
        new(f => !f.Config.Managed && KubernetesMaster.NeedsPort(f.Spark) && f.Master is { NamesPort: false },
            f => $"spark.master names no port, and no job of Spark {f.Spark} starts that way (java.net.ProtocolException: Expected HTTP 101 response but was '403 Forbidden'): set it to {f.Master!.WithPort()}.",
            SparkFacts.MasterWithoutPort.Source) { FailsJobs = true },
        new(f => f.OnKubernetes && f.TellsWildcard && f.Spark is { } spark && SparkFacts.ExecutorsTakeBindAddress.IsTrueOf(spark),
            f => $"spark.driver.bindAddress is {f.Config[SparkKeys.DriverBindAddress]}, and executors of Spark {f.Spark} look for the driver there, in themselves: set {SparkKeys.UseDriverPodIP} to false.",
            SparkFacts.ExecutorsTakeBindAddress.Source) { FailsJobs = true },
        new(f => f.OnKubernetes && f.Mistaken.Any(),
            f => string.Join(" ", f.Mistaken.Select(m => $"{m.Key} is a key that no Spark reads; {m.Meant} is one.")),
            "the classes of spark-kubernetes 2.4.8 and 3.5.9"),
        new(f => f.OnKubernetes && f.SamePorts.Count > 0,
            f => $"{string.Join(" and ", f.SamePorts)} are the same port, {f.Config[f.SamePorts[0]]}: whichever is opened second moves on to the next free one, which is in no rule of a firewall.",
            "Spark's configuration page, spark.port.maxRetries"),
    ];

    /// <summary>What to say of a configuration.</summary>
    internal static IEnumerable<string> NotesFor(StoredSparkConfig config, DssRelease release) =>
        Of(config, release, _ => true);

    /// <summary>
    /// Those of the notes that somebody who changes a configuration must hear: when it first goes to Kubernetes, and
    /// not at every run after that, unless jobs fail of it.
    /// </summary>
    internal static IEnumerable<string> WarningsFor(
        StoredSparkConfig before, StoredSparkConfig after, DssRelease release)
    {
        var known = Of(before, release, l => !l.FailsJobs).ToHashSet();
        return Of(after, release, _ => true).Where(note => after.Managed || !known.Contains(note));
    }

    /// <summary>What no job of a configuration gets past.</summary>
    internal static IEnumerable<string> FaultsOf(StoredSparkConfig config, DssRelease release) =>
        Of(config, release, l => l.FailsJobs);

    /// <summary>Refuses to point a Spark at a cluster that cannot run there from DSS.</summary>
    /// <exception cref="SparkAzureException">SparkClientModeMissing.</exception>
    internal static void CheckClientMode(StoredSparkConfig config, DssRelease release)
    {
        var spark = ReleaseNumber.TryParse(release.SparkVersion);
        if (SparkClientMode.Lack(spark) is { } lack && new Facts(config, null, spark).OnKubernetes)
        {
            throw ReleaseErrors.SparkClientModeMissing(
                $"DSS runs Spark {spark}, which {lack}.",
                "Where DSS runs another Spark than that, say so with -SparkVersion. -Force writes the configuration all "
                    + "the same.",
                config.Name);
        }
    }

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
        public IReadOnlyList<string> Misnamed =>
            [.. Config.Items.Select(i => HadoopPropertyNames.NoteForSpark(i.Name)).OfType<string>().Distinct()];

        public bool OnKubernetes => Config[SparkKeys.Master]?.StartsWith("k8s://", StringComparison.Ordinal) == true;

        /// <summary>The keys that are nearly one that Spark reads, and what that is.</summary>
        public IEnumerable<(string Key, string Meant)> Mistaken =>
            from item in Config.Items
            let meant = SparkKubernetesKeys.Meant(item.Name)
            where meant is not null
            select (item.Name, meant);

        /// <summary>The first two or more keys of ports that have one number; it is not 0, which means any.</summary>
        public List<string> SamePorts => SparkKeys.DriverPorts
            .Where(key => Config[key] is { Length: > 0 } and not "0")
            .GroupBy(key => Config[key])
            .FirstOrDefault(g => g.Count() > 1)?.ToList() ?? [];

        public KubernetesMaster? Master => KubernetesMaster.TryParse(Config[SparkKeys.Master]);

        /// <summary>True when executors may be told a bind address under which nobody can be reached.</summary>
        public bool TellsWildcard =>
            Config[SparkKeys.DriverBindAddress]?.Trim('[', ']') is "0.0.0.0" or "::"
            && !"false".Equals(Config[SparkKeys.UseDriverPodIP], StringComparison.OrdinalIgnoreCase);
    }

    private sealed record Limit(Func<Facts, bool> Applies, Func<Facts, string> Text, string Source)
    {
        /// <summary>True for what is said as long as it stands there.</summary>
        public bool FailsJobs { get; init; }
    }
}
