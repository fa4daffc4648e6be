using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Points a Spark configuration of DSS at a cluster and an image.</summary>
[Cmdlet(VerbsCommon.Set, "DssSparkConfig", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssSparkConfig))]
public sealed class SetDssSparkConfigCommand : DssChangeCommand
{
    private bool _masterIsGiven;

    /// <summary>The API server, from Get-AksApiServer.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = ByFile)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ByApi)]
    [Parameter(ParameterSetName = ByEndpoint)]
    public AksApiServer? InputObject { get; set; }

    /// <summary>The value of spark.master.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? SparkMaster { get; set; }

    /// <summary>The image, or the images of which spark-py is taken.</summary>
    [Parameter]
    [SparkImageNameTransformation]
    [ValidateNotNullOrEmpty]
    public SparkImageName[] Image { get; set; } = [];

    /// <summary>The Hadoop line of the jars in the image.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("2", "3")]
    public int? HadoopVersion { get; set; }

    /// <summary>How Hadoop 3's ABFS is kept from the native OpenSSL.</summary>
    [Parameter]
    public OpenSslFallback OpenSslFallback { get; set; }

    /// <summary>Sets the wildfly option for the driver too.</summary>
    [Parameter]
    public SwitchParameter DriverOpenSslFallback { get; set; }

    /// <summary>The Spark configuration.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "default";

    /// <summary>When nodes pull the image.</summary>
    [Parameter]
    [ValidateSet("IfNotPresent", "Always", "Never")]
    public string? ImagePullPolicy { get; set; }

    /// <summary>Names of the Kubernetes secrets that nodes pull the image with.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] ImagePullSecretName { get; set; } = [];

    /// <summary>The namespace of the executors.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Namespace { get; set; }

    /// <summary>The service account of the executors.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ServiceAccount { get; set; }

    /// <summary>The name under which pods reach the DSS host.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DriverHost { get; set; }

    /// <summary>The address that the driver listens on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DriverBindAddress { get; set; }

    /// <summary>The driver's port.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? DriverPort { get; set; }

    /// <summary>The port of the driver's block manager.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? BlockManagerPort { get; set; }

    /// <summary>The port of the job's web page.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    public int? UiPort { get; set; }

    /// <summary>How many ports after a taken one are tried.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int? PortMaxRetries { get; set; }

    /// <summary>The number of executors.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ExecutorInstances { get; set; }

    /// <summary>The memory of an executor's JVM.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ExecutorMemory { get; set; }

    /// <summary>The tasks an executor runs at a time.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? ExecutorCores { get; set; }

    /// <summary>The cores a pod asks for.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ExecutorRequestCores { get; set; }

    /// <summary>The cores a pod may use at most.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ExecutorLimitCores { get; set; }

    /// <summary>The part of the memory a pod gets on top of its JVM's.</summary>
    [Parameter]
    public double? MemoryOverheadFactor { get; set; }

    /// <summary>The executors' Python.</summary>
    [Parameter]
    [ValidateSet("2", "3")]
    public int? PythonVersion { get; set; }

    /// <summary>More keys with their values.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkPropertyCompleter))]
    [ValidateNotNull]
    public IDictionary? Property { get; set; }

    /// <summary>Keys that are not to stand there any more.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkConfigKeyCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RemoveProperty { get; set; } = [];

    /// <summary>The Spark that DSS runs, where it cannot be read there.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SparkVersion { get; set; }

    /// <summary>Makes the configuration where DSS has none of that name.</summary>
    [Parameter]
    public SwitchParameter Create { get; set; }

    /// <summary>A file of Remove- or Set-DssSparkConfig to make the configuration from.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(KeptSparkConfigCompleter))]
    [ValidateNotNullOrEmpty]
    public string? FromFile { get; set; }

    /// <summary>The file to keep the configuration in as it was.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    /// <summary>Writes over an encrypted value, and for a Spark without client mode.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override void BeginProcessing() => _masterIsGiven = IsGiven(nameof(SparkMaster));

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkConfigOptions
        {
            Name = Name,
            HadoopVersion = HadoopVersion,
            OpenSslFallback = OpenSslFallback,
            DriverOpenSslFallback = DriverOpenSslFallback,
            Property = BareProperty(),
            RemoveProperty = RemoveProperty,
            SparkVersion = SparkVersion,
            Create = Create,
            FromFile = FromFile is null ? null : FullPath(FromFile),
            BackupPath = BackupPath is null ? null : FullPath(BackupPath),
            Force = Force,
        };
        options = SparkConfig.WithKeys(options, ValueOf) with { SparkMaster = MasterOf() };
        await WriteResultAsync(
            await SparkConfig.SetAsync(Dss, options, Caller, cancellationToken));
    }

    // A key of Spark has its parameter's name in the options too; which keys have one stands in Core's table.
    private object? ValueOf(string parameter) => GetType().GetProperty(parameter)!.GetValue(this);

    // A piped configuration that has no master is no wish for an empty one; one typed at the prompt is a mistake.
    private string? MasterOf()
    {
        if (_masterIsGiven || !string.IsNullOrEmpty(SparkMaster))
        {
            return SparkMaster;
        }

        return InputObject?.SparkMaster;
    }

    // A value that came out of a pipeline is wrapped, and would hide what it is. An ordered table stays one.
    private IDictionary? BareProperty()
    {
        if (Property is null)
        {
            return null;
        }

        IDictionary bare = Property is IOrderedDictionary ? new OrderedDictionary() : new Hashtable();
        foreach (DictionaryEntry entry in Property)
        {
            bare[entry.Key] = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
        }

        return bare;
    }
}
