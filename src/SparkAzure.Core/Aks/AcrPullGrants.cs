using Azure;
using SparkAzure.Core.Azure;
using SparkAzure.Core.Azure.Authorization;
using SparkAzure.Core.Azure.ContainerRegistry;
using SparkAzure.Core.Azure.ContainerService;
using SparkAzure.Core.Azure.Graph;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>Which cluster may pull from which registry.</summary>
public sealed record AcrPullOptions
{
    /// <summary>The cluster.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Its resource group; null when the name alone has to do.</summary>
    public string? ResourceGroupName { get; init; }

    /// <summary>The registry: its name, its login server or its resource id.</summary>
    public required string Registry { get; init; }

    /// <summary>
    /// The registry's subscription, by id or name; null to look in the cluster's first and then in the others.
    /// </summary>
    public string? RegistrySubscriptionId { get; init; }

    /// <summary>How long a new identity may take to be known everywhere.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Waits; tests do not.</summary>
    internal Func<TimeSpan, CancellationToken, Task> Pause { get; init; } = Task.Delay;
}

/// <summary>Lets the nodes of a cluster pull from a registry.</summary>
public static class AcrPullGrants
{
    // Source: Microsoft, "Azure Container Registry roles and permissions" (Reader x Pull image), and "ABAC repository
    // permissions": a registry in ABAC mode honours none of the first row, and the others know nothing of the second.
    // The action is what these roles have in common; any other role with it pulls too.
    private static readonly (string Mode, AzureRole Role, AzureRole[] WillDo, AzureAction Action)[] Roles =
    [
        ("LegacyRegistryPermissions", AzureRole.AcrPull, [AzureRole.AcrPull, AzureRole.AcrPush, AzureRole.Reader, AzureRole.Contributor, AzureRole.Owner], new("Microsoft.ContainerRegistry/registries/pull/read")),
        ("AbacRepositoryPermissions", AzureRole.RepositoryReader, [AzureRole.RepositoryReader, AzureRole.RepositoryWriter, AzureRole.RepositoryContributor], new("Microsoft.ContainerRegistry/registries/repositories/content/read", OfData: true)),
    ];

    /// <summary>Gives the role where the nodes do not have it, or one that includes it, already.</summary>
    /// <exception cref="SparkAzureException">
    /// An id of AzureErrors or AuthorizationErrors; ReplicationTimedOut.
    /// </exception>
    public static async Task<AcrPullGrant> GrantAsync(
        AcrPullOptions options, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        var subject = await FindAsync(options, access, caller, cancellationToken).ConfigureAwait(false);
        var (cluster, registry, principal, role, willDo, action, assignments) = subject;
        var held = await assignments.FindAsync(registry.Id, principal, willDo, cancellationToken, action)
            .ConfigureAwait(false);
        var grant = subject.Describe() with
        {
            Scope = registry.Id,
        };
        if (held is not null)
        {
            caller.Verbose($"The nodes of '{cluster.Name}' may pull from {grant.Registry} already, by {held}.");
            return grant with { Role = held.Role, Scope = held.Scope, Inherited = !IsAt(held.Scope, registry) };
        }

        var mayAssign = await assignments.MayAssignAsync(registry.Id, cancellationToken).ConfigureAwait(false);
        var change = $"Give the role {role} to the nodes of cluster '{cluster.Name}' ({principal})";
        if (!await caller.ShouldProcessAsync(registry.Id, change, cancellationToken).ConfigureAwait(false))
        {
            if (mayAssign == false)
            {
                caller.Warning(AuthorizationErrors.RoleAssignmentDenied(role.Name, registry.Id, null).Remedy);
            }

            return grant with { CallerMayAssign = mayAssign, Planned = true };
        }

        // Tried whatever the probe said: it knows nothing of conditions, and Azure's own answer is final.
        var replication = new Replication(options.TimeLimit, caller, options.Pause);
        var given = await replication.UntilKnownAsync(
            $"The identity of cluster '{cluster.Name}'",
            () => assignments.CreateAsync(registry.Id, registry.Id.SubscriptionId, principal, role, cancellationToken),
            IsUnknownPrincipal,
            cancellationToken).ConfigureAwait(false);
        return grant with { CallerMayAssign = true, Changed = given };
    }

