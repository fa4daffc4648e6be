using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Reads Spark configurations of DSS.</summary>
[Cmdlet(VerbsCommon.Get, "DssSparkConfig", DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssSparkConfig))]
public sealed class GetDssSparkConfigCommand : DssSettingsCommand
{
    /// <inheritdoc />
    [Parameter(ParameterSetName = ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName", Elsewhere = ["ApiKey"])]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = ByApi, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public override Uri? Uri { get; set; }

    /// <summary>The name of the configuration, or a pattern.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(SparkConfigNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var config in await SparkConfig.GetAsync(Dss, Name is null ? [] : [Name], Caller, cancellationToken))
        {
            await WriteFoundAsync(config);
        }
    }
}
