using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Commands;

/// <summary>Puts a Spark configuration of DSS back as it was.</summary>
[Cmdlet(VerbsData.Restore, "DssSparkConfig", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssSparkConfig))]
public sealed class RestoreDssSparkConfigCommand : DssChangeCommand
{
    /// <summary>The file that a change or a removal kept.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "BackupPath")]
    [ValidateNotNullOrEmpty]
    public string RestorePoint { get; set; } = "";

    /// <summary>The Spark configuration; without it the one that the file names.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = ByApi, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public override Uri? Uri { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkConfigRestoring { RestorePoint = FullPath(RestorePoint), Name = Name };
        await WriteResultAsync(await SparkConfig.RestoreAsync(Dss, options, Caller, cancellationToken));
    }
}