    /// <summary>
    /// Takes the role away that <see cref="GrantAsync"/> gave, and says by which others the nodes may still pull. Those are
    /// left: somebody else gave them, or they hold for more than this registry.
    /// </summary>
    /// <exception cref="SparkAzureException">
    /// RoleRemovalDenied, RoleRemovalLocked; an id of AzureErrors or AuthorizationErrors.
    /// </exception>
    public static async Task<AcrPullGrant> RevokeAsync(
        AcrPullOptions options, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        var subject = await FindAsync(options, access, caller, cancellationToken).ConfigureAwait(false);
        var (cluster, registry, principal, role, willDo, action, assignments) = subject;
        var held = await assignments.FindAllAsync(registry.Id, principal, willDo, cancellationToken, action)
            .ConfigureAwait(false);
        var ours = held.FirstOrDefault(h => IsAt(h.Scope, registry) && h.IsOurs(principal, role));
        var others = held.Where(h => h != ours).ToList();
        var grant = subject.Describe() with
        {
            Scope = registry.Id,
            Inherited = others.Exists(h => !IsAt(h.Scope, registry)),
            Remaining = [.. others.Select(h => h.ToString())],
        };
        if (ours is null)
        {
            caller.Verbose($"Grant-AcrPull has given the nodes of '{cluster.Name}' no role on {grant.Registry}.");
            WarnOfOthers(grant, caller);
            return grant;
        }

        var mayRemove = await assignments.MayRemoveAsync(registry.Id, cancellationToken).ConfigureAwait(false);
        var change = $"Take the role {role} from the nodes of cluster '{cluster.Name}' ({principal})";
        if (!await caller.ShouldProcessAsync(registry.Id, change, cancellationToken).ConfigureAwait(false))
        {
            if (mayRemove == false)
            {
                caller.Warning(AuthorizationErrors.RoleRemovalDenied(role.Name, registry.Id, null).Remedy);
            }

            return grant with { CallerMayAssign = mayRemove, Planned = true };
        }

        await assignments.DeleteAsync(ours, cancellationToken).ConfigureAwait(false);
        WarnOfOthers(grant, caller);
        return grant with { CallerMayAssign = true, Changed = true };
    }

    private static void WarnOfOthers(AcrPullGrant grant, ICaller caller)
    {
        if (grant.Remaining.Count > 0)
        {
            caller.Warning(
                $"The nodes of '{grant.ClusterName}' may still pull from {grant.Registry}: " +
                $"{string.Join("; ", grant.Remaining)}. What others gave, or holds for more than this registry, is left.");
        }
    }

    private static bool IsAt(string scope, ContainerRegistryData registry) =>
        string.Equals(scope, registry.Id, StringComparison.OrdinalIgnoreCase);

    // Who pulls from where, and which roles let them.
    private static async Task<Subject> FindAsync(
        AcrPullOptions options, AzureAccess access, ICaller caller, CancellationToken cancellationToken)
    {
        var connection = new AzureConnection(access, caller);
        var cluster = await AksClusters.FindOneAsync(
            connection, options.ClusterName, options.ResourceGroupName, cancellationToken).ConfigureAwait(false);
        var registry = await FindRegistryAsync(connection, options, access, cluster, caller, cancellationToken)
            .ConfigureAwait(false);
        var principal = await PrincipalAsync(connection, cluster, cancellationToken).ConfigureAwait(false);
        var (mode, role, willDo, action) = Roles.FirstOrDefault(
            r => r.Mode == registry.Properties?.RoleAssignmentMode, Roles[0]);
        return new Subject(
            cluster, registry, principal, role, willDo, action, new RoleAssignments(connection.ResourceManager))
        {
            Mode = mode,
        };
    }

