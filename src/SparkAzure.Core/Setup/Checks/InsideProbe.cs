using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using k8s;
using k8s.Models;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Dss.SparkConfigs;
using SparkAzure.Core.Images;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// The pod that looks from inside the cluster: with the image, namespace and account of the configuration, and after it one of
/// an executor's size. Both go whatever happens: at the end, also of a run that is stopped; by their own deadline where the run
/// was killed; and the next run deletes what was left.
/// </summary>
internal sealed class InsideProbe
{
    private const int Retries = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a node is waited for; the scheduler says at once why there is none, an autoscaler takes longer.</summary>
    private static readonly TimeSpan Scheduling = TimeSpan.FromSeconds(10);

    // What the kubelet says when an image cannot be had, or a container not be started (kubelet/images, kuberuntime).
    private static readonly string[] NoImage = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"];
    private static readonly string[] NoStart = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff"];

    private readonly CheckSite _site;
    private readonly CheckPods _pods;
    private readonly StoredSparkConfig _config;
    private readonly ReleaseNumber? _spark;
    private readonly string _id = Convert.ToHexString(RandomNumberGenerator.GetBytes(6)).ToLowerInvariant();

    private InsideProbe(CheckSite site, ApiServerClient api, StoredSparkConfig config, ReleaseNumber? spark) =>
        (_site, _pods, _config, _spark) = (site, new CheckPods(api, ExecutorPod.NamespaceOf(config), site.Caller), config, spark);

    private string Name { get; } = RunName.Of(RunName.Check, DateTimeOffset.UtcNow + CheckPods.Lifetime);

    /// <summary>Runs the pod to its report.</summary>
    /// <exception cref="SparkAzureException">What the API server and the Spark home's reading throw.</exception>
    public static async Task<InsideReport> RunAsync(CheckSite site, CancellationToken cancellationToken)
    {
        var api = await site.ClusterAsync(cancellationToken).ConfigureAwait(false);
        var config = await site.ConfigurationAsync(cancellationToken).ConfigureAwait(false);
        var spark = await site.SparkNumberAsync(cancellationToken).ConfigureAwait(false);
        _ = ExecutorPod.ImageOf(config) ?? throw SetupErrors.SetupImageMissing(config.Name);
        return await new InsideProbe(site, api, config, spark).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<InsideReport> RunAsync(CancellationToken cancellationToken)
    {
        await _pods.CleanAsync(cancellationToken).ConfigureAwait(false);
        var bind = await BindAddressAsync(cancellationToken).ConfigureAwait(false);
        using var held = DriverListeners.Open(
            DriverEndpoint.PortsOf(_config), DriverEndpoint.RetriesOf(_config) ?? Retries, bind, _id);
        var pod = await PodAsync(held, cancellationToken).ConfigureAwait(false);
        InsideReport report;
        try
        {
            await _pods.CreateAsync(pod, cancellationToken).ConfigureAwait(false);
            report = await WatchAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException error) when (ApiServerClient.StatusCode(error) is not null)
        {
            var words = (error.InnerException as KubernetesException)?.Status?.Message ?? error.Message;
            report = new InsideReport(InsideStage.Refused, words, []);
        }
        finally
        {
            await _pods.DeleteAsync(Name).ConfigureAwait(false);
        }

        // After it, so that a quota for one executor lets both in.
        if (report.Stage is not (InsideStage.Refused or InsideStage.Unscheduled))
        {
            report = report with { Room = await ExecutorRoom.TryAsync(_pods, _config, _spark, _id, cancellationToken).ConfigureAwait(false) };
        }

        return report with { Held = [.. held.Ports], Busy = [.. held.Busy], Callers = held.Callers.ToDictionary() };
    }

    // Where a driver would bind: else a name that leads elsewhere would be tried with a listener that no driver has.
    private async Task<IPAddress> BindAddressAsync(CancellationToken cancellationToken)
    {
        var text = (_config[SparkKeys.DriverBindAddress] ?? DriverEndpoint.HostOf(_config)).Trim('[', ']');
        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }

        try
        {
            var all = await Dns.GetHostAddressesAsync(text, cancellationToken).ConfigureAwait(false);
            return all.Length > 0 ? all[0] : IPAddress.Any;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return IPAddress.Any;
        }
    }

