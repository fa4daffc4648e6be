using System.Text.Json.Nodes;
using SparkAzure.Core.Kubernetes.Api;

namespace SparkAzure.Core.Kubernetes;

/// <summary>What Spark needs in a cluster.</summary>
public sealed record SparkNamespaceOptions
{
    /// <summary>The kubeconfig whose credential is used.</summary>
    public required string KubeConfig { get; init; }

    /// <summary>Its context; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The namespace in which executors run.</summary>
    public required string Namespace { get; init; }

    /// <summary>The service account that executors run as.</summary>
    public string ServiceAccount { get; init; } = "spark";

    /// <summary>Users who also get the role, by the name the cluster knows them by.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>Groups whose members also get the role; with Entra ID a group's object id.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Makes the client: the one place to put another in.</summary>
    internal Func<KubernetesAccess, IOperator, IKubernetesClient> Connect { get; init; } = (access, @operator) => new KubernetesClient(access, @operator);
}

/// <summary>Namespace, service account, role and binding: made where they are not, left alone where they are right.</summary>
public static class SparkNamespaces
{
    private const string RoleName = "sparkazure-spark";
    private const int Attempts = 3;

    /// <summary>
    /// What the driver of a client-mode job does in the namespace, and so what its credential needs. Source: Spark, "Running Spark on
    /// Kubernetes", RBAC; ExecutorPodsAllocator, KubernetesClusterSchedulerBackend and ExecutorPodsWatchSnapshotSource for the verbs.
    /// </summary>
    internal static readonly string[] Resources = ["pods", "services", "configmaps", "persistentvolumeclaims"];

    /// <summary>Verbs on each of <see cref="Resources"/>; deletecollection and patch since Spark 3.</summary>
    internal static readonly string[] Verbs = ["create", "get", "list", "watch", "delete", "deletecollection", "patch", "update"];

    /// <summary>Makes or verifies it all, then asks what the credential may do.</summary>
    /// <exception cref="SparkAzureException">An id of KubernetesErrors; CannotRead, HostCannotRunProcess.</exception>
    public static async Task<SparkNamespace> InitializeAsync(SparkNamespaceOptions options, IOperator @operator, CancellationToken cancellationToken)
    {
        var config = await KubeConfig.OpenAsync(options.KubeConfig, cancellationToken).ConfigureAwait(false);
        var server = config.GetApiServer(options.Context);
        using var client = options.Connect(await config.OpenAccessAsync(options.Context, cancellationToken).ConfigureAwait(false), @operator);
        var version = await client.GetVersionAsync(cancellationToken).ConfigureAwait(false);
        var objects = new List<SparkNamespaceObject>();
        foreach (var wanted in Wanted(options))
        {
            objects.Add(await EnsureAsync(client, wanted, server.Uri.Host, @operator, cancellationToken).ConfigureAwait(false));
        }

        var planned = objects.Any(o => o.State is SparkNamespaceObjectState.Planned);
        var access = planned ? [] : await AccessAsync(client, options.Namespace, cancellationToken).ConfigureAwait(false);
        var denied = access.Where(a => !a.Allowed).ToList();
        if (denied.Count > 0)
        {
            @operator.Warning($"This credential may not {string.Join(", ", denied.Select(d => $"{d.Verb} {d.Resource}"))} in namespace '{options.Namespace}'; a Spark driver that uses it would fail. "
                + "Give its user or group the role with -UserName or -GroupName.");
        }

        return new SparkNamespace
        {
            Namespace = options.Namespace,
            ServiceAccount = options.ServiceAccount,
            KubeConfig = config.Path,
            Context = server.Context,
            Uri = server.Uri,
            SparkMaster = server.SparkMaster,
            KubernetesVersion = version,
            Objects = [.. objects],
            Access = [.. access],
            Changed = objects.Any(o => o.State is SparkNamespaceObjectState.Created or SparkNamespaceObjectState.Updated),
            Planned = planned,
        };
    }

    private static IEnumerable<WantedObject> Wanted(SparkNamespaceOptions options)
    {
        yield return new(KubernetesResource.Namespace, null, options.Namespace, [], _ => false);
        yield return new(KubernetesResource.ServiceAccount, options.Namespace, options.ServiceAccount, [], _ => false);

        JsonObject Rule() => new() { ["apiGroups"] = Array(""), ["resources"] = Array(Resources), ["verbs"] = Array(Verbs) };
        yield return new(KubernetesResource.Role, options.Namespace, RoleName, new() { ["rules"] = new JsonArray(Rule()) }, role => AddRule(role, Rule()));

        IReadOnlyList<JsonObject> Subjects() =>
        [
            new() { ["kind"] = "ServiceAccount", ["name"] = options.ServiceAccount, ["namespace"] = options.Namespace },
            .. options.Users.Select(u => new JsonObject { ["kind"] = "User", ["name"] = u, ["apiGroup"] = KubernetesResource.Role.Group }),
            .. options.Groups.Select(g => new JsonObject { ["kind"] = "Group", ["name"] = g, ["apiGroup"] = KubernetesResource.Role.Group }),
        ];
        var reference = new JsonObject { ["apiGroup"] = KubernetesResource.Role.Group, ["kind"] = "Role", ["name"] = RoleName };
        yield return new(
            KubernetesResource.RoleBinding,
            options.Namespace,
            RoleName,
            new() { ["roleRef"] = reference, ["subjects"] = new JsonArray([.. Subjects()]) },
            binding => AddSubjects(binding, Subjects()));
    }

