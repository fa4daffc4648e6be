using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Azure;

namespace SparkAzure.Commands;

/// <summary>
/// The base of the cmdlets that talk to Azure: as whom, and where Azure is. Nobody is ever asked to sign in, and
/// nothing is remembered between calls. A cmdlet that also works without Azure overrides the properties to put them
/// into its own parameter set.
/// </summary>
public abstract class AzureCommand : SparkAzureCommand
{
    private protected AzureCommand()
    {
    }

    /// <summary>The subscription, by id or name; may be left out where the account sees only one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Subscription")]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string? SubscriptionId { get; set; }

    /// <summary>The tenant of Entra ID that the token shall be of.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string? TenantId { get; set; }

    /// <summary>Where the token for Azure comes from.</summary>
    [Parameter]
    public virtual AzureTokenSource TokenSource { get; set; }

    /// <summary>The client id of a user-assigned managed identity.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string? ClientId { get; set; }

    /// <summary>A token for Azure Resource Manager that the caller already has.</summary>
    [Parameter]
    [ValidateNotNull]
    public virtual SecureString? AccessToken { get; set; }

    /// <summary>The cloud of Azure.</summary>
    [Parameter]
    public virtual AzureEnvironment Environment { get; set; }

    /// <summary>The address of Azure Resource Manager where it is not that of the cloud.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public virtual Uri? ResourceManagerEndpoint { get; set; }

    /// <summary>The address of Entra ID where it is not that of the cloud.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNull]
    public virtual Uri? Authority { get; set; }

    /// <summary>How to reach Azure and as whom.</summary>
    private protected virtual AzureAccess Azure => new()
    {
        SubscriptionId = SubscriptionId,
        TenantId = TenantId,
        TokenSource = TokenSource,
        ClientId = ClientId,
        AccessToken = AccessToken,
        Environment = Environment,
        ResourceManagerEndpoint = ResourceManagerEndpoint,
        Authority = Authority,
    };
}
