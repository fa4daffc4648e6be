using System.Globalization;
using k8s.Models;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// The pod of an executor, shaped as Spark shapes it: what decides whether a cluster takes it. Source:
/// BasicExecutorFeatureStep, LocalDirsFeatureStep and ExecutorKubernetesCredentialsFeatureStep of Spark 2.4.8 and 3.5;
/// compared with the pods of real runs; of MountSecretsFeatureStep the volumes of secrets. A pod template and other volumes
/// that a configuration adds are left out.
/// </summary>
internal static class ExecutorPod
{
    private const string DefaultNamespace = "default";
    private const string Image = "spark.kubernetes.container.image";
    private const string NodeSelector = "spark.kubernetes.node.selector.";
    private const string ExecutorNodeSelector = "spark.kubernetes.executor.node.selector.";
    private const string ExecutorLabel = "spark.kubernetes.executor.label.";
    private const string ExecutorAnnotation = "spark.kubernetes.executor.annotation.";
    private const string SecretFolder = "spark.kubernetes.executor.secrets.";
    private const string SecretVariable = "spark.kubernetes.executor.secretKeyRef.";
    private const string ExecutorAccount = "spark.kubernetes.authenticate.executor.serviceAccountName";
    private const string DriverAccount = "spark.kubernetes.authenticate.driver.serviceAccountName";
    private const long Mebibyte = 1L << 20;

    /// <summary>Utils.MEMORY_OVERHEAD_MIN_MIB: what an executor gets at least beside its heap.</summary>
    private const long LeastOverhead = 384;

    /// <summary>Since when executors run as the driver's account: 2.4.8, and 3.0 (SPARK-27872).</summary>
    private static readonly ReleaseNumber FirstWithDriversAccount = ReleaseNumber.Parse("2.4.8");

    /// <summary>Since when a container has another name and executors an account of their own (SPARK-30122).</summary>
    private static readonly ReleaseNumber FirstWithAccount = ReleaseNumber.Parse("3.1.0");
    private static readonly ReleaseNumber FirstOfLine3 = ReleaseNumber.Parse("3.0.0");

    /// <summary>The namespace in which a configuration's executors run.</summary>
    public static string NamespaceOf(StoredSparkConfig config) =>
        config["spark.kubernetes.namespace"] ?? DefaultNamespace;

    /// <summary>The image of executors; null where the configuration names none.</summary>
    public static string? ImageOf(StoredSparkConfig config) =>
        config["spark.kubernetes.executor.container.image"] ?? config[Image];

    /// <summary>The secrets that nodes pull the image with.</summary>
    public static IReadOnlyList<string> PullSecretsOf(StoredSparkConfig config) =>
        (config["spark.kubernetes.container.image.pullSecrets"] ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The secrets that executors are given: each with the keys that variables are made of; none where it is a folder.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Keys)> SecretsOf(StoredSparkConfig config)
    {
        var folders = SecretFoldersOf(config).Select(f => (f.Name, Key: (string?)null));
        var variables = SecretVariablesOf(config).Select(v => v.ValueFrom.SecretKeyRef).Select(r => (r.Name, Key: (string?)r.Key));
        return
        [
            .. folders.Concat(variables)
                .GroupBy(s => s.Name, StringComparer.Ordinal)
                .Select(g => (g.Key, (IReadOnlyList<string>)[.. g.Select(s => s.Key).OfType<string>().Distinct()])),
        ];
    }

    /// <summary>The secrets that executors mount, each with its folder.</summary>
    public static IReadOnlyList<(string Name, string Path)> SecretFoldersOf(StoredSparkConfig config) =>
    [
        .. config.Items
            .Where(i => i.Name.StartsWith(SecretFolder, StringComparison.Ordinal) && i is { Encrypted: false, Value: not null })
            .DistinctBy(i => i.Name)
            .Select(i => (i.Name[SecretFolder.Length..], i.Value!)),
    ];

    /// <summary>Has a pod start without a secret that is not there, where an executor waits for it.</summary>
    public static void LetStartWithoutSecrets(V1Pod pod)
    {
        foreach (var secret in pod.Spec.Volumes.Select(v => v.Secret).OfType<V1SecretVolumeSource>())
        {
            secret.Optional = true;
        }
    }

    /// <summary>The account that executors run as; null for the namespace's default one.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="spark">The Spark of DSS; null where it is not known.</param>
    public static string? AccountOf(StoredSparkConfig config, ReleaseNumber? spark)
    {
        if (spark is not null && spark < FirstWithAccount)
        {
            return spark < FirstWithDriversAccount ? null : config[DriverAccount];
        }

        return config[ExecutorAccount] ?? config[DriverAccount];
    }

