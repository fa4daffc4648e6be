using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks;

/// <summary>What of Spark's objects leaves a cluster.</summary>
public sealed record SparkNamespaceRemovalOptions
{
    /// <summary>The kubeconfig whose credential is used.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>Its context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account that executors run as.</summary>
    public string ServiceAccount { get; init; } = "spark";

    /// <summary>Whether the namespace goes as well, where it was made for Spark and nothing else stands in it.</summary>
    public bool IncludeNamespace { get; init; }

    /// <summary>Whether a token or password may go over plain http to another host.</summary>
    public bool AllowUnencryptedAuthentication { get; init; }
}

/// <summary>
/// The way back from <see cref="SparkNamespaces"/>: binding, role and service account go, where their label says that they
/// were made here; then, only when asked for, the namespace.
/// </summary>
public static class SparkNamespaceRemovals
{
    private const string NotMadeHere = "Initialize-SparkNamespace did not make it";

    /// <summary>Removes what was made.</summary>
    /// <exception cref="SparkAzureException">An id of KubernetesErrors; CannotRead, HostCannotRunProcess.</exception>
    public static async Task<SparkNamespace> RemoveAsync(
        SparkNamespaceRemovalOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        if (!Rfc1123Name.IsLabel(options.Namespace))
        {
            throw KubernetesErrors.NamespaceInvalid(options.Namespace);
        }

        var loading = ApiServerClient.LoadLibraryAsync();
        var config = await KubeConfig.OpenAsync(options.KubeConfig, cancellationToken).ConfigureAwait(false);
        var server = config.GetApiServer(options.Context);
        var access = await config
            .OpenAccessAsync(options.Context, cancellationToken, options.AllowUnencryptedAuthentication)
            .ConfigureAwait(false);
        using var client = new ApiServerClient(access, caller);
        await loading.ConfigureAwait(false);

        var work = new Work(client, options, caller);
        var objects = await work.DoAsync(cancellationToken).ConfigureAwait(false);
        return new SparkNamespace
        {
            Namespace = options.Namespace,
            ServiceAccount = options.ServiceAccount,
            KubeConfig = config.Path,
            Context = server.Context,
            Uri = server.Uri,
            SparkMaster = server.SparkMaster,
            Objects = objects,
            Changed = objects.Any(o => o.State is SparkNamespaceObjectState.Removed),
            Planned = objects.Any(o => o.State is SparkNamespaceObjectState.Planned),
        };
    }

    private sealed class Work(ApiServerClient client, SparkNamespaceRemovalOptions options, ICaller caller)
    {
        private string Space => Uri.EscapeDataString(options.Namespace);

        private string Account => Uri.EscapeDataString(options.ServiceAccount);

        // The binding first: what is interrupted leaves nobody with rights that nobody sees.
        private IReadOnlyList<Sort> Sorts =>
        [
            new(
                V1RoleBinding.KubeKind,
                SparkNamespaces.RoleName,
                async (api, stop) => await api.RbacAuthorizationV1.ReadNamespacedRoleBindingAsync(
                    SparkNamespaces.RoleName, Space, cancellationToken: stop).ConfigureAwait(false),
                async (api, body, stop) => await api.RbacAuthorizationV1.DeleteNamespacedRoleBindingAsync(
                    SparkNamespaces.RoleName, Space, body, cancellationToken: stop).ConfigureAwait(false)),
            new(
                V1Role.KubeKind,
                SparkNamespaces.RoleName,
                async (api, stop) => await api.RbacAuthorizationV1.ReadNamespacedRoleAsync(
                    SparkNamespaces.RoleName, Space, cancellationToken: stop).ConfigureAwait(false),
                async (api, body, stop) => await api.RbacAuthorizationV1.DeleteNamespacedRoleAsync(
                    SparkNamespaces.RoleName, Space, body, cancellationToken: stop).ConfigureAwait(false)),
            new(
                V1ServiceAccount.KubeKind,
                options.ServiceAccount,
                async (api, stop) => await api.CoreV1.ReadNamespacedServiceAccountAsync(
                    Account, Space, cancellationToken: stop).ConfigureAwait(false),
                async (api, body, stop) => await api.CoreV1.DeleteNamespacedServiceAccountAsync(
                    Account, Space, body, cancellationToken: stop).ConfigureAwait(false)),
        ];

