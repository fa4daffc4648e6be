using System.Collections;
using System.Net;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>What is to stand in a Spark configuration of DSS. What is null or empty stays as it is there.</summary>
public sealed record SparkConfigOptions
{
    /// <summary>The configuration's name in DSS.</summary>
    public string Name { get; init; } = "default";

    /// <summary>
    /// <c>spark.master</c>: <c>k8s://https://host:443</c>. Without a port, it gets one where the Spark of DSS needs it.
    /// </summary>
    public string? SparkMaster { get; init; }

    /// <summary>Where <c>spark.kubernetes.container.image</c> comes from: of several the one named spark-py.</summary>
    public IReadOnlyList<SparkImageName> Image { get; init; } = [];

    /// <summary>When nodes pull the image: Always, IfNotPresent or Never.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>Names of the Kubernetes secrets that nodes pull the image with.</summary>
    public IReadOnlyList<string> ImagePullSecretName { get; init; } = [];

    /// <summary>The Kubernetes namespace of the executors.</summary>
    public string? Namespace { get; init; }

    /// <summary>The Kubernetes service account of the executors (Spark 3.1 and later).</summary>
    public string? ServiceAccount { get; init; }

    /// <summary>The name or address under which pods reach the DSS host.</summary>
    public string? DriverHost { get; init; }

    /// <summary>
    /// The address that the driver listens on; 0.0.0.0 where the DSS host does not have DriverHost's address itself.
    /// </summary>
    public string? DriverBindAddress { get; init; }

    /// <summary>The driver's port.</summary>
    public int? DriverPort { get; init; }

    /// <summary>The port of the driver's block manager.</summary>
    public int? BlockManagerPort { get; init; }

    /// <summary>The port of the job's web page on the DSS host.</summary>
    public int? UiPort { get; init; }

    /// <summary>How many ports after a taken one are tried; jobs that run at the same time need one each.</summary>
    public int? PortMaxRetries { get; init; }

    /// <summary>The number of executors.</summary>
    public int? ExecutorInstances { get; init; }

    /// <summary>The memory of an executor's JVM, such as 4g.</summary>
    public string? ExecutorMemory { get; init; }

    /// <summary>The tasks an executor runs at the same time.</summary>
    public int? ExecutorCores { get; init; }

    /// <summary>The cores a pod asks for, such as 0.9 or 900m.</summary>
    public string? ExecutorRequestCores { get; init; }

    /// <summary>The cores a pod may use at most.</summary>
    public string? ExecutorLimitCores { get; init; }

    /// <summary>
    /// The part of the memory that a pod gets on top of its JVM's; Spark's default is 0.1, for Python 0.4.
    /// </summary>
    public double? MemoryOverheadFactor { get; init; }

    /// <summary>The Python of the executors, 2 or 3 (Spark 2.4 and 3.0; 2.4 takes 2 if nothing is said).</summary>
    public int? PythonVersion { get; init; }

    /// <summary>The Hadoop line of the jars, 2 or 3; null when the options that depend on it are not wanted.</summary>
    public int? HadoopVersion { get; init; }

    /// <summary>How Hadoop 3's ABFS is kept from the native OpenSSL.</summary>
    public OpenSslFallback OpenSslFallback { get; init; }

    /// <summary>Makes the driver do without the native OpenSSL too (howto 4.4, optional).</summary>
    public bool DriverOpenSslFallback { get; init; }

    /// <summary>Further Spark properties, names and values; null for none.</summary>
    public IDictionary? Property { get; init; }

    /// <summary>Keys that are not to stand there any more.</summary>
    public IReadOnlyList<string> RemoveProperty { get; init; } = [];

    /// <summary>The Spark that DSS runs, where DSS does not tell; null to take what it tells.</summary>
    public string? SparkVersion { get; init; }

    /// <summary>Makes the configuration where DSS has none of that name.</summary>
    public bool Create { get; init; }

    /// <summary>
    /// A file that <see cref="SparkConfig.RemoveAsync"/> wrote, to make the configuration from; null for an empty one.
    /// </summary>
    public string? FromFile { get; init; }

    /// <summary>
    /// The file to keep the configuration in as it was before it is changed; null for the usual place
    /// of this DSS.
    /// </summary>
    public string? BackupPath { get; init; }

    /// <summary>
    /// Writes what is otherwise left or refused: a value where DSS keeps an encrypted one, which cannot be compared, and
    /// a master on Kubernetes for a Spark without client mode.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>Looks a host's name up; tests have names of their own.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> AddressesOf { get; init; } = Dns.GetHostAddressesAsync;
}
