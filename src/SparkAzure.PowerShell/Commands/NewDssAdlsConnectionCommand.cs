using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Commands;

/// <summary>Creates a connection of DSS to Azure Data Lake Storage.</summary>
[Cmdlet(VerbsCommon.New, "DssAdlsConnection", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class NewDssAdlsConnectionCommand : AdlsConnectionCommand
{
    /// <summary>The connection's name in DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The storage account's name.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AccountCompleter))]
    [ValidateNotNullOrEmpty]
    public string Account { get; set; } = "";

    /// <summary>The file system (container) of a gen2 account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? FileSystem { get; set; }

    /// <summary>DSS's type of the connection.</summary>
    [Parameter]
    public DssConnectionType ConnectionType { get; set; } = DssConnectionType.HDFS;

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options =
            Options(Name) with { Account = Account, FileSystem = Given(FileSystem), ConnectionType = ConnectionType };
        await WriteResultAsync(await AdlsConnectionWriter.NewAsync(
            Dss, options, Caller, cancellationToken));
    }
}