        private Sort Namespace => new(
            V1Namespace.KubeKind,
            options.Namespace,
            async (api, stop) => await api.CoreV1.ReadNamespaceAsync(Space, cancellationToken: stop)
                .ConfigureAwait(false),
            async (api, body, stop) => await api.CoreV1.DeleteNamespaceAsync(Space, body, cancellationToken: stop)
                .ConfigureAwait(false));

        public async Task<IReadOnlyList<SparkNamespaceObject>> DoAsync(CancellationToken cancellationToken)
        {
            var objects = new List<SparkNamespaceObject>();
            foreach (var sort in Sorts)
            {
                objects.Add(await RemoveAsync(sort, _ => Task.FromResult<string?>(null), cancellationToken)
                    .ConfigureAwait(false));
            }

            if (options.IncludeNamespace)
            {
                // What is only planned to go is no reason to stay.
                var own = objects
                    .Where(o => o.State is not SparkNamespaceObjectState.Kept)
                    .Select(o => $"{o.Kind} {o.Name}")
                    .ToList();
                objects.Add(await RemoveAsync(Namespace, stop => OthersAsync(own, stop), cancellationToken)
                    .ConfigureAwait(false));
            }

            foreach (var kept in objects.Where(o => o.State is SparkNamespaceObjectState.Kept))
            {
                caller.Warning($"{kept.Kind} '{kept.Name}' stays: {kept.Reason}.");
            }

            return objects;
        }

        private async Task<string?> OthersAsync(
            IReadOnlyCollection<string> own, CancellationToken cancellationToken)
        {
            var others = await new NamespaceContents(client, options.Namespace).OthersAsync(own, cancellationToken)
                .ConfigureAwait(false);
            return others.Count == 0 ? null : $"there is {string.Join(", ", others.Take(5))} in it";
        }

        private async Task<SparkNamespaceObject> RemoveAsync(
            Sort sort, Func<CancellationToken, Task<string?>> findObstacle, CancellationToken cancellationToken)
        {
            var result = new SparkNamespaceObject
            {
                Kind = sort.Kind,
                Name = sort.Name,
                State = SparkNamespaceObjectState.Absent,
            };
            var found = await client.FindAsync(sort.Read, cancellationToken).ConfigureAwait(false);
            if (found is null || found.Metadata.DeletionTimestamp is not null)
            {
                return result;
            }

            var reason = SparkNamespaces.IsMadeHere(found.Metadata)
                ? await findObstacle(cancellationToken).ConfigureAwait(false)
                : NotMadeHere;
            if (reason is not null)
            {
                return result with { State = SparkNamespaceObjectState.Kept, Reason = reason };
            }

            var target = $"{sort.Kind} {sort.Name} of namespace {options.Namespace} at {client.Server.Host}";
            if (!await caller.ShouldProcessAsync(target, "Delete", cancellationToken).ConfigureAwait(false))
            {
                return result with { State = SparkNamespaceObjectState.Planned };
            }

            // Whoever was asked may have taken their time.
            if (await findObstacle(cancellationToken).ConfigureAwait(false) is { } obstacle)
            {
                return result with { State = SparkNamespaceObjectState.Kept, Reason = obstacle };
            }

            await DeleteAsync(sort, found.Metadata, cancellationToken).ConfigureAwait(false);
            return result with { State = SparkNamespaceObjectState.Removed };
        }

        // This very one, as it was read: what somebody has changed or made anew since is refused with 409.
        private async Task DeleteAsync(Sort sort, V1ObjectMeta read, CancellationToken cancellationToken)
        {
            var body = new V1DeleteOptions
            {
                Preconditions = new V1Preconditions { Uid = read.Uid, ResourceVersion = read.ResourceVersion },
            };
            _ = await client.FindAsync<object>(
                async (api, stop) => await sort.Delete(api, body, stop).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private sealed record Sort(
        string Kind,
        string Name,
        Func<IKubernetes, CancellationToken, Task<IKubernetesObject<V1ObjectMeta>>> Read,
        Func<IKubernetes, V1DeleteOptions, CancellationToken, Task<object>> Delete);
}