    private static async Task<SparkNamespaceObject> EnsureAsync(IKubernetesClient client, WantedObject wanted, string host, IOperator @operator, CancellationToken cancellationToken)
    {
        var target = $"{wanted.Resource.Kind} {(wanted.Namespace is null ? "" : wanted.Namespace + "/")}{wanted.Name} at {host}";
        var state = new SparkNamespaceObject { Kind = wanted.Resource.Kind, Name = wanted.Name, State = SparkNamespaceObjectState.Present };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var found = await ReadAsync(client, wanted, @operator, cancellationToken).ConfigureAwait(false);
                if (found is { IsHidden: true })
                {
                    return state;
                }

                if (found.Document is not { } document)
                {
                    if (!await @operator.ShouldProcessAsync(target, "Create", cancellationToken).ConfigureAwait(false))
                    {
                        return state with { State = SparkNamespaceObjectState.Planned };
                    }

                    await client.CreateAsync(wanted.Resource, wanted.Namespace, wanted.Document(), cancellationToken).ConfigureAwait(false);
                    return state with { State = SparkNamespaceObjectState.Created };
                }

                if (wanted.Resource == KubernetesResource.RoleBinding && (string?)document["roleRef"]?["name"] != RoleName)
                {
                    throw KubernetesErrors.RoleBindingDiffers(wanted.Name, wanted.Namespace!, (string?)document["roleRef"]?["name"]);
                }

                if (!wanted.Complete(document))
                {
                    return state;
                }

                if (!await @operator.ShouldProcessAsync(target, "Add what Spark needs", cancellationToken).ConfigureAwait(false))
                {
                    return state with { State = SparkNamespaceObjectState.Planned };
                }

                await client.ReplaceAsync(wanted.Resource, wanted.Namespace, wanted.Name, document, cancellationToken).ConfigureAwait(false);
                return state with { State = SparkNamespaceObjectState.Updated };
            }
            catch (SparkAzureException exception) when (exception.InnerException is KubernetesStatusException { Code: 409 } && attempt < Attempts)
            {
                @operator.Debug($"Somebody else changed {target} in between; read again.");
            }
        }
    }

    // Who may not read namespaces (they are the cluster's) can still be at home in one: then its objects tell.
    private static async Task<(JsonObject? Document, bool IsHidden)> ReadAsync(IKubernetesClient client, WantedObject wanted, IOperator @operator, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ReadAsync(wanted.Resource, wanted.Namespace, wanted.Name, cancellationToken).ConfigureAwait(false), false);
        }
        catch (SparkAzureException exception) when (wanted.Namespace is null && exception.InnerException is KubernetesStatusException { Code: 403 })
        {
            @operator.Verbose($"This credential may not read namespaces; '{wanted.Name}' is taken to be there.");
            return (null, true);
        }
    }

    private static async Task<IReadOnlyList<SparkNamespaceAccess>> AccessAsync(IKubernetesClient client, string @namespace, CancellationToken cancellationToken)
    {
        var questions = Resources.SelectMany(r => Verbs.Select(v => (Resource: r, Verb: v)));
        return await Task.WhenAll(questions.Select(async q =>
        {
            var (allowed, reason) = await client.ReviewAccessAsync(@namespace, q.Verb, "", q.Resource, cancellationToken).ConfigureAwait(false);
            return new SparkNamespaceAccess { Verb = q.Verb, Resource = q.Resource, Allowed = allowed, Reason = reason };
        })).ConfigureAwait(false);
    }

    private static bool AddRule(JsonObject role, JsonObject wanted)
    {
        var rules = role["rules"] as JsonArray ?? [];
        if (Resources.All(r => Verbs.All(v => rules.Any(rule => Has(rule, "apiGroups", "") && Has(rule, "resources", r) && Has(rule, "verbs", v)))))
        {
            return false;
        }

        role["rules"] = new JsonArray([.. rules.Select(r => r?.DeepClone()), wanted]);
        return true;
    }

    // A rule that names single objects allows less than all.
    private static bool Has(JsonNode? rule, string key, string value) =>
        rule?["resourceNames"] is not JsonArray { Count: > 0 } && rule?[key] is JsonArray values && values.Any(v => (string?)v is { } text && (text == value || text == "*"));

    private static bool AddSubjects(JsonObject binding, IReadOnlyList<JsonObject> wanted)
    {
        var subjects = binding["subjects"] as JsonArray ?? [];
        var missing = wanted.Where(w => !subjects.Any(s => Same(s, w, "kind") && Same(s, w, "name") && Same(s, w, "namespace"))).ToList();
        binding["subjects"] = new JsonArray([.. subjects.Select(s => s?.DeepClone()), .. missing]);
        return missing.Count > 0;
    }

    private static bool Same(JsonNode? left, JsonNode right, string key) => (string?)left?[key] == (string?)right[key];

    private static JsonArray Array(params string[] values) => new([.. values.Select(v => (JsonNode)v)]);

    /// <summary>An object that shall be there.</summary>
    /// <param name="Resource">Its kind.</param>
    /// <param name="Namespace">Its namespace; null for one of the cluster's.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Content">What a new one holds.</param>
    /// <param name="Complete">Adds what a present one lacks and leaves the rest; true when it lacked something.</param>
    private sealed record WantedObject(KubernetesResource Resource, string? Namespace, string Name, JsonObject Content, Func<JsonObject, bool> Complete)
    {
        public JsonObject Document()
        {
            var metadata = new JsonObject { ["name"] = Name, ["labels"] = new JsonObject { ["app.kubernetes.io/managed-by"] = "SparkAzure" } };
            if (Namespace is not null)
            {
                metadata["namespace"] = Namespace;
            }

            var document = (JsonObject)Content.DeepClone();
            document["apiVersion"] = Resource.ApiVersion;
            document["kind"] = Resource.Kind;
            document["metadata"] = metadata;
            return document;
        }
    }
}
