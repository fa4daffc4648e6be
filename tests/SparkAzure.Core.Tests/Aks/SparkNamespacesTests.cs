using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Aks;
using SparkAzure.Sandbox.Kubernetes;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>What Spark needs in a cluster, over real TLS with the credentials that kubeconfigs hold.</summary>
public sealed class SparkNamespacesTests : IAsyncLifetime, IDisposable
{
    private const string Rbac = "rbac.authorization.k8s.io";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingCaller _caller = new();
    private KubernetesStandIn _cluster = null!;

    public async Task InitializeAsync() => _cluster = await KubernetesStandIn.StartAsync(CancellationToken.None);

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_of_it_is_made_and_a_second_run_writes_nothing()
    {
        var made = await RunAsync(_cluster.KubeConfig());

        Assert.True(made.Changed);
        Assert.True(made.Ready);
        Assert.Equal("v1.34.2", made.KubernetesVersion);
        Assert.Equal(["Namespace jobs: Created", "ServiceAccount spark: Created", "Role sparkazure-spark: Created", "RoleBinding sparkazure-spark: Created"], made.Objects.Select(o => o.ToString()));
        var reviews = _caller.VerboseLines.Where(l => l.Contains("/selfsubjectaccessreviews", StringComparison.Ordinal)).ToList();
        Assert.InRange(reviews.Except(_caller.DebugLines).Count(), 0, 2);
        var before = _cluster.Requests.Count;

        var again = await RunAsync(_cluster.KubeConfig());

        Assert.False(again.Changed);
        Assert.All(again.Objects, o => Assert.Equal(SparkNamespaceObjectState.Present, o.State));
        Assert.All(_cluster.Requests.Skip(before), r => Assert.True(r.Method == "GET" || r.Target.Contains("/selfsubject", StringComparison.Ordinal), r.ToString()));
    }

    [Fact]
    public async Task A_rehearsal_sends_nothing_but_GET()
    {
        var planned = await SparkNamespaces.InitializeAsync(Options(_cluster.KubeConfig()), RecordingCaller.WhatIf(), default);

        Assert.True(planned.Planned);
        Assert.Null(planned.Ready);
        Assert.All(planned.Objects, o => Assert.Equal(SparkNamespaceObjectState.Planned, o.State));
        Assert.All(_cluster.Requests, r => Assert.Equal("GET", r.Method));
    }

    [Fact]
    public async Task What_others_put_into_a_role_and_binding_stays()
    {
        await RunAsync(_cluster.KubeConfig());
        var role = _cluster.Find(Rbac, "roles", "jobs", "sparkazure-spark")!;
        role["metadata"]!["annotations"] = new JsonObject { ["team"] = "data" };
        role["rules"] = JsonNode.Parse("""[{"apiGroups":["batch"],"resources":["jobs"],"verbs":["get"]},{"apiGroups":[""],"resources":["pods"],"verbs":["*"],"resourceNames":["one"]}]""");
        _cluster.Seed(Rbac, "v1", "roles", "jobs", role);

        var repaired = await RunAsync(_cluster.KubeConfig(), o => o with { Users = ["anna"], Groups = ["9f8e"] });

        Assert.Equal(["Present", "Present", "Updated", "Updated"], repaired.Objects.Select(o => o.State.ToString()));
        var after = _cluster.Find(Rbac, "roles", "jobs", "sparkazure-spark")!;
        Assert.Equal("data", (string?)after["metadata"]!["annotations"]!["team"]);
        Assert.Equal(3, after["rules"]!.AsArray().Count);
        Assert.Equal(["spark", "anna", "9f8e"], _cluster.Find(Rbac, "rolebindings", "jobs", "sparkazure-spark")!["subjects"]!.AsArray().Select(s => (string)s!["name"]!));
    }

