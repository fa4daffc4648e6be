using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Tells DSS which Spark to use.</summary>
[Cmdlet(
    VerbsLifecycle.Install,
    "DssSparkIntegration",
    DefaultParameterSetName = ByDataDirectory,
    SupportsShouldProcess = true)]
[OutputType(typeof(DssSparkIntegration))]
public sealed class InstallDssSparkIntegrationCommand : SparkAzureCommand
{
    private const string ByDataDirectory = "DataDirectory";
    private const string ByInstallation = "Installation";

    /// <summary>The installation, from Get-DssInstallation.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByInstallation)]
    [ValidateNotNull]
    public DssInstallation InputObject { get; set; } = null!;

    /// <summary>The data directory of DSS.</summary>
    [Parameter(
        Mandatory = true,
        Position = 0,
        ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = ByDataDirectory)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <summary>The Spark distribution.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("SPARK_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string SparkHome { get; set; } = "";

    /// <summary>Takes also a Spark that cannot run on Kubernetes from DSS.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await SparkIntegrationInstaller.InstallAsync(
            new SparkIntegrationOptions
            {
                DataDirectory = FullPath(ParameterSetName == ByInstallation
                    ? InputObject.DataDirectory
                    : DataDirectory),
                SparkHome = FullPath(SparkHome),
                Force = Force,
            },
            Caller,
            cancellationToken));
}
