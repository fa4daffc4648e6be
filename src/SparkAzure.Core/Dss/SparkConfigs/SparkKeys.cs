using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>A key that Spark reads, and since when.</summary>
/// <param name="Name">The key; one that ends in a dot stands for all that begin so.</param>
/// <param name="Since">The first Spark that reads it.</param>
/// <param name="Value">What its value must look like.</param>
/// <param name="Source">Where the row was read.</param>
internal sealed record SparkKey(string Name, string Since, SparkValue Value, string Source)
{
    /// <summary>
    /// The name under which it can be set by a value of its own, and is shown as one: that of a parameter of
    /// Set-DssSparkConfig, and of a property of SparkConfigOptions and of DssSparkConfig. Null where it has none.
    /// </summary>
    public string? Parameter { get; init; }

    /// <summary>The first Spark that does not heed it any more; null while all later ones do.</summary>
    public string? Before { get; init; }

    /// <summary>What the key needs said: what happens without it, or what to use instead.</summary>
    public string Hint { get; init; } = "";

    private string Hinted => Hint.Length == 0 ? "" : $"; {Hint}";

    /// <summary>True when this row speaks of a key.</summary>
    public bool Covers(string key)
    {
        if (Name.EndsWith('.'))
        {
            return key.StartsWith(Name, StringComparison.Ordinal);
        }

        return key == Name;
    }

    /// <summary>Why a Spark of that version does not heed the key; null when it does, or when no one can say.</summary>
    public string? NotIn(ReleaseNumber? spark)
    {
        if (spark is null)
        {
            return null;
        }

        if (spark < ReleaseNumber.Parse(Since))
        {
            return $"Spark reads it since {Since}, and this is {spark}{Hinted}";
        }

        if (Before is not null && spark >= ReleaseNumber.Parse(Before))
        {
            return $"Spark heeds it only before {Before}, and this is {spark}{Hinted}";
        }

        return null;
    }

    /// <summary>
    /// Why a value cannot work; null when it can. DSS's variables (<c>${…}</c>) are known only to DSS and pass.
    /// </summary>
    public string? Refusal(string value) => SparkValues.Refusal(Value, value);
}

/// <summary>
/// The keys with which Spark runs on Kubernetes from a driver outside of it. The next one is a row here; with a
/// parameter of its own, also a property of that name in SparkConfigOptions, in DssSparkConfig and in the cmdlet.
/// Nothing else names it.
/// </summary>
internal static class SparkKeys
{
    // Those that something else than a value of their own depends on.
    internal const string Master = "spark.master";
    internal const string DeployMode = "spark.submit.deployMode";
    internal const string Image = "spark.kubernetes.container.image";
    internal const string DriverHost = "spark.driver.host";
    internal const string DriverBindAddress = "spark.driver.bindAddress";
    internal const string UseDriverPodIP = "spark.kubernetes.executor.useDriverPodIP";
    internal const string ExecutorCores = "spark.executor.cores";
    internal const string ExecutorRequestCores = "spark.kubernetes.executor.request.cores";
    internal const string ExecutorLimitCores = "spark.kubernetes.executor.limit.cores";
    internal const string PythonVersion = "spark.kubernetes.pyspark.pythonVersion";
    internal const string AbfsChannelMode = "spark.hadoop.fs.azure.ssl.channel.mode";

    private const string Configuration = "Spark's configuration page";
    private const string Kubernetes = "Spark's running-on-kubernetes page";

