using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Puts a Spark configuration of DSS back as it was.</summary>
[Cmdlet(VerbsData.Restore, "DssSparkConfig", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssSparkConfig))]
public sealed class RestoreDssSparkConfigCommand : DssChangeCommand
{
    /// <inheritdoc />
    [Parameter(ParameterSetName = ByFile, ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <summary>The file that a change or a removal kept.</summary>
    [Parameter(
        Mandatory = true,
        Position = 0,
        ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = ByFile)]
    [Parameter(
        Mandatory = true,
        Position = 0,
        ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = ByApi)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByEndpoint)]
    [Alias("FullName", "BackupPath")]
    [ArgumentCompleter(typeof(KeptSparkConfigCompleter))]
    [TextTransformation("the path of a file that Remove- or Set- kept", "RestorePoint", "BackupPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string RestorePoint { get; set; } = "";

    /// <summary>The Spark configuration; without it the one that the file names.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = ByApi, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public override Uri? Uri { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new SparkConfigRestoring { RestorePoint = FullPath(RestorePoint), Name = Name };
        await WriteResultAsync(await SparkConfig.RestoreAsync(Dss, options, Caller, cancellationToken));
    }
}
