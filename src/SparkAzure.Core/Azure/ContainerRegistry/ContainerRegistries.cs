using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Azure.ContainerRegistry;

/// <summary>Finds a registry of Azure among those that an account sees.</summary>
internal static class ContainerRegistries
{
    /// <summary>Looks through subscriptions until one has it.</summary>
    /// <param name="client">The calls.</param>
    /// <param name="subscriptions">Where to look, by id, in this order.</param>
    /// <param name="resourceGroupName">Only in this resource group; null for all.</param>
    /// <param name="name">What people call it: its name or its login server.</param>
    /// <param name="caller">Is told of subscriptions that cannot be read.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    /// <returns>The registry, null when none is it, and the login servers of those that are not.</returns>
    public static async Task<(ContainerRegistryData? Found, IReadOnlyList<string> Seen)> FindAsync(
        ContainerRegistryClient client,
        IReadOnlyList<string> subscriptions,
        string? resourceGroupName,
        string name,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        foreach (var subscription in subscriptions)
        {
            var isOnly = subscriptions.Count == 1;
            var registries = await InAsync(
                client, subscription, isOnly, resourceGroupName, caller, cancellationToken).ConfigureAwait(false);
            if (registries.FirstOrDefault(r => IsCalled(r, name)) is { } found)
            {
                return (found, seen);
            }

            seen.AddRange(registries.Select(r => r.Properties?.LoginServer ?? r.Name));
        }

        return (null, seen);
    }

    private static bool IsCalled(ContainerRegistryData registry, string name) =>
        string.Equals(registry.Name, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(registry.Properties?.LoginServer, name, StringComparison.OrdinalIgnoreCase);

    // A subscription of several in which the account may not read, or which lacks the resource group, is not the one.
    private static async Task<IReadOnlyList<ContainerRegistryData>> InAsync(
        ContainerRegistryClient client,
        string subscription,
        bool isOnly,
        string? resourceGroupName,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetRegistriesAsync(subscription, resourceGroupName, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException exception)
            when (!isOnly && exception.Kind is ErrorKind.PermissionDenied or ErrorKind.NotFound)
        {
            caller.Debug($"The registries of subscription {subscription} cannot be read: {exception.Message}");
            return [];
        }
    }
}