    [Fact]
    public async Task The_credential_that_jobs_will_use_is_told_what_it_may()
    {
        var (certificate, key) = _cluster.AddCertificate("anna");
        var anna = _cluster.KubeConfig($"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}}}");
        await RunAsync(_cluster.KubeConfig(), o => o with { Users = ["anna"] });
        Allow("anna", "serviceaccounts", "roles", "rolebindings");

        var seen = await RunAsync(anna, o => o with { Users = ["anna"] });

        Assert.True(seen.Ready);
        Assert.False(seen.Changed);
        Assert.Contains(_cluster.Requests, r => r.User == "anna");

        var ben = _cluster.KubeConfig($"{{token: {_cluster.AddToken("ben")}}}");
        Allow("ben", "serviceaccounts", "roles", "rolebindings");
        Assert.False((await RunAsync(ben)).Ready);
        Assert.Contains("create pods", Assert.Single(_caller.Warnings), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_program_that_hands_out_tokens_is_asked()
    {
        Skip.If(OperatingSystem.IsWindows(), "The program is a shell script.");
        var program = _folder.Write("login", $$$"""
            #!/bin/sh
            case "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 3;; esac
            [ "$1 $WHO" = "get-token me" ] || exit 4
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{_cluster.AdminToken}}}"}}'
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        const string Exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ./login, args: [get-token], env: [{name: WHO, value: me}]}}";

        Assert.True((await RunAsync(_cluster.KubeConfig(Exec))).Ready);

        var error = await RefusalAsync(_cluster.KubeConfig(Exec.Replace("value: me", "value: you", StringComparison.Ordinal)));
        Assert.Equal("KubeCredentialUnusable", error.Id);
        Assert.Contains("ended with 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_say_who_and_what()
    {
        Assert.Equal("KubernetesSignInRefused", (await RefusalAsync(_cluster.KubeConfig("{token: planted-token-77}"))).Id);

        var restricted = await RunAsync(_cluster.KubeConfig($"{{token: {_cluster.AddToken("ben")}}}"));
        Assert.All(restricted.Objects, o => Assert.Equal(SparkNamespaceObjectState.Unknown, o.State));
        Assert.False(restricted.Ready);
        Assert.Contains(_caller.VerboseLines, l => l.Contains("User \"ben\" cannot get resource \"serviceaccounts\"", StringComparison.Ordinal));

        await using var other = await KubernetesStandIn.StartAsync(default);
        var strange = _cluster.KubeConfig().Replace(_cluster.Endpoint.OriginalString, other.Endpoint.OriginalString, StringComparison.Ordinal);
        Assert.Equal("KubernetesUnavailable", (await RefusalAsync(strange)).Id);
        Assert.Empty(other.Requests);

        _cluster.Seed("", "v1", "namespaces", null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "jobs" } });
        _cluster.Seed(Rbac, "v1", "rolebindings", "jobs", JsonNode.Parse("""{"metadata":{"name":"sparkazure-spark"},"roleRef":{"kind":"ClusterRole","name":"edit"}}""")!.AsObject());
        Assert.Equal("RoleBindingDiffers", (await RefusalAsync(_cluster.KubeConfig())).Id);
    }

    [Fact]
    public async Task What_was_made_is_removed_once_and_a_rehearsal_sends_nothing_but_GET()
    {
        await RunAsync(_cluster.KubeConfig());
        _cluster.Seed("", "v1", "serviceaccounts", "jobs", Named("default"));
        _cluster.Seed("", "v1", "configmaps", "jobs", Named("kube-root-ca.crt"));
        var before = _cluster.Requests.Count;

        var planned = await SparkNamespaceRemovals.RemoveAsync(Removal with { IncludeNamespace = true }, RecordingCaller.WhatIf(), default);
        Assert.True(planned.Planned);
        Assert.Equal(4, planned.Objects.Count(o => o.State == SparkNamespaceObjectState.Planned));
        Assert.All(_cluster.Requests.Skip(before), r => Assert.Equal("GET", r.Method));

        var removed = await RemoveAsync(Removal);
        Assert.Equal(["RoleBinding sparkazure-spark: Removed", "Role sparkazure-spark: Removed", "ServiceAccount spark: Removed"], removed.Objects.Select(o => o.ToString()));
        Assert.NotNull(_cluster.Find("", "namespaces", null, "jobs"));

        var whole = await RemoveAsync(Removal with { IncludeNamespace = true });
        Assert.Equal(["Absent", "Absent", "Absent", "Removed"], whole.Objects.Select(o => o.State.ToString()));
        Assert.Null(_cluster.Find("", "namespaces", null, "jobs"));
        Assert.Empty(_caller.Warnings);

        Assert.False((await RemoveAsync(Removal with { IncludeNamespace = true })).Changed);
    }

    [Fact]
    public async Task What_others_made_stays_and_so_does_a_namespace_with_anything_in_it()
    {
        await RunAsync(_cluster.KubeConfig());
        _cluster.Seed("", "v1", "serviceaccounts", "jobs", Named("spark"));
        _cluster.Seed("", "v1", "secrets", "jobs", JsonNode.Parse("""{"metadata":{"name":"spark-token","annotations":{"kubernetes.io/service-account.name":"default"}}}""")!.AsObject());
        _cluster.Seed("", "v1", "persistentvolumeclaims", "jobs", Named("results"));

        var removed = await RemoveAsync(Removal with { IncludeNamespace = true });

        Assert.Equal(["Removed", "Removed", "Kept", "Kept"], removed.Objects.Select(o => o.State.ToString()));
        Assert.Contains("did not make it", removed.Objects[2].Reason, StringComparison.Ordinal);
        Assert.Contains("PersistentVolumeClaim results", removed.Objects[3].Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("spark-token", removed.Objects[3].Reason, StringComparison.Ordinal);
        Assert.Equal(2, _caller.Warnings.Count);
        Assert.NotNull(_cluster.Find("", "persistentvolumeclaims", "jobs", "results"));
    }

    [SkippableFact]
    public async Task A_real_server_gives_all_of_it_back_and_tells_what_else_is_there()
    {
        var kubeConfig = await RealCluster.FindAsync();
        Skip.If(kubeConfig is null, RealCluster.Lack);
        var space = $"undone-{Guid.NewGuid():N}"[..20];
        var removal = new SparkNamespaceRemovalOptions { KubeConfig = kubeConfig, Namespace = space, IncludeNamespace = true };
        try
        {
            await SparkNamespaces.InitializeAsync(new() { KubeConfig = kubeConfig, Namespace = space }, _caller, default);
            await RealCluster.RunAsync("kubectl", "create", "configmap", "theirs", "-n", space);

            var kept = await RemoveAsync(removal);
            Assert.Equal(["Removed", "Removed", "Removed", "Kept"], kept.Objects.Select(o => o.State.ToString()));
            Assert.Contains("ConfigMap theirs", kept.Objects[3].Reason, StringComparison.Ordinal);

            await RealCluster.RunAsync("kubectl", "delete", "configmap", "theirs", "-n", space);
            Assert.Equal(SparkNamespaceObjectState.Removed, (await RemoveAsync(removal)).Objects[3].State);
            Assert.False((await RemoveAsync(removal)).Changed);
        }
        finally
        {
            await RealCluster.RunAsync("kubectl", "delete", "namespace", space, "--wait=false", "--ignore-not-found");
        }
    }

    private SparkNamespaceRemovalOptions Removal => new() { KubeConfig = _folder.Write("config", _cluster.KubeConfig()), Namespace = "jobs" };

    private Task<SparkNamespace> RemoveAsync(SparkNamespaceRemovalOptions options) => SparkNamespaceRemovals.RemoveAsync(options, _caller, default);

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    private void Allow(string user, params string[] resources)
    {
        _cluster.Seed(Rbac, "v1", "roles", "jobs", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"read-{user}" },
            ["rules"] = new JsonArray(new JsonObject { ["apiGroups"] = new JsonArray("", Rbac), ["resources"] = new JsonArray([.. resources.Select(r => (JsonNode)r)]), ["verbs"] = new JsonArray("get") }),
        });
        _cluster.Seed(Rbac, "v1", "rolebindings", "jobs", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"read-{user}" },
            ["roleRef"] = new JsonObject { ["kind"] = "Role", ["name"] = $"read-{user}" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "User", ["name"] = user }),
        });
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));

    [Fact]
    public async Task A_name_that_no_namespace_has_is_refused_with_the_nearest_that_one_can_have()
    {
        var failure = await Assert.ThrowsAsync<SparkAzureException>(() => RunAsync(_cluster.KubeConfig(), o => o with { Namespace = "My_Spark.Jobs" }));

        Assert.Equal("NamespaceInvalid", failure.Id);
        Assert.Equal("Give my-spark-jobs, if that is what was meant.", failure.Remedy);
        Assert.DoesNotContain("[a-z", failure.Message, StringComparison.Ordinal);
    }

    private SparkNamespaceOptions Options(string kubeConfig) => new() { KubeConfig = _folder.Write("config", kubeConfig), Namespace = "jobs" };

    private Task<SparkNamespace> RunAsync(string kubeConfig, Func<SparkNamespaceOptions, SparkNamespaceOptions>? with = null) =>
        SparkNamespaces.InitializeAsync((with ?? (o => o))(Options(kubeConfig)), _caller, default);

    private Task<SparkAzureException> RefusalAsync(string kubeConfig) => Assert.ThrowsAsync<SparkAzureException>(() => RunAsync(kubeConfig));
}
