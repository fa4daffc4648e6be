using System.Globalization;
using k8s;
using k8s.Models;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Dss.SparkConfigs;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>What the API server tells the credential that jobs use.</summary>
internal static class ClusterChecks
{
    private const int Unauthorized = 401;
    private const int Forbidden = 403;
    private const int NodesNamed = 4;
    private const string Docker = "kubernetes.io/dockerconfigjson";
    private const string OlderDocker = "kubernetes.io/dockercfg";

    /// <summary>The checks, in the order of the procedure.</summary>
    public static readonly IReadOnlyList<CheckRow> Rows =
    [
        new("KubernetesPod", "3.4, 4.4", "The cluster takes a pod like an executor's", PodAsync, "run: a pod with dryRun=All is judged as an executor's is, in 0.1 s, and leaves nothing"),
        new("KubernetesVersion", "2.1", "The API server answers with its version", VersionAsync, "run: Spark 2.4.0 to 4.3.0 on Kubernetes 1.34"),
        new("KubernetesNodes", "2.1", "A node could take an executor", NodesAsync, "run: pods that wait for a node; Spark's first line comes after 48 s and names no cause"),
        new("KubernetesPullSecret", "3.1, 4.1", "The secrets that nodes pull the image with are there", PullSecretAsync, "Spark's running-on-kubernetes page, container.image.pullSecrets"),
        new("KubernetesSecrets", "3.1, 4.1", "The secrets that executors are given are there", SecretsAsync, "Spark's running-on-kubernetes page, executor.secrets.* and executor.secretKeyRef.*"),
    ];

    public static async Task<CheckOutcome> PodAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        if (ExecutorPod.ImageOf(config) is null)
        {
            return CheckOutcome.Unknown(
                $"'{config.Name}' names no image, and no pod is without one.", "Set -Image (Set-DssSparkConfig).");
        }

        var spark = await site.SparkNumberAsync(cancellationToken).ConfigureAwait(false);
        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var pod = ExecutorPod.Of(config, spark, $"sparkazure-check-{Guid.NewGuid():N}"[..32]);
        var @namespace = ExecutorPod.NamespaceOf(config);
        try
        {
            await api.CallAsync(
                (library, stop) => library.CoreV1.CreateNamespacedPodAsync(
                    pod, Uri.EscapeDataString(@namespace), dryRun: "All", cancellationToken: stop),
                cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) is { } status)
        {
            return Refused(error, status);
        }

