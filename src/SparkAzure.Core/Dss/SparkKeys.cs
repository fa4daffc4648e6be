using System.Globalization;
using System.Text.RegularExpressions;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Dss;

/// <summary>What the value of a Spark key must look like.</summary>
internal enum SparkValue
{
    /// <summary>Anything.</summary>
    Text,

    /// <summary>A whole number above 0.</summary>
    Count,

    /// <summary>A TCP port, 0 for any free one.</summary>
    Port,

    /// <summary>An amount of memory: a number with k, m, g or t (KiB to TiB).</summary>
    Memory,

    /// <summary>Cores as Kubernetes counts them: <c>2</c>, <c>0.9</c> or <c>900m</c> (thousandths).</summary>
    Cores,

    /// <summary>A part of the memory, above 0.</summary>
    Factor,

    /// <summary>true or false.</summary>
    Switch,

    /// <summary>A name or address that pods can reach.</summary>
    ReachableHost,

    /// <summary>The name of a Kubernetes object; several apart by commas.</summary>
    KubernetesName,
}

/// <summary>A key that Spark reads, and since when.</summary>
/// <param name="Name">The key; one that ends in a dot stands for all that begin so.</param>
/// <param name="Since">The first Spark that reads it.</param>
/// <param name="Value">What its value must look like.</param>
/// <param name="Source">Where the row was read.</param>
internal sealed partial record SparkKey(string Name, string Since, SparkValue Value, string Source)
{
    /// <summary>The first Spark that does not heed it any more; null while all later ones do.</summary>
    public string? Before { get; init; }

    /// <summary>What the key needs said: what happens without it, or what to use instead.</summary>
    public string Hint { get; init; } = "";

    /// <summary>True when this row speaks of a key.</summary>
    public bool Covers(string key) => Name.EndsWith('.') ? key.StartsWith(Name, StringComparison.Ordinal) : key == Name;

    /// <summary>Why a Spark of that version does not heed the key; null when it does, or when no one can say.</summary>
    public string? NotIn(ReleaseNumber? spark) =>
        spark is null ? null
        : spark < ReleaseNumber.Parse(Since) ? $"Spark reads it since {Since}, and this is {spark}{Hinted}"
        : Before is not null && spark >= ReleaseNumber.Parse(Before) ? $"Spark heeds it only before {Before}, and this is {spark}{Hinted}"
        : null;