    /// <summary>The rows, in the order in which keys are set.</summary>
    internal static readonly IReadOnlyList<SparkKey> All =
    [
        new(Master, "0.9.0", SparkValue.Text, Configuration) { Parameter = "SparkMaster" },
        new(DeployMode, "1.5.0", SparkValue.Text, Configuration),
        new(Image, "2.3.0", SparkValue.Text, Kubernetes) { Parameter = "Image" },
        new("spark.kubernetes.container.image.pullPolicy", "2.3.0", SparkValue.Text, Kubernetes) { Parameter = "ImagePullPolicy" },
        new("spark.kubernetes.container.image.pullSecrets", "2.4.0", SparkValue.KubernetesName, "SPARK-23668") { Parameter = "ImagePullSecretName", Hint = "let the cluster's own identity pull the image" },
        new("spark.kubernetes.namespace", "2.3.0", SparkValue.KubernetesName, Kubernetes) { Parameter = "Namespace" },
        new("spark.kubernetes.context", "3.0.0", SparkValue.Text, "SPARK-25887") { Hint = "it takes the kubeconfig's current context: set that" },
        new("spark.kubernetes.authenticate.executor.serviceAccountName", "3.1.0", SparkValue.KubernetesName, "SPARK-30153") { Parameter = "ServiceAccount", Hint = "executors run under the namespace's default account, which is enough: they ask the API server nothing" },
        new("spark.kubernetes.authenticate.driver.serviceAccountName", "2.3.0", SparkValue.KubernetesName, Kubernetes),
        new("spark.kubernetes.authenticate.", "2.4.0", SparkValue.Text, Kubernetes),
        new(DriverHost, "0.7.0", SparkValue.ReachableHost, Configuration) { Parameter = "DriverHost" },
        new(DriverBindAddress, "2.1.0", SparkValue.Text, Configuration) { Parameter = "DriverBindAddress" },
        new("spark.driver.port", "0.7.0", SparkValue.Port, Configuration) { Parameter = "DriverPort" },
        new("spark.driver.blockManager.port", "2.1.0", SparkValue.Port, Configuration) { Parameter = "BlockManagerPort" },
        new("spark.blockManager.port", "1.1.0", SparkValue.Port, Configuration),
        new("spark.ui.port", "0.7.0", SparkValue.Port, Configuration) { Parameter = "UiPort" },
        new("spark.port.maxRetries", "1.1.1", SparkValue.Count, Configuration) { Parameter = "PortMaxRetries" },
        new("spark.executor.instances", "1.0.0", SparkValue.Count, Configuration) { Parameter = "ExecutorInstances" },
        new("spark.executor.memory", "0.7.0", SparkValue.Memory, Configuration) { Parameter = "ExecutorMemory" },
        new("spark.executor.memoryOverhead", "2.3.0", SparkValue.Memory, Configuration),
        new("spark.executor.memoryOverheadFactor", "3.3.0", SparkValue.Factor, "SPARK-38194") { Hint = "spark.kubernetes.memoryOverheadFactor says the same before" },
        new("spark.executor.pyspark.memory", "2.4.0", SparkValue.Memory, Configuration),
        new(ExecutorCores, "1.0.0", SparkValue.Count, Configuration) { Parameter = "ExecutorCores" },
        new(ExecutorRequestCores, "2.4.0", SparkValue.Cores, "SPARK-23285") { Parameter = "ExecutorRequestCores" },
        new(ExecutorLimitCores, "2.3.0", SparkValue.Cores, Kubernetes) { Parameter = "ExecutorLimitCores" },
        new("spark.kubernetes.memoryOverheadFactor", "2.4.0", SparkValue.Factor, "SPARK-23984") { Parameter = "MemoryOverheadFactor" },
        new("spark.kubernetes.executor.podTemplateFile", "3.0.0", SparkValue.Text, "SPARK-24434") { Hint = "there are no pod templates before" },
        new("spark.kubernetes.executor.node.selector.", "3.3.0", SparkValue.Text, Kubernetes) { Hint = "spark.kubernetes.node.selector.* serves before" },
        new("spark.kubernetes.executor.deleteOnTermination", "3.0.0", SparkValue.Switch, "SPARK-25515"),
        new(UseDriverPodIP, "4.1.0", SparkValue.Switch, "SPARK-53944"),
        new("spark.kubernetes.allocation.executor.timeout", "3.1.0", SparkValue.Text, Kubernetes),
        new("spark.kubernetes.local.dirs.tmpfs", "3.0.0", SparkValue.Switch, Kubernetes),
        new("spark.kubernetes.trust.certificates", "3.2.0", SparkValue.Switch, Kubernetes),
        new("spark.dynamicAllocation.shuffleTracking.enabled", "3.0.0", SparkValue.Switch, "SPARK-27963") { Hint = "Kubernetes has no dynamic allocation before" },
        new(PythonVersion, "2.4.0", SparkValue.Count, Kubernetes) { Parameter = "PythonVersion", Before = "3.1.0", Hint = "later ones have Python 3 only" },
        new(AbfsChannelMode, "2.3.0", SparkValue.Text, "HADOOP-15669 (hadoop-azure 3.2.0)"),
    ];

    /// <summary>The keys of the ports that a driver listens on.</summary>
    internal static readonly IReadOnlyList<string> DriverPorts =
        ["spark.driver.port", "spark.driver.blockManager.port", "spark.ui.port"];

    /// <summary>
    /// The row of a key; null for one that the table does not know. The longest name that covers it speaks.
    /// </summary>
    internal static SparkKey? Find(string key) => All.Where(k => k.Covers(key)).MaxBy(k => k.Name.Length);
}
