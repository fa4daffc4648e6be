using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Takes a connection to Azure Data Lake Storage out of DSS.</summary>
[Cmdlet(
    VerbsCommon.Remove,
    "DssAdlsConnection",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class RemoveDssAdlsConnectionCommand : DssChangeCommand
{
    /// <inheritdoc />
    [Parameter(ParameterSetName = ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName", Elsewhere = ["ApiKey"])]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <summary>The connection.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AdlsConnectionNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The file to keep the connection in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupPath { get; set; }

    /// <inheritdoc />
    [Parameter(Mandatory = true, ParameterSetName = ByApi, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public override Uri? Uri { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await AdlsConnectionStore.RemoveAsync(
            Dss, Name, BackupPath is null ? null : FullPath(BackupPath), Caller, cancellationToken));
}
