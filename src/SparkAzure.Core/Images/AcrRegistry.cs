using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.ContainerRegistry;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Oci;


namespace SparkAzure.Core.Images;

/// <summary>The registry that images go to, as Azure Resource Manager knows it.</summary>
internal sealed class AcrRegistry
{
    private AcrRegistry(ContainerRegistryClient client, ContainerRegistryData data, AzureAccess access) =>
        (Client, Data, Access) = (client, data, access);

    /// <summary>The calls on it.</summary>
    public ContainerRegistryClient Client { get; }

    /// <summary>What Resource Manager says of it.</summary>
    public ContainerRegistryData Data { get; }

    /// <summary>How Azure is reached.</summary>
    public AzureAccess Access { get; }

    /// <summary>
    /// True when its network rules keep the agents of ACR Tasks out, as far as can be told (Azure/acr, issues 662 and
    /// 762).
    /// </summary>
    public bool KeepsAgentsOut => Data.Properties is { NetworkRuleBypassAllowedForTasks: not true } properties
        && (properties.PublicNetworkAccess is "Disabled" or "SecuredByPerimeter" || properties.NetworkRuleSet?.DefaultAction == "Deny");

    /// <summary>True when rights are given per repository, and AcrPush counts for nothing.</summary>
    public bool IsAbac => Data.Properties?.RoleAssignmentMode == "AbacRepositoryPermissions";

    /// <summary>
    /// Whether a registry is one of Azure, by its name, or because the caller says where its Resource Manager is.
    /// </summary>
    public static bool IsAzure(PublishOptions options, RegistryAddress registry) =>
        options.Access.ResourceManagerEndpoint is not null
            || AzureCloud.OfLoginServer(RegistryAddress.HostName(registry.Host)) is not null;

    /// <summary>Finds it by its login server, in the subscription given or in all that the account sees.</summary>
    /// <exception cref="SparkAzureException">
    /// AcrNotFound; AzureSignInFailed and whatever else Azure refuses.
    /// </exception>
    public static async Task<AcrRegistry> FindAsync(
        PublishOptions options, RegistryAddress registry, ICaller caller, CancellationToken cancellationToken)
    {
        var access = options.Access.AzureOf(registry);
        var connection = new AzureConnection(access, caller);
        var client = new ContainerRegistryClient(connection.ResourceManager);
        var subscriptions = access.SubscriptionId is null
            ? await connection.GetSubscriptionsAsync(cancellationToken).ConfigureAwait(false)
            : [await connection.GetSubscriptionAsync(cancellationToken).ConfigureAwait(false)];
        var (found, seen) = await ContainerRegistries.FindAsync(
            client,
            [.. subscriptions.Select(s => s.SubscriptionId)],
            options.ResourceGroupName,
            registry.Host,
            caller,
            cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            var names = subscriptions.Select(s => s.ToString()).ToList();
            throw ImageErrors.AcrNotFound(registry.Host, options.ResourceGroupName, names, seen);
        }

        caller.Debug($"{registry.Host} is {found.Id}.");
        return new AcrRegistry(client, found, access);
    }
}
