using System.Management.Automation;
using SparkAzure.Completion;
using SparkAzure.Core.Dss.AdlsConnections;

namespace SparkAzure.Commands;

/// <summary>Changes a connection of DSS to Azure Data Lake Storage.</summary>
[Cmdlet(VerbsCommon.Set, "DssAdlsConnection", SupportsShouldProcess = true, DefaultParameterSetName = ByFile)]
[OutputType(typeof(DssConnection))]
public sealed class SetDssAdlsConnectionCommand : AdlsConnectionCommand
{
    /// <summary>The connection's name in DSS.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AdlsConnectionNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Another storage account.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AccountCompleter))]
    public string? Account { get; set; }

    /// <summary>Another file system (container).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(NothingCompleter))]
    public string? FileSystem { get; set; }

    /// <inheritdoc />
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = Options(Name) with { Account = Given(Account), FileSystem = Given(FileSystem) };
        await WriteResultAsync(await AdlsConnectionWriter.SetAsync(
            Dss, options, Caller, cancellationToken));
    }
}