    private async Task<V1Pod> PodAsync(DriverListeners held, CancellationToken cancellationToken)
    {
        var pod = ExecutorPod.Of(_config, _spark, Name);
        CheckPods.Mark(pod, _id);
        ExecutorPod.LetStartWithoutSecrets(pod);
        var container = pod.Spec.Containers[0];
        container.Args = ["bash", "-c", InsideScript.Text];
        container.TerminationMessagePolicy = "FallbackToLogsOnError";
        container.Resources = Small();
        container.Env = [.. container.Env, .. await VariablesAsync(held, cancellationToken).ConfigureAwait(false)];
        return pod;
    }

    // It shall run also where the cluster is full: whether an executor finds a node is another check (ExecutorRoom).
    private static V1ResourceRequirements Small() => new()
    {
        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m"), ["memory"] = new("512Mi") },
        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("1Gi") },
    };

    private async Task<List<V1EnvVar>> VariablesAsync(DriverListeners held, CancellationToken cancellationToken)
    {
        var spark = await _site.SparkAsync(cancellationToken).ConfigureAwait(false);
        var jars = await JarSet
            .ReadAsync(Path.Combine(spark.SparkHome, "jars"), cancellationToken)
            .ConfigureAwait(false);
        var lakes = await _site.LakesAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            Variable("WORD", _id),
            Variable("DRIVER_HOST", DriverEndpoint.HostOf(_config).Trim('[', ']')),
            Variable("PORTS", string.Join(' ', held.Ports.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key}={p.Port}")))),
            Variable("LAKES", string.Join(' ', lakes.Select(l => l.GetLeftPart(UriPartial.Authority)))),
            Variable("SECRETS", string.Join('\n', ExecutorPod.SecretFoldersOf(_config).Select(s => $"{s.Name}={s.Path}"))),
            Variable("JARS", string.Join('\n', jars.Jars.Select(j => $"{j.Value}  {j.Key}"))),
            Variable("JAVA_OPTIONS", _config["spark.executor.extraJavaOptions"] ?? ""),
            Variable("SOURCE", InsideScript.Source),
        ];
    }

    private static V1EnvVar Variable(string name, string value) => new() { Name = name, Value = value };

    private async Task<InsideReport> WatchAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var pod = await _pods.FindAsync(_id, Name, cancellationToken).ConfigureAwait(false);
            if (pod is null)
            {
                return new InsideReport(InsideStage.Ended, "The pod was deleted by somebody else.", []);
            }

            if (Judge(pod, watch.Elapsed) is { } report)
            {
                return report with
                {
                    Node = pod.Spec?.NodeName,
                    ImageId = pod.Status?.ContainerStatuses?.FirstOrDefault()?.ImageID,
                };
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What a pod's status says of how far it came; null while it is on its way.</summary>
    internal static InsideReport? Judge(V1Pod pod, TimeSpan waited)
    {
        var status = pod.Status;
        var container = status?.ContainerStatuses?.FirstOrDefault();
        if (container?.State?.Terminated is { } ended)
        {
            return OfEnd(ended, status!);
        }

        if (container?.State?.Waiting is { } waiting)
        {
            var words = $"{waiting.Reason}: {waiting.Message}";
            if (NoImage.Contains(waiting.Reason))
            {
                return new InsideReport(InsideStage.NotPulled, words, []);
            }

            if (NoStart.Contains(waiting.Reason))
            {
                return new InsideReport(InsideStage.NotStarted, words, []);
            }
        }

        if (status?.Phase == "Failed")
        {
            return new InsideReport(InsideStage.Ended, $"{status.Reason}: {status.Message}", []);
        }

        var scheduled = status?.Conditions?.FirstOrDefault(c => c.Type == "PodScheduled");
        if (scheduled?.Status == "False" && waited > Scheduling)
        {
            return new InsideReport(InsideStage.Unscheduled, $"{scheduled.Reason}: {scheduled.Message}", []);
        }

        return null;
    }

    private static InsideReport OfEnd(V1ContainerStateTerminated ended, V1PodStatus status)
    {
        var lines = InsideReport.Read(ended.Message);
        if (lines.Count > 0)
        {
            return new InsideReport(InsideStage.Reported, "", lines);
        }

        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"The container ended with {ended.ExitCode} ({ended.Reason}{(status.Reason is null ? "" : $", {status.Reason}")}): {ended.Message}");
        return status.Reason is null
            ? new InsideReport(InsideStage.NotStarted, words, [])
            : new InsideReport(InsideStage.Ended, words, []);
    }
}
