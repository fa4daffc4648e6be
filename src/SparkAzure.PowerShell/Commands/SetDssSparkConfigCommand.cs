using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Points a Spark configuration of DSS at a cluster and an image.</summary>
[Cmdlet(VerbsCommon.Set, "DssSparkConfig", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssSparkConfig))]
public sealed class SetDssSparkConfigCommand : DssSettingsCommand
{
    /// <summary>The API server, from Get-AksApiServer.</summary>
    [Parameter(ValueFromPipeline = true)]
    public AksApiServer? InputObject { get; set; }

    /// <summary>The value of spark.master.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
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

    /// <summary>Sets the wildfly option for the driver too.</summary>
    [Parameter]
    public SwitchParameter DriverOpenSslFallback { get; set; }

    /// <summary>The Spark configuration.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "default";

    /// <summary>More keys with their values.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Property { get; set; }

    /// <summary>Writes a value also where DSS keeps an encrypted one.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkConfigOptions
        {
            Name = Name,
            SparkMaster = SparkMaster ?? InputObject?.SparkMaster,
            Image = Image,
            HadoopVersion = HadoopVersion,
            DriverOpenSslFallback = DriverOpenSslFallback,
            Property = BareProperty(),
            Force = Force,
        };
        await WriteResultAsync(await SparkConfig.SetAsync(Dss, options, Operator, cancellationToken));
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