    private static bool IsUnknownPrincipal(SparkAzureException refusal) => refusal.IsAnswer(400, "PrincipalNotFound");

    private static async Task<string> PrincipalAsync(
        AzureConnection connection, ContainerServiceManagedClusterData cluster, CancellationToken cancellationToken)
    {
        if (AksClusters.KubeletIdentity(cluster.Properties)?.ObjectId is { Length: > 0 } identity)
        {
            return identity;
        }

        // A service principal is named by its application; roles go to its object, which only Graph knows.
        var application = cluster.Properties?.ServicePrincipalProfile?.ClientId;
        if (application is null or "" or "msi")
        {
            throw AuthorizationErrors.KubeletIdentityUnknown(cluster.Name, cluster.Properties?.ProvisioningState);
        }

        var principal = await new GraphClient(connection.Graph)
            .FindServicePrincipalAsync(application, cancellationToken)
            .ConfigureAwait(false);
        return principal?.Id
            ?? throw AuthorizationErrors.KubeletIdentityUnknown(cluster.Name, $"its service principal {application} is gone");
    }

    private static async Task<ContainerRegistryData> FindRegistryAsync(
        AzureConnection connection, AcrPullOptions options, AzureAccess access, ContainerServiceManagedClusterData cluster, ICaller caller, CancellationToken cancellationToken)
    {
        var client = new ContainerRegistryClient(connection.ResourceManager);
        try
        {
            if (options.Registry.StartsWith('/'))
            {
                return await client.GetRegistryAsync(options.Registry.TrimEnd('/'), cancellationToken)
                    .ConfigureAwait(false);
            }

            var subscriptions = await SubscriptionsAsync(
                connection, options, access, cluster, caller, cancellationToken).ConfigureAwait(false);
            var (found, seen) = await ContainerRegistries.FindAsync(
                client, subscriptions, null, options.Registry, caller, cancellationToken).ConfigureAwait(false);
            return found ?? throw AuthorizationErrors.AcrNotVisible(options.Registry, seen);
        }
        catch (SparkAzureException exception) when (exception.IsAnswer(401, "InvalidAuthenticationTokenTenant"))
        {
            throw AuthorizationErrors.AcrInOtherTenant(
                options.Registry, cluster.Name, exception.InnerException as RequestFailedException);
        }
    }

    private static async Task<IReadOnlyList<string>> SubscriptionsAsync(
        AzureConnection connection, AcrPullOptions options, AzureAccess access, ContainerServiceManagedClusterData cluster, ICaller caller, CancellationToken cancellationToken)
    {
        if (options.RegistrySubscriptionId is { } wanted)
        {
            var its = await new AzureConnection(access with { SubscriptionId = wanted }, caller)
                .GetSubscriptionAsync(cancellationToken)
                .ConfigureAwait(false);
            return [its.SubscriptionId];
        }

        var all = await connection.GetSubscriptionsAsync(cancellationToken).ConfigureAwait(false);
        var ids = all.Select(s => s.SubscriptionId).Prepend(cluster.SubscriptionId);
        return [.. ids.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private sealed record Subject(
        ContainerServiceManagedClusterData Cluster,
        ContainerRegistryData Registry,
        string Principal,
        AzureRole Role,
        AzureRole[] WillDo,
        AzureAction Action,
        RoleAssignments Assignments)
    {
        public required string Mode { get; init; }

        public AcrPullGrant Describe() => new()
        {
            ClusterName = Cluster.Name,
            Registry = Registry.Properties?.LoginServer ?? Registry.Name,
            RegistryId = Registry.Id,
            PrincipalId = Principal,
            Role = Role.Name,
            RoleAssignmentMode = Mode,
            Scope = Registry.Id,
        };
    }
}
