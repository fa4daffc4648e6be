using System.Management.Automation;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Commands;

/// <summary>Brings a removed connection to Azure Data Lake Storage back.</summary>
[Cmdlet(VerbsData.Restore, "DssAdlsConnection", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class RestoreDssAdlsConnectionCommand : DssChangeCommand
{
    /// <summary>The file that Remove-DssAdlsConnection kept.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string RestorePoint { get; set; } = "";

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken) =>
        await WriteResultAsync(await AdlsConnectionStore.RestoreAsync(
            Dss, FullPath(RestorePoint), Caller, cancellationToken));
}
