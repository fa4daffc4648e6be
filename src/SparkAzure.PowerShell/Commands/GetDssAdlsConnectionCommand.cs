using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;
using SparkAzure.Transformations;

namespace SparkAzure.Commands;

/// <summary>Reads the connections of DSS to Azure Data Lake Storage.</summary>
[Cmdlet(VerbsCommon.Get, "DssAdlsConnection", DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class GetDssAdlsConnectionCommand : DssSettingsCommand
{
    /// <inheritdoc />
    [Parameter(ParameterSetName = ByFile, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "DIP_HOME")]
    [ArgumentCompleter(typeof(FolderCompleter))]
    [TextTransformation("the path of a data directory of DSS", "DataDirectory", "FullName", Elsewhere = ["ApiKey"])]
    [ValidateNotNullOrEmpty]
    public override string DataDirectory { get; set; } = "";

    /// <summary>The connection's name, or a pattern; without it all that lead to ADLS.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(AdlsConnectionNameCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string? Name { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var connection in await AdlsConnectionStore.GetAsync(Dss, Name, Caller, cancellationToken))
        {
            await WriteFoundAsync(connection);
        }
    }
}
