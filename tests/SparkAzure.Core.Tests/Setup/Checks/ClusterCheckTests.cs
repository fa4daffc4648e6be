using System.Text.Json.Nodes;
using k8s.Models;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Setup.Checks;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Tests.Setup.Checks;

/// <summary>What the API server tells, and what a pod in the cluster reports.</summary>
public sealed class ClusterCheckTests : IAsyncLifetime
{
    private static readonly string[] WordsOfBadNodes = ["not ready", "cordoned", "tainted gpu:NoSchedule", "without the label pool=spark"];

    private SetupSite _site = null!;

    public async Task InitializeAsync() => _site = await SetupSite.StartAsync();

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_pod_like_an_executors_is_asked_for_and_not_made()
    {
        Assert.Equal(SparkAzureCheckState.Unknown, (await _site.CheckAsync("KubernetesPod")).State);
        _site.Set(("spark.kubernetes.container.image", "acr.example/spark:v1"), ("spark.kubernetes.namespace", "jobs"));

        var missing = await _site.CheckAsync("KubernetesPod");
        Assert.Equal((SparkAzureCheckState.Failed, "Initialize-SparkNamespace"), (missing.State, missing.Command));
        Assert.Contains("namespaces \"jobs\" not found", missing.Evidence, StringComparison.Ordinal);

        _site.Cluster.Seed("", "v1", "namespaces", null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "jobs" } });
        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("KubernetesPod")).State);
        Assert.All(_site.Cluster.Requests.Where(r => r.Method == "POST" && r.Target.Contains("/pods", StringComparison.Ordinal)), r => Assert.Contains("dryRun=All", r.Target, StringComparison.Ordinal));

        _site.SignIn($"{{token: {_site.Cluster.AddToken("ben")}}}");
        var denied = await _site.CheckAsync("KubernetesPod");
        Assert.Contains("User \"ben\" cannot create resource \"pods\"", denied.Evidence, StringComparison.Ordinal);
        Assert.Equal("Initialize-SparkNamespace", denied.Command);
    }

    [Fact]
    public async Task What_keeps_several_checks_from_being_made_is_told_once()
    {
        _site.Set(("spark.kubernetes.container.image", "acr.example/spark:v1"), ("spark.kubernetes.namespace", "jobs"));
        File.Delete(_site.KubeConfig);

        var checks = await _site.RunAsync("Kube*");

        var told = Assert.Single(checks, c => c.Evidence.Contains("There is no kubeconfig at", StringComparison.Ordinal));
        Assert.Equal(told, checks[0]);
        Assert.True(checks.Count(c => c.Evidence == $"It ends where {told.Id} does." && c.Remedy is null) > 3, string.Join('\n', checks.Select(c => $"{c.Id} {c.State} {c.Evidence}")));
    }

    [Fact]
    public void The_pod_has_the_shape_that_its_Spark_gives_it()
    {
        var config = Config(
            ("spark.kubernetes.container.image", "acr/spark:v1"), ("spark.executor.memory", "4g"), ("spark.executor.cores", "2"),
            ("spark.kubernetes.executor.limit.cores", "2"), ("spark.kubernetes.container.image.pullSecrets", "one, two"),
            ("spark.kubernetes.authenticate.executor.serviceAccountName", "runner"), ("spark.kubernetes.node.selector.pool", "spark"),
            ("spark.kubernetes.executor.label.team", "data"), ("spark.kubernetes.executor.secretKeyRef.WORD", "secrets:word"));

        var three = ExecutorPod.Of(config, ReleaseNumber.Parse("3.5.9"), "p");
        var two = ExecutorPod.Of(config, ReleaseNumber.Parse("2.4.8"), "p");

        var container = Assert.Single(three.Spec.Containers);
        Assert.Equal(("spark-kubernetes-executor", "executor"), (container.Name, two.Spec.Containers[0].Name));
        Assert.Equal(("runner", null), (three.Spec.ServiceAccountName, two.Spec.ServiceAccountName));

        // Executors are of the driver's account since 2.4.8, seen on a real cluster; SPARK-27872.
        var account = Config(("spark.kubernetes.authenticate.driver.serviceAccountName", "spark"));
        Assert.Equal("spark", ExecutorPod.AccountOf(account, ReleaseNumber.Parse("2.4.8")));
        Assert.Equal("spark", ExecutorPod.AccountOf(account, ReleaseNumber.Parse("3.0.3")));
        Assert.Null(ExecutorPod.AccountOf(account, ReleaseNumber.Parse("2.4.7")));

        // 4096 MiB and a tenth of it.
        Assert.Equal("4505Mi", container.Resources.Requests["memory"].ToString());
        Assert.Equal(("2", "2"), (container.Resources.Requests["cpu"].ToString(), container.Resources.Limits["cpu"].ToString()));
        Assert.Equal(["one", "two"], three.Spec.ImagePullSecrets.Select(s => s.Name));
        Assert.Equal("spark", three.Spec.NodeSelector["pool"]);
        var secret = Assert.Single(container.Env).ValueFrom.SecretKeyRef;
        Assert.Equal(("secrets", "word"), (secret.Name, secret.Key));
        Assert.Equal(("executor", "data"), (three.Metadata.Labels["spark-role"], three.Metadata.Labels["team"]));
        Assert.Equal((1m, 1408L), ExecutorPod.RequestOf(Config()));
    }

    [Fact]
    public void Secrets_are_mounted_as_Spark_mounts_them_and_the_pod_that_looks_starts_without_them()
    {
        var pod = ExecutorPod.Of(Config(("spark.kubernetes.executor.secrets.trust", "/etc/trust")), ReleaseNumber.Parse("3.5.9"), "p");

        var volume = pod.Spec.Volumes.Single(v => v.Secret is not null);
        Assert.Equal(("trust-volume", "trust", null), (volume.Name, volume.Secret.SecretName, volume.Secret.Optional));
        Assert.Contains(pod.Spec.Containers[0].VolumeMounts, m => (m.Name, m.MountPath) == ("trust-volume", "/etc/trust"));

        ExecutorPod.LetStartWithoutSecrets(pod);
        Assert.True(volume.Secret.Optional);
    }

    [Theory]
    [InlineData("secret trust\tok\t/etc/trust\n", SparkAzureCheckState.Passed)]
    [InlineData("secret trust\tok\t/etc/trust\nsecret login\tfail\t/etc/login\n", SparkAzureCheckState.Failed)]
    [InlineData("", SparkAzureCheckState.Unknown)]
    public void Folders_of_secrets_tell_whether_they_are_there(string message, SparkAzureCheckState expected) =>
        Assert.Equal(expected, InsideChecks.OfSecrets(new InsideReport(InsideStage.Reported, "", InsideReport.Read(message))).State);

    [Fact]
    public async Task Storage_is_asked_where_Hadoop_asks_it()
    {
        // A host of one's own is the root's; an endpoint counts with its port, and the connection's goes before the configuration's.
        await ExpectAsync("https://lake.contoso.internal", "abfss://data@lake.contoso.internal/", "");
        await ExpectAsync("https://lake.contoso.internal:8443", "abfss://data@lake.contoso.internal:8443/", "");
        await ExpectAsync("https://10.0.0.9:10443", "abfss://data@lake.dfs.core.windows.net/", """{"name": "fs.azure.abfs.endpoint", "value": "10.0.0.9:10443"}""");
        await ExpectAsync("https://lake.dfs.core.windows.net", "abfs://data@lake.dfs.core.windows.net/", """{"name": "fs.azure.abfs.endpoint", "value": "10.0.0.9"}""");
        await ExpectAsync("http://10.0.0.9:8080", "abfs://data@lake.dfs.core.windows.net/", """{"name": "fs.azure.abfs.endpoint", "value": "10.0.0.9:8080"}, {"name": "fs.azure.always.use.https", "value": "false"}""");

        _site.Set(("spark.hadoop.fs.azure.abfs.endpoint", "10.0.0.8:443"));
        await ExpectAsync("https://10.0.0.8", "abfss://data@lake.dfs.core.windows.net/", "");
        await ExpectAsync("https://10.0.0.9:10443", "abfss://data@lake.dfs.core.windows.net/", """{"name": "fs.azure.abfs.endpoint", "value": "10.0.0.9:10443"}""");

        async Task ExpectAsync(string expected, string root, string conf)
        {
            _site.Write("config/connections.json", $$$"""{"connections": {"lake": {"type": "HDFS", "params": {"root": "{{{root}}}", "extraConf": [{{{conf}}}]} } } }""");
            await using var site = new CheckSite(_site.Options(), new RecordingCaller(), default);
            Assert.Equal(expected, Assert.Single(await site.LakesAsync(default)).GetLeftPart(UriPartial.Authority));
        }
    }

    [Fact]
    public void A_node_must_be_ready_open_and_large_enough()
    {
        var config = Config(("spark.executor.memory", "2g"), ("spark.kubernetes.node.selector.pool", "spark"));

        Assert.Equal(SparkAzureCheckState.Passed, ClusterChecks.Judge([Node()], config).State);
        var bad = ClusterChecks.Judge(
            [
                Node(n => n.Status.Conditions[0].Status = "False"), Node(n => n.Spec.Unschedulable = true),
                Node(n => n.Spec.Taints = [new V1Taint { Key = "gpu", Effect = "NoSchedule" }]), Node(n => n.Metadata.Labels.Clear()),
            ],
            config);
        Assert.Equal(SparkAzureCheckState.Failed, bad.State);
        Assert.All(WordsOfBadNodes, w => Assert.Contains(w, bad.Evidence, StringComparison.Ordinal));
        var small = ClusterChecks.Judge(
            [Node(n => n.Status.Allocatable["cpu"] = new("500m")), Node(n => n.Status.Allocatable["memory"] = new("2000Mi"))], config);
        Assert.Contains("0.5 cores, and 1 are asked for", small.Evidence, StringComparison.Ordinal);
        Assert.Contains("2000 MiB of memory, and 2432 are asked for", small.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_secrets_are_looked_for_and_their_contents_are_not_told()
    {
        Assert.Equal(SparkAzureCheckState.NotApplicable, (await _site.CheckAsync("KubernetesPullSecret")).State);
        _site.Set(("spark.kubernetes.container.image.pullSecrets", "acr"));
        Assert.Equal(SparkAzureCheckState.Failed, (await _site.CheckAsync("KubernetesPullSecret")).State);

        _site.Cluster.Seed("", "v1", "secrets", "default", JsonNode.Parse("""{"metadata":{"name":"acr"},"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"cGxhbnRlZC1zZWNyZXQ="}}""")!.AsObject());
        var there = await _site.CheckAsync("KubernetesPullSecret");
        Assert.Equal(SparkAzureCheckState.Passed, there.State);
        Assert.DoesNotContain("cGxhbnRlZ", there.ToString(), StringComparison.Ordinal);

        _site.SignIn($"{{token: {_site.Cluster.AddToken("ben")}}}");
        Assert.Equal(SparkAzureCheckState.Unknown, (await _site.CheckAsync("KubernetesPullSecret")).State);
        Assert.Equal(SparkAzureCheckState.Unknown, (await _site.CheckAsync("KubernetesNodes")).State);
    }

    [Fact]
    public async Task Secrets_that_executors_are_given_are_looked_for_and_their_contents_are_not_told()
    {
        Assert.Equal(SparkAzureCheckState.NotApplicable, (await _site.CheckAsync("KubernetesSecrets")).State);
        _site.Set(
            ("spark.kubernetes.executor.secrets.certs", "/etc/certs"), ("spark.kubernetes.executor.secretKeyRef.USER", "login:user"),
            ("spark.kubernetes.executor.secretKeyRef.WORD", "login:word"));
        _site.Cluster.Seed("", "v1", "secrets", "default", JsonNode.Parse("""{"metadata":{"name":"login"},"type":"Opaque","data":{"user":"cGxhbnRlZC1zZWNyZXQ="}}""")!.AsObject());

        var missing = await _site.CheckAsync("KubernetesSecrets");
        Assert.Equal(SparkAzureCheckState.Failed, missing.State);
        Assert.Contains("no secret 'certs'", missing.Evidence, StringComparison.Ordinal);
        Assert.Contains("'login' has no word", missing.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain("cGxhbnRlZ", missing.ToString(), StringComparison.Ordinal);

        _site.Cluster.Seed("", "v1", "secrets", "default", JsonNode.Parse("""{"metadata":{"name":"certs"},"type":"Opaque","data":{}}""")!.AsObject());
        _site.Cluster.Seed("", "v1", "secrets", "default", JsonNode.Parse("""{"metadata":{"name":"login"},"type":"Opaque","data":{"user":"cGxhbnRlZC1zZWNyZXQ=","word":""}}""")!.AsObject());
        Assert.Equal(SparkAzureCheckState.Passed, (await _site.CheckAsync("KubernetesSecrets")).State);
        _site.SignIn($"{{token: {_site.Cluster.AddToken("ben")}}}");
        Assert.Equal(SparkAzureCheckState.Unknown, (await _site.CheckAsync("KubernetesSecrets")).State);
    }

    [Theory]
    [InlineData("pods \"x\" is forbidden: error looking up service account jobs/gone: serviceaccount \"gone\" not found", "Initialize-SparkNamespace")]
    [InlineData("pods \"x\" is forbidden: exceeded quota: small, requested: memory=1408Mi, used: memory=0, limited: memory=1Gi", "Set-DssSparkConfig")]
    [InlineData("pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false", null)]
    [InlineData("pods \"x\" is forbidden: [maximum memory usage per Container is 1Gi, but limit is 1408Mi]", "Set-DssSparkConfig")]
    [InlineData("pods \"x\" is forbidden: failed quota: q: must specify limits.cpu for: spark", "Set-DssSparkConfig")]
    public void Each_refusal_has_a_cure(string words, string? command)
    {
        var known = PodRefusals.Of(words);

        Assert.NotNull(known);
        Assert.Equal(command, known.Command);
    }

    [Theory]
    [InlineData("ErrImagePull: failed to resolve reference \"acr/spark:v9\": acr/spark:v9: not found", "Publish-SparkImage")]
    [InlineData("ErrImagePull: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials", "Grant-AcrPull")]
    [InlineData("ErrImagePull: dial tcp: lookup contoso.invalid: no such host", "Set-DssSparkConfig")]
    [InlineData("ErrImagePull: no match for platform in manifest: not found", "Publish-SparkImage")]
    [InlineData("InvalidImageName: couldn't parse image reference \"acr/Spark:v1\"", "Set-DssSparkConfig")]
    public void Why_an_image_is_not_pulled_is_known_by_the_nodes_words(string words, string command) =>
        Assert.Equal(command, InsideChecks.OfPull(words, [], "jobs").Command);

    [Fact]
    public void A_login_that_is_refused_is_asked_of_the_secrets_that_are_named()
    {
        const string Words = "ErrImagePull: pulling from host 127.0.0.1:5001 failed with status code [manifests v1]: 401 Unauthorized";

        Assert.Contains("kubectl get secret -n jobs", InsideChecks.OfPull(Words, ["nope"], "jobs").Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("kubectl", InsideChecks.OfPull(Words, [], "jobs").Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host\tok\t127.0.1.1\n", SparkAzureCheckState.Failed)]
    [InlineData("host\tok\t10.0.0.4\n", SparkAzureCheckState.Passed)]
    [InlineData("host\tfail\tunknown here\n", SparkAzureCheckState.Failed)]
    public void A_name_that_leads_pods_to_themselves_is_none(string message, SparkAzureCheckState expected) =>
        Assert.Equal(expected, InsideChecks.OfDriverHost("dss.internal", new InsideReport(InsideStage.Reported, "", InsideReport.Read(message))).State);

    [Fact]
    public void How_far_a_pod_came_is_seen_in_its_status()
    {
        Assert.Null(InsideProbe.Judge(Pod(), TimeSpan.Zero));
        var pending = Pod(p => p.Status.Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/1 nodes are available" }]);
        Assert.Null(InsideProbe.Judge(pending, TimeSpan.FromSeconds(2)));
        Assert.Equal(InsideStage.Unscheduled, InsideProbe.Judge(pending, TimeSpan.FromSeconds(11))!.Stage);
        Assert.Equal(InsideStage.NotPulled, InsideProbe.Judge(Waiting("ErrImagePull"), TimeSpan.Zero)!.Stage);
        Assert.Equal(InsideStage.NotStarted, InsideProbe.Judge(Waiting("CreateContainerError"), TimeSpan.Zero)!.Stage);
        Assert.Null(InsideProbe.Judge(Waiting("ContainerCreating"), TimeSpan.Zero));
        Assert.Equal(InsideStage.Ended, InsideProbe.Judge(Pod(p => (p.Status.Phase, p.Status.Reason) = ("Failed", "Evicted")), TimeSpan.Zero)!.Stage);
        Assert.Equal(InsideStage.NotStarted, InsideProbe.Judge(Ended(1, "tini: no such file"), TimeSpan.Zero)!.Stage);

        var report = InsideProbe.Judge(Ended(0, "start\tok\t185\nport spark.driver.port=4\tfail\trefused\n"), TimeSpan.Zero)!;
        Assert.Equal(InsideStage.Reported, report.Stage);
        Assert.Equal("refused", Assert.Single(report.On("port ")).Text);
    }

    [Fact]
    public void Whether_a_node_has_room_for_an_executor_is_what_the_scheduler_says()
    {
        var full = Pod(p => p.Status.Conditions = [new V1PodCondition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/1 nodes are available: 1 Insufficient cpu." }]);
        Assert.Null(ExecutorRoom.Judge(Pod(), TimeSpan.Zero));
        Assert.Null(ExecutorRoom.Judge(full, TimeSpan.FromSeconds(1)));
        Assert.Null(ExecutorRoom.Judge(Pod(), TimeSpan.FromSeconds(11))!.IsThere);
        Assert.Null(ExecutorRoom.Judge(null, TimeSpan.Zero)!.IsThere);
        Assert.True(ExecutorRoom.Judge(Pod(p => p.Spec = new V1PodSpec { NodeName = "aks-1" }), TimeSpan.Zero)!.IsThere);

        var none = InsideChecks.OfRoom((64, 1408), Report(ExecutorRoom.Judge(full, TimeSpan.FromSeconds(3))));
        Assert.Equal((SparkAzureCheckState.Failed, "An executor asks for 64 cores and 1408 MiB. The scheduler says: 0/1 nodes are available: 1 Insufficient cpu."), (none.State, none.Evidence));
        Assert.Equal(SparkAzureCheckState.Passed, InsideChecks.OfRoom((1, 1408), Report(new ExecutorRoom(true, "aks-1"))).State);
        Assert.Equal(SparkAzureCheckState.Unknown, InsideChecks.OfRoom((1, 1408), Report(new ExecutorRoom(null, "exceeded quota"))).State);
        Assert.Equal(SparkAzureCheckState.Unknown, InsideChecks.OfRoom((1, 1408), Report(null)).State);

        static InsideReport Report(ExecutorRoom? room) => new(InsideStage.Reported, "", []) { Room = room };
    }

    private static StoredSparkConfig Config(params (string Key, string Value)[] keys)
    {
        var items = string.Join(",", keys.Select(k => $$$"""{"key":"{{{k.Key}}}","value":"{{{k.Value}}}"}"""));
        var text = $$$"""{"sparkSettings":{"executionConfigs":[{"name":"default","conf":[{{{items}}}]}]}}""";
        return new StoredSparkConfig(JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(text), "settings"), "default");
    }

    private static V1Node Node(Action<V1Node>? change = null)
    {
        var node = new V1Node
        {
            Metadata = new V1ObjectMeta { Name = "n", Labels = new Dictionary<string, string> { ["pool"] = "spark" } },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus
            {
                Conditions = [new V1NodeCondition { Type = "Ready", Status = "True" }],
                Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("4"), ["memory"] = new("8Gi") },
            },
        };
        change?.Invoke(node);
        return node;
    }

    private static V1Pod Pod(Action<V1Pod>? change = null)
    {
        var pod = new V1Pod { Status = new V1PodStatus { Phase = "Pending" } };
        change?.Invoke(pod);
        return pod;
    }

    private static V1Pod Waiting(string reason) => Pod(p => p.Status.ContainerStatuses =
        [new V1ContainerStatus { State = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = reason } } }]);

    private static V1Pod Ended(int code, string message) => Pod(p => p.Status.ContainerStatuses =
        [new V1ContainerStatus { State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = code, Message = message } } }]);
}