    /// <summary>Why a value cannot work; null when it can. DSS's variables (<c>${…}</c>) are known only to DSS and pass.</summary>
    public string? Refusal(string value) => value.Contains("${", StringComparison.Ordinal) ? null : Value switch
    {
        SparkValue.Count => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? null : "a whole number above 0 is wanted",
        SparkValue.Port => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is 0 or >= 1024 and <= 65535
            ? null : "a port from 1024 to 65535 is wanted, or 0 for any free one",
        SparkValue.Memory => Memory().IsMatch(value) ? null : "an amount of memory such as 4g or 2400m is wanted",
        SparkValue.Cores => CoresOf(value) > 0 ? null : "a number of cores such as 2, 0.9 or 900m is wanted",
        SparkValue.Factor => decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) && factor > 0 ? null : "a number above 0 such as 0.4 is wanted",
        SparkValue.Switch => value is "true" or "false" ? null : "true or false is wanted",
        SparkValue.ReachableHost => Uri.CheckHostName(value.Trim('[', ']')) == UriHostNameType.Unknown ? "the name or address of a host is wanted, without scheme and port"
            : IsLoopback(value) ? "pods would look for the driver in themselves; give the name under which they reach the DSS host" : null,
        SparkValue.KubernetesName => KubernetesNames().IsMatch(value) ? null : "names of Kubernetes objects are lower-case letters, digits, '-' and '.'",
        _ => null,
    };

    /// <summary>Cores of a Kubernetes quantity; null for what is none.</summary>
    public static decimal? CoresOf(string? value) =>
        decimal.TryParse(value?.TrimEnd('m'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cores)
            ? value!.EndsWith('m') ? cores / 1000 : cores
            : null;

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private string Hinted => Hint.Length == 0 ? "" : $"; {Hint}";

    // JavaUtils.byteStringAs of Spark: a number and k, m, g, t or p, with or without a b.
    [GeneratedRegex("^[1-9][0-9]*([kmgtp]b?|b)?\\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Memory();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(,[a-z0-9]([-a-z0-9.]*[a-z0-9])?)*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KubernetesNames();
}

/// <summary>The keys with which Spark runs on Kubernetes from a driver outside of it. The next one is a row here.</summary>
internal static class SparkKeys
{
    internal const string Master = "spark.master";
    internal const string DeployMode = "spark.submit.deployMode";
    internal const string Image = "spark.kubernetes.container.image";
    internal const string ImagePullPolicy = "spark.kubernetes.container.image.pullPolicy";
    internal const string ImagePullSecrets = "spark.kubernetes.container.image.pullSecrets";
    internal const string Namespace = "spark.kubernetes.namespace";
    internal const string ServiceAccount = "spark.kubernetes.authenticate.executor.serviceAccountName";
    internal const string DriverHost = "spark.driver.host";
    internal const string DriverBindAddress = "spark.driver.bindAddress";
    internal const string DriverPort = "spark.driver.port";
    internal const string BlockManagerPort = "spark.driver.blockManager.port";
    internal const string UiPort = "spark.ui.port";
    internal const string PortMaxRetries = "spark.port.maxRetries";
    internal const string ExecutorInstances = "spark.executor.instances";
    internal const string ExecutorMemory = "spark.executor.memory";
    internal const string ExecutorCores = "spark.executor.cores";
    internal const string ExecutorRequestCores = "spark.kubernetes.executor.request.cores";
    internal const string ExecutorLimitCores = "spark.kubernetes.executor.limit.cores";
    internal const string MemoryOverheadFactor = "spark.kubernetes.memoryOverheadFactor";
    internal const string PythonVersion = "spark.kubernetes.pyspark.pythonVersion";
    internal const string AbfsChannelMode = "spark.hadoop.fs.azure.ssl.channel.mode";

    private const string Configuration = "Spark's configuration page";
    private const string Kubernetes = "Spark's running-on-kubernetes page";

    /// <summary>The rows.</summary>
    internal static readonly IReadOnlyList<SparkKey> All =
    [
        new(Master, "0.9.0", SparkValue.Text, Configuration),
        new(DeployMode, "1.5.0", SparkValue.Text, Configuration),
        new(Image, "2.3.0", SparkValue.Text, Kubernetes),
        new(ImagePullPolicy, "2.3.0", SparkValue.Text, Kubernetes),
        new(ImagePullSecrets, "2.4.0", SparkValue.KubernetesName, "SPARK-23668") { Hint = "let the cluster's own identity pull the image" },
        new(Namespace, "2.3.0", SparkValue.KubernetesName, Kubernetes),
        new("spark.kubernetes.context", "3.0.0", SparkValue.Text, "SPARK-25887") { Hint = "it takes the kubeconfig's current context: set that" },
        new(ServiceAccount, "3.1.0", SparkValue.KubernetesName, "SPARK-30153") { Hint = "executors run under the namespace's default account, which is enough: they ask the API server nothing" },
        new("spark.kubernetes.authenticate.driver.serviceAccountName", "2.3.0", SparkValue.KubernetesName, Kubernetes),
        new("spark.kubernetes.authenticate.", "2.4.0", SparkValue.Text, Kubernetes),
        new(DriverHost, "0.7.0", SparkValue.ReachableHost, Configuration),
        new(DriverBindAddress, "2.1.0", SparkValue.Text, Configuration),
        new(DriverPort, "0.7.0", SparkValue.Port, Configuration),
        new(BlockManagerPort, "2.1.0", SparkValue.Port, Configuration),
        new("spark.blockManager.port", "1.1.0", SparkValue.Port, Configuration),
        new(UiPort, "0.7.0", SparkValue.Port, Configuration),
        new(PortMaxRetries, "1.1.1", SparkValue.Count, Configuration),
        new(ExecutorInstances, "1.0.0", SparkValue.Count, Configuration),
        new(ExecutorMemory, "0.7.0", SparkValue.Memory, Configuration),
        new("spark.executor.memoryOverhead", "2.3.0", SparkValue.Memory, Configuration),
        new("spark.executor.memoryOverheadFactor", "3.3.0", SparkValue.Factor, "SPARK-38194") { Hint = $"{MemoryOverheadFactor} says the same before" },
        new("spark.executor.pyspark.memory", "2.4.0", SparkValue.Memory, Configuration),
        new(ExecutorCores, "1.0.0", SparkValue.Count, Configuration),
        new(ExecutorRequestCores, "2.4.0", SparkValue.Cores, "SPARK-23285"),
        new(ExecutorLimitCores, "2.3.0", SparkValue.Cores, Kubernetes),
        new(MemoryOverheadFactor, "2.4.0", SparkValue.Factor, "SPARK-23984"),
        new("spark.kubernetes.executor.podTemplateFile", "3.0.0", SparkValue.Text, "SPARK-24434") { Hint = "there are no pod templates before" },
        new("spark.kubernetes.executor.node.selector.", "3.3.0", SparkValue.Text, Kubernetes) { Hint = "spark.kubernetes.node.selector.* serves before" },
        new("spark.kubernetes.executor.deleteOnTermination", "3.0.0", SparkValue.Switch, "SPARK-25515"),
        new("spark.kubernetes.allocation.executor.timeout", "3.1.0", SparkValue.Text, Kubernetes),
        new("spark.kubernetes.local.dirs.tmpfs", "3.0.0", SparkValue.Switch, Kubernetes),
        new("spark.kubernetes.trust.certificates", "3.2.0", SparkValue.Switch, Kubernetes),
        new("spark.dynamicAllocation.shuffleTracking.enabled", "3.0.0", SparkValue.Switch, "SPARK-27963") { Hint = "Kubernetes has no dynamic allocation before" },
        new(PythonVersion, "2.4.0", SparkValue.Count, Kubernetes) { Before = "3.1.0", Hint = "later ones have Python 3 only" },
        new(AbfsChannelMode, "2.3.0", SparkValue.Text, "HADOOP-15669 (hadoop-azure 3.2.0)"),
    ];

    /// <summary>The row of a key; null for one that the table does not know. The longest name that covers it speaks.</summary>
    internal static SparkKey? Find(string key) => All.Where(k => k.Covers(key)).MaxBy(k => k.Name.Length);
}
