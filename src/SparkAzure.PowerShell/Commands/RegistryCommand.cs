using System.Management.Automation;
using System.Security;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Commands;

/// <summary>The base of the cmdlets that talk to an image registry: how to sign in to it.</summary>
public abstract class RegistryCommand : SparkAzureCommand
{
    private protected RegistryCommand()
    {
    }

    /// <summary>The login for the registry.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Where the token for Azure comes from.</summary>
    [Parameter]
    public AzureTokenSource TokenSource { get; set; }

    /// <summary>The client id of a user-assigned managed identity.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>A token of Entra ID that the caller already has.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? AccessToken { get; set; }

    /// <summary>The cloud of Azure.</summary>
    [Parameter]
    public AzureEnvironment Environment { get; set; }

    private protected RegistryAccess Access => new()
    {
        Credential = Credential?.GetNetworkCredential(),
        Azure = IsGiven(nameof(TokenSource)) || IsGiven(nameof(ClientId)) || IsGiven(nameof(AccessToken))
            ? new AzureAccess { TokenSource = TokenSource, ClientId = ClientId, AccessToken = AccessToken }
            : null,
        Environment = IsGiven(nameof(Environment)) ? Environment : null,
    };
}
