using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Switches DSS's Spark integration off, or puts it back as it was.</summary>
[Cmdlet(
    VerbsLifecycle.Uninstall,
    "DssSparkIntegration",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(RemovedDssIntegration))]
public sealed class UninstallDssSparkIntegrationCommand : SparkAzureCommand
{
    /// <summary>The data directory of DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The file that was kept before an installation; without it DSS has no such integration.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? RestorePoint { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new IntegrationRemovalOptions
        {
            DataDirectory = FullPath(DataDirectory),
            Kind = DssIntegrationKind.Spark,
            RestorePoint = string.IsNullOrEmpty(RestorePoint) ? null : FullPath(RestorePoint),
        };
        await WriteResultAsync(await IntegrationUninstaller.UninstallAsync(options, Caller, cancellationToken));
    }
}
