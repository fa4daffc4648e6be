using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Commands;

/// <summary>Reads the connections of DSS to Azure Data Lake Storage.</summary>
[Cmdlet(VerbsCommon.Get, "DssAdlsConnection", DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class GetDssAdlsConnectionCommand : DssSettingsCommand
{
    /// <inheritdoc />
    [Parameter(
        Mandatory = true, ParameterSetName = ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("DIP_HOME")]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <summary>One connection; without it all that lead to ADLS.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AdlsConnectionNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in await AdlsConnectionStore.GetAsync(Dss, Name, Caller, cancellationToken))
        {
            await WriteResultAsync(connection);
        }
    }
}
