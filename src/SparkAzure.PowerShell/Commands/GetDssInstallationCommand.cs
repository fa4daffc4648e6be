using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Host;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Reads a DSS host.</summary>
[Cmdlet(VerbsCommon.Get, "DssInstallation")]
[OutputType(typeof(DssInstallation))]
public sealed class GetDssInstallationCommand : SparkAzureCommand
{
    /// <summary>The data directory of DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await DssDataDirectory.Open(FullPath(DataDirectory)).ReadAsync(cancellationToken));
}