        var (cores, memory) = ExecutorPod.RequestOf(config);
        var left = config["spark.kubernetes.executor.podTemplateFile"] is null ? "" : " (without its pod template)";
        return CheckOutcome.Passed(string.Create(
            CultureInfo.InvariantCulture,
            $"It would take one of {cores} cores and {memory} MiB in '{@namespace}' as " +
            $"{ExecutorPod.AccountOf(config, spark) ?? "default"}{left}."));
    }

    public static async Task<CheckOutcome> VersionAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var version = await api
            .CallAsync((library, stop) => library.Version.GetCodeAsync(stop), cancellationToken)
            .ConfigureAwait(false);
        return CheckOutcome.Passed($"{api.Server.Authority} is {version.GitVersion}.");
    }

    public static async Task<CheckOutcome> NodesAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        V1NodeList nodes;
        try
        {
            nodes = await api
                .CallAsync((library, stop) => library.CoreV1.ListNodeAsync(cancellationToken: stop), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) == Forbidden)
        {
            return CheckOutcome.Unknown(
                "This credential may not look at nodes; the jobs themselves need no such right.",
                "Run it once with an administrator's kubeconfig (-KubeConfig); -FromCluster sees taints and selectors, and no " +
                "executor's size.");
        }

        return Judge(nodes.Items ?? [], config);
    }

    public static async Task<CheckOutcome> PullSecretAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var names = ExecutorPod.PullSecretsOf(config);
        if (names.Count == 0)
        {
            return CheckOutcome.NotApplicable("None is named: the nodes pull with the cluster's own identity.");
        }

        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var @namespace = ExecutorPod.NamespaceOf(config);
        var judged = await Task
            .WhenAll(names.Select(name => SecretAsync(
                api, @namespace, name, found => OfPull(@namespace, name, found), cancellationToken)))
            .ConfigureAwait(false);
        return CheckOutcome.OfAll(judged);
    }

    public static async Task<CheckOutcome> SecretsAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var wanted = ExecutorPod.SecretsOf(config);
        if (wanted.Count == 0)
        {
            return CheckOutcome.NotApplicable("The configuration gives executors none.");
        }

        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var @namespace = ExecutorPod.NamespaceOf(config);
        var judged = await Task
            .WhenAll(wanted.Select(s => SecretAsync(
                api, @namespace, s.Name, found => OfGiven(@namespace, s.Name, s.Keys, found), cancellationToken)))
            .ConfigureAwait(false);
        return CheckOutcome.OfAll(judged);
    }

    // A pod waits for one that is not there with no end, and where it is mounted without a word in its status.
    private static CheckOutcome OfGiven(string space, string name, IReadOnlyList<string> keys, V1Secret? secret)
    {
        const string Cure = "Make it, or take it out of the configuration (spark.kubernetes.executor.secrets.*, secretKeyRef.*).";
        if (secret is null)
        {
            return CheckOutcome.Failed(
                $"Namespace '{space}' has no secret '{name}': executors wait for it and never start.", Cure, "Set-DssSparkConfig");
        }

        var missing = keys.Where(k => secret.Data?.ContainsKey(k) != true).ToList();
        return missing.Count == 0
            ? CheckOutcome.Passed($"'{name}' is there.")
            : CheckOutcome.Failed(
                $"The secret '{name}' has no {string.Join(", ", missing)}: executors do not start.", Cure, "Set-DssSparkConfig");
    }

    // Nodes pull without one that is not there, and say nothing of it.
    private static CheckOutcome OfPull(string space, string name, V1Secret? secret) => secret?.Type switch
    {
        Docker or OlderDocker => CheckOutcome.Passed($"'{name}' is there."),
        null => CheckOutcome.Failed(
            $"Namespace '{space}' has no secret '{name}': nodes pull without it, and say nothing of it.",
            $"Make it (kubectl create secret docker-registry {name} -n {space} …), or take it out of the configuration."),
        { } other => CheckOutcome.Failed(
            $"The secret '{name}' is of type '{other}', with which no image is pulled.",
            "Make one with kubectl create secret docker-registry …."),
    };

    /// <summary>Which of some nodes could take an executor of a configuration.</summary>
    internal static CheckOutcome Judge(IEnumerable<V1Node> nodes, StoredSparkConfig config)
    {
        var judged = nodes.Select(n => (Name: n.Metadata?.Name ?? "?", Why: Lack(n, config))).ToList();
        var good = judged.Where(n => n.Why is null).Select(n => n.Name).ToList();
        if (good.Count > 0)
        {
            return CheckOutcome.Passed(
                $"{good.Count} of {judged.Count} nodes could: {string.Join(", ", good.Take(NodesNamed))}.");
        }

        var why = judged.Count == 0
            ? "The cluster has no nodes."
            : string.Join(" ", judged.Take(NodesNamed).Select(n => $"{n.Name}: {n.Why}."));
        return CheckOutcome.Failed(
            $"No node could take an executor. {why}",
            "Ask for less (-ExecutorMemory, -ExecutorRequestCores below the cores of a node), add nodes, or take taints " +
            "and cordons away. Where an autoscaler adds nodes, none may be there yet.",
            "Set-DssSparkConfig");
    }

    // The server's own words are the evidence; what cures them is known by the words.
    private static CheckOutcome Refused(SparkAzureException error, int status)
    {
        var words = error.InnerException is KubernetesException { Status.Message: { Length: > 0 } said } ? said : error.Message;
        var known = PodRefusals.Of(words);
        if (status == Unauthorized)
        {
            return CheckOutcome.Failed(error, "Import-AksCredential");
        }

        return CheckOutcome.Failed($"The API server says: {words}", known?.Remedy ?? error.Remedy, known?.Command);
    }

    // Why a node could not take the pod, as a clause; null where it could. Spark before 3.0 has no tolerations, later ones
    // only by a template.
    private static string? Lack(V1Node node, StoredSparkConfig config)
    {
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        if (ready?.Status != "True")
        {
            return $"not ready ({ForeignText.Line(ready?.Message ?? "it says nothing")})";
        }

        if (node.Spec?.Unschedulable == true)
        {
            return "cordoned";
        }

        if (node.Spec?.Taints?.FirstOrDefault(t => t.Effect is "NoSchedule" or "NoExecute") is { } taint)
        {
            return $"tainted {taint.Key}{(taint.Value is null ? "" : $"={taint.Value}")}:{taint.Effect}";
        }

        var labels = node.Metadata?.Labels ?? new Dictionary<string, string>();
        foreach (var (name, value) in ExecutorPod.SelectorOf(config))
        {
            if (!labels.TryGetValue(name, out var has) || has != value)
            {
                return $"without the label {name}={value}";
            }
        }

        return LackOfRoom(node, config);
    }

    private static string? LackOfRoom(V1Node node, StoredSparkConfig config)
    {
        var (cores, memory) = ExecutorPod.RequestOf(config);
        var room = node.Status?.Allocatable;
        if (Amount(room, "cpu") is { } cpu && cpu < cores)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{cpu:0.##} cores, and {cores:0.##} are asked for");
        }

        if (Amount(room, "memory") / (1 << 20) is { } mebibytes && mebibytes < memory)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{mebibytes:0} MiB of memory, and {memory} are asked for");
        }

        return null;
    }

    private static decimal? Amount(IDictionary<string, ResourceQuantity>? room, string name)
    {
        if (room is not null && room.TryGetValue(name, out var quantity))
        {
            return quantity.ToDecimal();
        }

        return null;
    }

    // Of a secret only the sort is looked at.
    private static async Task<CheckOutcome> SecretAsync(
        ApiServerClient api, string @namespace, string name, Func<V1Secret?, CheckOutcome> judge, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await api.FindAsync(
                (library, stop) => library.CoreV1.ReadNamespacedSecretAsync(
                    Uri.EscapeDataString(name), Uri.EscapeDataString(@namespace), cancellationToken: stop),
                cancellationToken).ConfigureAwait(false);
            return judge(secret);
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) == Forbidden)
        {
            return CheckOutcome.Unknown(
                $"This credential may not look whether '{name}' is there; the jobs themselves need no such right.",
                "Run it once with an administrator's kubeconfig (-KubeConfig); with -FromCluster a pod is tried.");
        }
    }
}
