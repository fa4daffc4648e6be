using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Puts a connection to Azure Data Lake Storage back as it was.</summary>
[Cmdlet(VerbsData.Restore, "DssAdlsConnection", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class RestoreDssAdlsConnectionCommand : DssChangeCommand
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
    [Alias("FullName")]
    [ArgumentCompleter(typeof(KeptConnectionCompleter))]
    [TextTransformation("the path of a file that Remove- or Set- kept", "RestorePoint", "BackupPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string RestorePoint { get; set; } = "";

    /// <summary>The file to keep what stands there in.</summary>
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
        await WriteResultAsync(await AdlsConnectionStore.RestoreAsync(
            Dss, FullPath(RestorePoint), BackupPath is null ? null : FullPath(BackupPath), Caller, cancellationToken));
}
