using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Removes a Spark configuration of DSS, or keys of it.</summary>
[Cmdlet(
    VerbsCommon.Remove,
    "DssSparkConfig",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssSparkConfig))]
public sealed class RemoveDssSparkConfigCommand : DssChangeCommand
{
    /// <summary>The Spark configuration.</summary>
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
    [TextTransformation("the name of a Spark configuration", "Name")]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Keys of it; without them the whole configuration goes.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SparkConfigKeyCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] RemoveProperty { get; set; } = [];

    /// <summary>The file to keep the configuration in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    /// <summary>Removes a configuration that DSS uses.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = ByApi, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public override Uri? Uri { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var removal = new SparkConfigRemoval
        {
            Name = Name,
            Property = RemoveProperty,
            BackupPath = BackupPath is null ? null : FullPath(BackupPath),
            Force = Force,
        };
        await WriteResultAsync(await SparkConfig.RemoveAsync(
            Dss, removal, Caller, cancellationToken));
    }
}
