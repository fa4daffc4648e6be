using Azure.Core;
using Azure.Identity;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// Gets a registry's refresh token for a token of Entra ID, as Azure Container Registry hands them out.
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="login">Where the token of Entra ID comes from.</param>
/// <param name="tokens">The registry's token service.</param>
/// <param name="caller">Is told what was tried.</param>
internal sealed class EntraExchange(
    RegistryAddress registry, EntraLogin login, RegistryTokenService tokens, ICaller caller)
{
    /// <summary>
    /// The audience of registries in every cloud; a registry may be set up to take no other (azure-cli,
    /// _docker_utils.py).
    /// </summary>
    private const string RegistryAudience = "https://containerregistry.azure.net";

    private readonly TokenCredential _credential = AzureCredential.Create(login.Access);

    /// <summary>
    /// Exchanges a token made for registries, else one made for Resource Manager, which older registries know.
    /// </summary>
    /// <exception cref="SparkAzureException">AzureSignInFailed, RegistryLoginRefused.</exception>
    public async Task<IssuedToken> RefreshTokenAsync(string service, CancellationToken cancellationToken)
    {
        var exchange = new Uri(registry.Endpoint, "oauth2/exchange");
        string? sent = null;
        SparkAzureException? refusal = null;
        var resourceManager = login.Access.ResourceManagerEndpoint
            ?? AzureCloud.Of(login.Access.Environment).ResourceManager;
        foreach (var audience in new[] { RegistryAudience, resourceManager.GetLeftPart(UriPartial.Authority) })
        {
            AccessToken entra;
            try
            {
                entra = await _credential.GetTokenAsync(
                    new TokenRequestContext([$"{audience}/.default"], tenantId: login.Access.TenantId),
                    cancellationToken).ConfigureAwait(false);
            }
            catch (AuthenticationFailedException exception)
            {
                // Without an account there is none for another audience either; a tenant may know only one of the two.
                refusal ??= AzureErrors.AzureSignInFailed(exception);
                if (exception is CredentialUnavailableException)
                {
                    break;
                }

                continue;
            }

            if (entra.Token == sent)
            {
                break;
            }

            sent = entra.Token;
            var answer = await tokens.ExchangeAsync(exchange, service, sent, cancellationToken).ConfigureAwait(false);
            if (answer.Token is not null)
            {
                caller.Debug($"{registry.Host} exchanged a token of Entra ID for {audience}.");
                return answer.Token;
            }

            caller.Debug($"{registry.Host} did not exchange a token of Entra ID for {audience}: {answer.Refusal}");
            refusal = OciErrors.RegistryLoginRefused(
                registry.Host, $"it did not exchange the token of Entra ID ({answer.Refusal})", anonymous: false);
        }

        throw refusal!;
    }
}
