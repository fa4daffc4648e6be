namespace SparkAzure;

/// <summary>One key of a Spark configuration and what became of it.</summary>
/// <param name="Key">The Spark property, for example <c>spark.master</c>.</param>
/// <param name="Before">
/// The value that stood there; null when the key was absent. Masked when it is or may be a secret.
/// </param>
/// <param name="After">The value now; null when the key was removed. Masked when it is or may be a secret.</param>
public sealed record DssSparkConfigChange(string Key, string? Before, string? After)
{
    /// <summary>The change as <c>key = value</c>.</summary>
    public override string ToString()
    {
        if (After is null)
        {
            return $"{Key} removed";
        }

        return $"{Key} = {After}";
    }
}

/// <summary>One entry of a Spark configuration as DSS keeps it; a key may stand in several.</summary>
/// <param name="Key">The Spark property.</param>
/// <param name="Value">Its value; masked when it is or may be a secret.</param>
/// <param name="Secret">True when DSS marks the entry secret.</param>
/// <param name="Encrypted">True when DSS stores the value encrypted.</param>
/// <param name="Final">True when DSS marks the entry final.</param>
public sealed record DssSparkConfigItem(string Key, string? Value, bool Secret, bool Encrypted, bool Final)
{
    /// <summary>The entry as <c>key = value</c>.</summary>
    public override string ToString() => $"{Key} = {Value}";
}

/// <summary>A named Spark configuration of DSS (Administration, Settings, Spark).</summary>
public sealed record DssSparkConfig
{
    /// <summary>The data directory whose settings file holds it, or null when it was reached over REST.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The address of DSS when it was reached over REST, else null.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The configuration's name in DSS, usually <c>default</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The description in DSS; null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>The product version of DSS; null when it did not say.</summary>
    public string? DssVersion { get; init; }

    /// <summary>The Spark that DSS runs; null over REST, which does not tell.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>The home of that Spark, so that it pipes to Compare-SparkImage; null over REST.</summary>
    public string? SparkHome { get; init; }

    /// <summary>
    /// True when DSS itself sets master and image of this configuration (kubernetesSettings.managedKubernetes, DSS 6.0
    /// and later).
    /// </summary>
    public bool ManagedKubernetes { get; init; }

    /// <summary>
    /// What uses this configuration in DSS's settings: configForJupyter, configForSEK, configForInteractive,
    /// engineCreationSettings.
    /// </summary>
    public IReadOnlyList<string> UsedBy { get; init => field = value.ToArray(); } = [];

    /// <summary>The value of <c>spark.master</c>.</summary>
    public string? SparkMaster { get; init; }

    /// <summary>The value of <c>spark.kubernetes.container.image</c>.</summary>
    public string? Image { get; init; }

    /// <summary>When nodes pull the image: <c>spark.kubernetes.container.image.pullPolicy</c>.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>
    /// Names of the secrets that nodes pull with: <c>spark.kubernetes.container.image.pullSecrets</c>.
    /// </summary>
    public IReadOnlyList<string> ImagePullSecretName { get; init => field = value.ToArray(); } = [];

    /// <summary>The executors' namespace: <c>spark.kubernetes.namespace</c>; null means <c>default</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// The executors' service account: <c>spark.kubernetes.authenticate.executor.serviceAccountName</c>.
    /// </summary>
    public string? ServiceAccount { get; init; }

    /// <summary>The name under which pods reach the DSS host: <c>spark.driver.host</c>.</summary>
    public string? DriverHost { get; init; }

    /// <summary>The address the driver listens on: <c>spark.driver.bindAddress</c>.</summary>
    public string? DriverBindAddress { get; init; }

    /// <summary>The driver's port: <c>spark.driver.port</c>; null means any.</summary>
    public int? DriverPort { get; init; }

    /// <summary>
    /// The port of the driver's block manager: <c>spark.driver.blockManager.port</c>; null means any.
    /// </summary>
    public int? BlockManagerPort { get; init; }

    /// <summary>The port of the job's web page: <c>spark.ui.port</c>.</summary>
    public int? UiPort { get; init; }

    /// <summary>How many ports after a taken one are tried: <c>spark.port.maxRetries</c>.</summary>
    public int? PortMaxRetries { get; init; }

    /// <summary>The number of executors: <c>spark.executor.instances</c>.</summary>
    public int? ExecutorInstances { get; init; }

    /// <summary>The memory of an executor's JVM: <c>spark.executor.memory</c>, such as <c>2400m</c>.</summary>
    public string? ExecutorMemory { get; init; }

    /// <summary>The tasks an executor runs at a time: <c>spark.executor.cores</c>.</summary>
    public int? ExecutorCores { get; init; }

    /// <summary>The cores a pod asks for: <c>spark.kubernetes.executor.request.cores</c>.</summary>
    public string? ExecutorRequestCores { get; init; }

    /// <summary>The cores a pod may use at most: <c>spark.kubernetes.executor.limit.cores</c>.</summary>
    public string? ExecutorLimitCores { get; init; }

    /// <summary>
    /// The part of the memory a pod gets on top of its JVM's: <c>spark.kubernetes.memoryOverheadFactor</c>.
    /// </summary>
    public double? MemoryOverheadFactor { get; init; }

    /// <summary>The executors' Python: <c>spark.kubernetes.pyspark.pythonVersion</c>.</summary>
    public int? PythonVersion { get; init; }

    /// <summary>
    /// All keys of the configuration in the order of the document, of a repeated one the first; values that are or may
    /// be secrets are masked.
    /// </summary>
    public IReadOnlyDictionary<string, string> Property { get; init; } = new Dictionary<string, string>();

    /// <summary>Every entry as DSS keeps it, in its order, repeated keys included.</summary>
    public IReadOnlyList<DssSparkConfigItem> Items { get; init => field = value.ToArray(); } = [];

    /// <summary>Keys that stand there more than once; which one DSS takes is not known.</summary>
    public IReadOnlyList<string> Repeated { get; init => field = value.ToArray(); } = [];

    /// <summary>The keys this call set or removed, or would; empty when everything stood as wanted.</summary>
    public IReadOnlyList<DssSparkConfigChange> Changes { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// True when DSS must be restarted to see the change (files were edited while it may be running).
    /// </summary>
    public bool RestartRequired { get; init; }

    /// <summary>What the procedure allows, forbids or advises for this configuration, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init => field = value.ToArray(); } = [];

    /// <summary>
    /// The file that holds the configuration as it was before this call, for Restore-DssSparkConfig; in a rehearsal the
    /// one that would; null where nothing changes, where there was none.
    /// </summary>
    public string? BackupPath { get; init; }

    /// <summary>True when this call altered the settings.</summary>
    public bool Changed { get; init; }

    /// <summary>
    /// True when a change is described that was not made, because of -WhatIf or a declined confirmation.
    /// </summary>
    public bool Planned { get; init; }

    /// <summary>Names the configuration in one line.</summary>
    public override string ToString() => $"{Name}: {SparkMaster} {Image}";
}