    /// <summary>What a node must have for one executor: cores, and memory in mebibytes.</summary>
    public static (decimal Cores, long Memory) RequestOf(StoredSparkConfig config)
    {
        var cores = SparkValues.CoresOf(config[SparkKeys.ExecutorRequestCores] ?? config[SparkKeys.ExecutorCores]) ?? 1;
        var heap = (SparkValues.BytesOf(config["spark.executor.memory"], Mebibyte) ?? (1L << 30)) / Mebibyte;
        var python = (SparkValues.BytesOf(config["spark.executor.pyspark.memory"], Mebibyte) ?? 0) / Mebibyte;
        var given = SparkValues.BytesOf(config["spark.executor.memoryOverhead"], Mebibyte);
        var factor = Factor(config["spark.executor.memoryOverheadFactor"])
            ?? Factor(config["spark.kubernetes.memoryOverheadFactor"])
            ?? 0.1m;
        var overhead = given / Mebibyte ?? Math.Max((long)(heap * factor), LeastOverhead);
        return (cores, heap + python + overhead);
    }

    /// <summary>The node labels that the configuration asks for.</summary>
    public static IReadOnlyDictionary<string, string> SelectorOf(StoredSparkConfig config) =>
        Below(config, NodeSelector, ExecutorNodeSelector);

    /// <summary>Makes the pod.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="spark">The Spark of DSS; null where it is not known.</param>
    /// <param name="name">The pod's name.</param>
    public static V1Pod Of(StoredSparkConfig config, ReleaseNumber? spark, string name)
    {
        var account = AccountOf(config, spark);
        var labels = Below(config, ExecutorLabel);
        labels["spark-role"] = "executor";
        labels["spark-exec-id"] = "1";
        labels["spark-app-selector"] = name;
        return new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta
            {
                Name = name,
                NamespaceProperty = NamespaceOf(config),
                Labels = labels,
                Annotations = Below(config, ExecutorAnnotation),
            },
            Spec = new V1PodSpec
            {
                RestartPolicy = "Never",
                Hostname = name,
                ServiceAccountName = account,
                NodeSelector = Below(config, NodeSelector, ExecutorNodeSelector),
                ImagePullSecrets =
                    [.. PullSecretsOf(config).Select(s => new V1LocalObjectReference { Name = s })],
                Containers = [ContainerOf(config, spark)],
                Volumes =
                [
                    .. SecretFoldersOf(config).Select(s => SecretVolume(s.Name)),
                    new V1Volume { Name = "spark-local-dir-1", EmptyDir = new V1EmptyDirVolumeSource() },
                ],
            },
        };
    }

    private static V1Container ContainerOf(StoredSparkConfig config, ReleaseNumber? spark)
    {
        var (cores, memory) = RequestOf(config);
        var size = new ResourceQuantity(string.Create(CultureInfo.InvariantCulture, $"{memory}Mi"));
        var limits = new Dictionary<string, ResourceQuantity> { ["memory"] = size };
        if (config[SparkKeys.ExecutorLimitCores] is { } most && SparkValues.CoresOf(most) is not null)
        {
            limits["cpu"] = new ResourceQuantity(most);
        }

        return new V1Container
        {
            Name = spark is not null && spark < FirstOfLine3 ? "executor" : "spark-kubernetes-executor",
            Image = ImageOf(config),
            ImagePullPolicy = config["spark.kubernetes.container.image.pullPolicy"] ?? "IfNotPresent",
            Args = ["executor"],
            Env = [.. SecretVariablesOf(config)],
            Ports = [new V1ContainerPort { Name = "blockmanager", ContainerPort = 7079, Protocol = "TCP" }],
            Resources = new V1ResourceRequirements
            {
                Requests = new Dictionary<string, ResourceQuantity>
                {
                    ["cpu"] = new(cores.ToString(CultureInfo.InvariantCulture)),
                    ["memory"] = size,
                },
                Limits = limits,
            },
            VolumeMounts =
            [
                .. SecretFoldersOf(config).Select(s => new V1VolumeMount { Name = $"{s.Name}-volume", MountPath = s.Path }),
                new V1VolumeMount { Name = "spark-local-dir-1", MountPath = "/var/data/spark-local" },
            ],
        };
    }

    private static V1Volume SecretVolume(string secret) =>
        new() { Name = $"{secret}-volume", Secret = new V1SecretVolumeSource { SecretName = secret } };

    // name:key, as Spark has it; a node refuses a container of which one is not there. No value of a secret is in it.
    private static IEnumerable<V1EnvVar> SecretVariablesOf(StoredSparkConfig config) =>
        from item in config.Items
        where item.Name.StartsWith(SecretVariable, StringComparison.Ordinal) && !item.Encrypted
        let colon = item.Value?.IndexOf(':', StringComparison.Ordinal) ?? -1
        where colon > 0
        let reference = new V1SecretKeySelector { Name = item.Value![..colon], Key = item.Value![(colon + 1)..] }
        select new V1EnvVar { Name = item.Name[SecretVariable.Length..], ValueFrom = new V1EnvVarSource { SecretKeyRef = reference } };

    private static Dictionary<string, string> Below(StoredSparkConfig config, params string[] prefixes)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in config.Items)
        {
            if (Array.Find(prefixes, p => item.Name.StartsWith(p, StringComparison.Ordinal)) is { } prefix
                && config[item.Name] is { } value)
            {
                found[item.Name[prefix.Length..]] = value;
            }
        }

        return found;
    }

    private static decimal? Factor(string? text)
    {
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor))
        {
            return factor;
        }

        return null;
    }
}
