using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.Hadoop;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Reads which standalone Hadoop libraries a DSS host has.</summary>
[Cmdlet(VerbsCommon.Get, "DssHadoopIntegration")]
[OutputType(typeof(DssHadoopIntegration))]
public sealed class GetDssHadoopIntegrationCommand : SparkAzureCommand
{
    /// <summary>The data directory of DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [ValidateNotNullOrEmpty]
    public string DataDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteFoundAsync(await InstalledHadoop.ReadAsync(FullPath(DataDirectory), cancellationToken));
}
