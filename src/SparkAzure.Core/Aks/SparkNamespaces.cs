using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks;

/// <summary>What Spark needs in a cluster.</summary>
public sealed record SparkNamespaceOptions
{
    /// <summary>The kubeconfig whose credential is used.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>Its context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Whether the credential is yet to come into the kubeconfig: a rehearsal.</summary>
    public bool IsCredentialPlanned { get; init; }

    /// <summary>The address of the API server that a planned credential is for; null where it is not known.</summary>
    public string? PlannedServer { get; init; }

    /// <summary>The namespace in which executors run.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account that executors run as.</summary>
    public string ServiceAccount { get; init; } = "spark";

    /// <summary>Users who also get the role, by the name the cluster knows them by.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Groups whose members also get the role; with Entra ID a group's object id.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Whether the role also lets a smoke test see executors' logs and events.</summary>
    public bool ForProof { get; init; }

    /// <summary>Whether a token or password may go over plain http to another host.</summary>
    public bool AllowUnencryptedAuthentication { get; init; }
}

/// <summary>
/// Namespace, service account, role and binding: made where they are not, left alone where they are right.
/// </summary>
public static class SparkNamespaces
{
    internal const string RoleName = "sparkazure-spark";
    private const string FieldManager = "SparkAzure";
    private const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>Makes or verifies it all, then asks what the credential may do.</summary>
    /// <exception cref="SparkAzureException">An id of KubernetesErrors; CannotRead, HostCannotRunProcess.</exception>
    public static async Task<SparkNamespace> InitializeAsync(
        SparkNamespaceOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        if (!Rfc1123Name.IsLabel(options.Namespace))
        {
            throw KubernetesErrors.NamespaceInvalid(options.Namespace);
        }

        if (await PlanAsync(options, caller, cancellationToken).ConfigureAwait(false) is { } plan)
        {
            return plan;
        }

        var loading = ApiServerClient.LoadLibraryAsync();
        var config = await KubeConfig.OpenAsync(options.KubeConfig, cancellationToken).ConfigureAwait(false);
        var server = config.GetApiServer(options.Context);
        var access = await config
            .OpenAccessAsync(options.Context, cancellationToken, options.AllowUnencryptedAuthentication)
            .ConfigureAwait(false);
        using var client = new ApiServerClient(access, caller);
        IReadOnlyList<IWantedObject> wanted = [.. Wanted(options)];

        // All at once, as they share a connection; where several fail, the first of this order is told.
        var version = client.CallAsync((api, stop) => api.Version.GetCodeAsync(stop), cancellationToken);
        await AllAsync(
            [loading, version, .. wanted.Select(w => w.LookAsync(client, caller, cancellationToken))]).ConfigureAwait(false);

        var objects = new List<SparkNamespaceObject>();
        foreach (var one in wanted)
        {
            objects.Add(await one.EnsureAsync(client, caller, cancellationToken).ConfigureAwait(false));
        }

        var planned = objects.Any(o => o.State is SparkNamespaceObjectState.Planned);
        IReadOnlyList<SparkNamespaceAccess> rights = [];
        if (!planned)
        {
            rights = await NamespaceRights
                .AskAsync(client, options.Namespace, options.ForProof, cancellationToken)
                .ConfigureAwait(false);
        }

        WarnOfDenied(options, rights, caller);
        return new SparkNamespace
        {
            Namespace = options.Namespace,
            ServiceAccount = options.ServiceAccount,
            KubeConfig = config.Path,
            Context = server.Context,
            Uri = server.Uri,
            SparkMaster = server.SparkMaster,
            KubernetesVersion = ForeignText.Line((await version.ConfigureAwait(false)).GitVersion ?? ""),
            Objects = [.. objects],
            Access = [.. rights],
            Changed = objects.Any(
                o => o.State is SparkNamespaceObjectState.Created or SparkNamespaceObjectState.Updated),
            Planned = planned,
        };
    }

    // Ends when all have ended; of several that failed the first is told.
    private static async Task AllAsync(IReadOnlyList<Task> questions)
    {
        await Task.WhenAll(questions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var question in questions)
        {
            await question.ConfigureAwait(false);
        }
    }

