using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Azure;

namespace SparkAzure.Commands;

/// <summary>
/// The base of the cmdlets that also ask Microsoft Graph, where identities live, and wait until what is new there is
/// known everywhere.
/// </summary>
public abstract class GraphCommand : AzureCommand
{
    private protected GraphCommand()
    {
    }

    /// <summary>How long to wait, in seconds, for what is new to be known everywhere.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSeconds { get; set; } = 180;

    /// <summary>A token for Microsoft Graph that the caller already has.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? GraphAccessToken { get; set; }

    /// <summary>The address of Microsoft Graph where it is not that of the cloud.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public Uri? GraphEndpoint { get; set; }

    private protected TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    private protected override AzureAccess Azure =>
        base.Azure with { GraphAccessToken = GraphAccessToken, GraphEndpoint = GraphEndpoint };
}
