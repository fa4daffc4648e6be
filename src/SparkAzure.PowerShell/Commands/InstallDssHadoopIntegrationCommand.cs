using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Installs DSS's standalone Hadoop libraries.</summary>
[Cmdlet(
    VerbsLifecycle.Install,
    "DssHadoopIntegration",
    DefaultParameterSetName = ByDataDirectory,
    SupportsShouldProcess = true)]
[OutputType(typeof(DssHadoopIntegration))]
public sealed class InstallDssHadoopIntegrationCommand : SparkAzureCommand
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

    /// <summary>The archive with the libraries.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Archive { get; set; } = "";

    /// <summary>The Hadoop line wanted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateSet("2", "3")]
    public int? HadoopVersion { get; set; }

    /// <summary>Takes an archive of another DSS version than the kit's.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await HadoopIntegrationInstaller.InstallAsync(
            new HadoopIntegrationOptions
            {
                DataDirectory = FullPath(ParameterSetName == ByInstallation
                    ? InputObject.DataDirectory
                    : DataDirectory),
                Archive = FullPath(Archive),
                HadoopVersion = HadoopVersion,
                Force = Force,
            },
            Caller,
            cancellationToken));
}
