using System.Net;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci.Registry;

/// <summary>
/// How to sign in to registries: what the caller gives for one of them, and what this account's own files hold for the
/// others.
/// </summary>
public sealed record RegistryAccess
{
    /// <summary>The login for the registry that the call is about; null for none.</summary>
    public NetworkCredential? Credential { get; init; }

    /// <summary>
    /// As whom to sign in to Azure Container Registry through Entra ID; null when nothing was chosen.
    /// </summary>
    public AzureAccess? Azure { get; init; }

    /// <summary>The subscription of the registry, by id or name; null to look into all that the account sees.</summary>
    public string? SubscriptionId { get; init; }

    /// <summary>The address of Azure Resource Manager; null for that of the cloud.</summary>
    public Uri? ResourceManagerEndpoint { get; init; }

    /// <summary>The cloud of Azure; null for the one that the login server's name tells.</summary>
    public AzureEnvironment? Environment { get; init; }

    /// <summary>Where docker's config.json is; null for DOCKER_CONFIG or the home's .docker.</summary>
    public string? DockerConfigFolder { get; init; }

    /// <summary>
    /// Finds the login for a registry: what was given; else docker's own; else, on Azure Container Registry, Entra ID;
    /// else none.
    /// </summary>
    /// <param name="registry">The registry.</param>
    /// <param name="isTarget">
    /// False for a registry that something else names (a base image): it is not shown what was given for the target.
    /// </param>
    /// <param name="caller">Is told where the login comes from.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">
    /// DockerConfigUnreadable, CredentialHelperFailed, RegistryLoginAmbiguous.
    /// </exception>
    internal async Task<RegistryLogin?> FindLoginAsync(
        RegistryAddress registry, bool isTarget, ICaller caller, CancellationToken cancellationToken)
    {
        if (Credential is not null && Azure is not null)
        {
            throw OciErrors.RegistryLoginAmbiguous();
        }

        var (login, source) = await FindAsync(registry, isTarget, cancellationToken).ConfigureAwait(false);
        caller.Debug(
            login is null
                ? $"No login for {registry.Host} was given or found."
                : $"The login for {registry.Host} is {source}.");
        return login;
    }

    /// <summary>How Azure is reached for a registry: as was chosen, in the cloud that its name tells.</summary>
    internal AzureAccess AzureOf(RegistryAddress registry)
    {
        var azure = Azure ?? new AzureAccess();
        return azure with
        {
            Environment = Environment
                ?? AzureCloud.OfLoginServer(
                    RegistryAddress.HostName(registry.Host))?.Name ?? AzureEnvironment.AzureCloud,
            SubscriptionId = SubscriptionId ?? azure.SubscriptionId,
            ResourceManagerEndpoint = ResourceManagerEndpoint ?? azure.ResourceManagerEndpoint,
        };
    }

    /// <summary>A client that is signed in to a registry as it is needed; the caller disposes it.</summary>
    /// <inheritdoc cref="FindLoginAsync" />
    internal async Task<RegistryClient> OpenAsync(
        RegistryAddress registry, bool isTarget, ICaller caller, CancellationToken cancellationToken) =>
        new(
            registry,
            await FindLoginAsync(registry, isTarget, caller, cancellationToken).ConfigureAwait(false),
            caller);

    private async Task<(RegistryLogin? Login, string Source)> FindAsync(
        RegistryAddress registry, bool isTarget, CancellationToken cancellationToken)
    {
        if (isTarget && Credential is not null)
        {
            return (PasswordLogin.From(Credential), "the one given");
        }

        var cloud = AzureCloud.OfLoginServer(RegistryAddress.HostName(registry.Host));
        var azure = AzureOf(registry);
        if (isTarget && Azure is not null)
        {
            return (new EntraLogin(azure, isChosen: true), "that of Entra ID, as chosen");
        }

        // What az acr login leaves holds for three hours; on Azure an account is as good as a new one.
        var own = await DockerConfigFile.FindLoginAsync(
            DockerConfigFolder,
            registry.Host,
            System.Environment.GetEnvironmentVariable,
            cancellationToken).ConfigureAwait(false);
        if (own is not null && !(cloud is not null && own.HasExpired))
        {
            return (own, "that of docker's config.json");
        }

        if (cloud is null)
        {
            return default;
        }

        return (new EntraLogin(azure, isChosen: false), "that of Entra ID, as on every Azure Container Registry");
    }
}