    // With a credential that is yet to come nobody can be asked: all of it is planned. Null where there is one, and where
    // this is no rehearsal, which then says what is missing.
    private static async Task<SparkNamespace?> PlanAsync(
        SparkNamespaceOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        if (!options.IsCredentialPlanned
            || KubeConfigFile.At(options.KubeConfig).Contexts().Contains(options.Context ?? ""))
        {
            return null;
        }

        var objects = new List<SparkNamespaceObject>();
        foreach (var one in Wanted(options))
        {
            if (await one.PlanAsync(caller, cancellationToken).ConfigureAwait(false) is not { } planned)
            {
                return null;
            }

            objects.Add(planned);
        }

        var address = ApiServerAddress.TryParse(options.PlannedServer);
        return new SparkNamespace
        {
            Namespace = options.Namespace,
            ServiceAccount = options.ServiceAccount,
            KubeConfig = options.KubeConfig,
            Context = options.Context,
            Uri = address?.Uri,
            SparkMaster = address?.SparkMaster,
            Objects = objects,
            Planned = true,
        };
    }

    private static void WarnOfDenied(
        SparkNamespaceOptions options, IReadOnlyList<SparkNamespaceAccess> access, ICaller caller)
    {
        var denied = access.Where(a => !a.Allowed).Select(a => $"{a.Verb} {a.Resource}").ToList();
        if (denied.Count > 0)
        {
            caller.Warning(
                $"This credential may not {string.Join(", ", denied)} in namespace '{options.Namespace}'; a Spark " +
                "driver that uses it would fail. Give its user or group the role with -UserName or -GroupName.");
        }
    }

    /// <summary>Whether an object was made here, as its label tells.</summary>
    internal static bool IsMadeHere(V1ObjectMeta metadata) =>
        metadata.Labels?.TryGetValue(ManagedBy, out var manager) == true && manager == FieldManager;

    private static IEnumerable<IWantedObject> Wanted(SparkNamespaceOptions options)
    {
        yield return WantedNamespace(options.Namespace);
        yield return WantedServiceAccount(options.ServiceAccount, options.Namespace);
        yield return WantedRole(options);
        yield return WantedRoleBinding(options);
    }

    private static WantedObject<V1Namespace> WantedNamespace(string name) => new()
    {
        Document = new V1Namespace { Metadata = Metadata(name, null) }.Initialize(),
        Read = (api, stop) => api.CoreV1.ReadNamespaceAsync(InPath(name), cancellationToken: stop),
        Create = (api, body, stop) =>
            api.CoreV1.CreateNamespaceAsync(body, fieldManager: FieldManager, cancellationToken: stop),
    };

    private static WantedObject<V1ServiceAccount> WantedServiceAccount(string name, string @namespace) => new()
    {
        Document = new V1ServiceAccount { Metadata = Metadata(name, @namespace) }.Initialize(),
        Read = (api, stop) =>
            api.CoreV1.ReadNamespacedServiceAccountAsync(InPath(name), InPath(@namespace), cancellationToken: stop),
        Create = (api, body, stop) => api.CoreV1.CreateNamespacedServiceAccountAsync(
            body, @namespace, fieldManager: FieldManager, cancellationToken: stop),
    };

    private static WantedObject<V1Role> WantedRole(SparkNamespaceOptions options) => new()
    {
        Document = new V1Role { Metadata = Metadata(RoleName, options.Namespace), Rules = Rules(options) }.Initialize(),
        Read = (api, stop) => api.RbacAuthorizationV1.ReadNamespacedRoleAsync(
            RoleName, InPath(options.Namespace), cancellationToken: stop),
        Create = (api, body, stop) => api.RbacAuthorizationV1.CreateNamespacedRoleAsync(
            body, options.Namespace, fieldManager: FieldManager, cancellationToken: stop),
        Complete = role => AddRules(role, Rules(options)),
        Replace = (api, body, stop) => api.RbacAuthorizationV1.ReplaceNamespacedRoleAsync(
            body, RoleName, options.Namespace, fieldManager: FieldManager, cancellationToken: stop),
    };

