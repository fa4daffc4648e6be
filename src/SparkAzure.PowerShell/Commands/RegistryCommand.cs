using System.Management.Automation;
using System.Security;
using SparkAzure.Completion;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Oci.Registry;

namespace SparkAzure.Commands;

/// <summary>The base of the cmdlets that talk to an image registry: how to sign in to it.</summary>
public abstract class RegistryCommand : SparkAzureCommand
{
    private static readonly string[] AsWhom =
        [nameof(TokenSource), nameof(ClientId), nameof(TenantId), nameof(AccessToken)];

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
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ClientId { get; set; }

    /// <summary>The tenant of Entra ID that the token shall be of.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(NothingCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TenantId { get; set; }

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
        Azure = AsWhom.Any(IsGiven)
            ? new AzureAccess
            {
                TokenSource = TokenSource,
                ClientId = ClientId,
                TenantId = TenantId,
                AccessToken = AccessToken,
            }
            : null,
        Environment = IsGiven(nameof(Environment)) ? Environment : null,
    };
}