    private static WantedObject<V1RoleBinding> WantedRoleBinding(SparkNamespaceOptions options) => new()
    {
        Document = new V1RoleBinding
        {
            Metadata = Metadata(RoleName, options.Namespace),
            RoleRef = new V1RoleRef { ApiGroup = V1Role.KubeGroup, Kind = V1Role.KubeKind, Name = RoleName },
            Subjects = Subjects(options),
        }.Initialize(),
        Read = (api, stop) => api.RbacAuthorizationV1.ReadNamespacedRoleBindingAsync(
            RoleName, InPath(options.Namespace), cancellationToken: stop),
        Create = (api, body, stop) => api.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            body, options.Namespace, fieldManager: FieldManager, cancellationToken: stop),
        Complete = binding => AddSubjects(binding, Subjects(options)),
        Replace = (api, body, stop) => api.RbacAuthorizationV1.ReplaceNamespacedRoleBindingAsync(
            body, RoleName, options.Namespace, fieldManager: FieldManager, cancellationToken: stop),
    };

    // The library puts names into addresses as they are.
    private static string InPath(string name) => Uri.EscapeDataString(name);

    private static V1ObjectMeta Metadata(string name, string? @namespace) => new()
    {
        Name = name,
        NamespaceProperty = @namespace,
        Labels = new Dictionary<string, string> { [ManagedBy] = FieldManager },
    };

    private static List<V1PolicyRule> Rules(SparkNamespaceOptions options) =>
    [
        .. NamespaceRights.Wanted(options.ForProof)
            .Select(r => new V1PolicyRule { ApiGroups = [""], Resources = [.. r.Resources], Verbs = [.. r.Verbs] }),
    ];

    private static List<Rbacv1Subject> Subjects(SparkNamespaceOptions options) =>
    [
        new() { Kind = "ServiceAccount", Name = options.ServiceAccount, NamespaceProperty = options.Namespace },
        .. options.Users.Select(u => new Rbacv1Subject { Kind = "User", Name = u, ApiGroup = V1Role.KubeGroup }),
        .. options.Groups.Select(g => new Rbacv1Subject { Kind = "Group", Name = g, ApiGroup = V1Role.KubeGroup }),
    ];

    private static bool AddRules(V1Role role, IReadOnlyList<V1PolicyRule> wanted)
    {
        var rules = Whole(role.Rules, $"role '{role.Name()}'");
        var missing = wanted
            .Where(w => !w.Resources.All(r => w.Verbs.All(v => rules.Any(rule => Allows(rule, v, r)))))
            .ToList();
        role.Rules = [.. rules, .. missing];
        return missing.Count > 0;
    }

    private static bool Allows(V1PolicyRule rule, string verb, string resource) =>
        NamespaceRights.Allow(rule.ApiGroups, rule.Resources, rule.Verbs, rule.ResourceNames, verb, resource);

    private static bool AddSubjects(V1RoleBinding binding, IReadOnlyList<Rbacv1Subject> wanted)
    {
        if (binding.RoleRef?.Name != RoleName)
        {
            throw KubernetesErrors.RoleBindingDiffers(binding.Name(), binding.Namespace(), binding.RoleRef?.Name);
        }

        var subjects = Whole(binding.Subjects, $"role binding '{binding.Name()}'");
        var missing = wanted.Where(w => !subjects.Any(s => IsSame(s, w))).ToList();
        binding.Subjects = [.. subjects, .. missing];
        return missing.Count > 0;
    }

    // No API server sends a null in a list; what is written back must not lose what was meant by it.
    private static IList<T> Whole<T>(IList<T>? list, string what)
        where T : class
    {
        if (list?.Contains(null!) == true)
        {
            throw KubernetesErrors.KubernetesAnswerUnreadable($"the question for {what}");
        }

        return list ?? [];
    }

    private static bool IsSame(Rbacv1Subject left, Rbacv1Subject right) =>
        left.Kind == right.Kind && left.Name == right.Name && left.NamespaceProperty == right.NamespaceProperty;
}
