using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Sandbox.Azure.Tasks;

/// <summary>
/// A run of ACR Tasks: carries out the steps of its task on what was uploaded, pushes into the registry, and writes a
/// log.
/// </summary>
public sealed class StandInRun
{
    // What a registry with network rules answers the agents of ACR Tasks.
    private const string PushDenied =
        "failed to push images successfully: denied: client with IP '20.0.0.1' is not allowed access. " +
        "Refer https://aka.ms/acr/firewall";

    private readonly string _os;
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(string Repository, string Tag, string Digest)> _pushed = [];
    private readonly object _lock = new();

    internal StandInRun(string id, string os, StandInBlob log) => (Id, _os, Log) = (id, os, log);

    /// <summary>Its id in the registry.</summary>
    public string Id { get; }

    /// <summary>Queued, Running, Succeeded, Failed, Canceled, Error or Timeout.</summary>
    public string Status { get; private set; } = "Queued";

    /// <summary>The task, as it came.</summary>
    public string Task { get; private set; } = "";

    /// <summary>The agent pool that it was given to; null for Azure's own agents.</summary>
    public string? AgentPool { get; private set; }

    /// <summary>The names of what was uploaded for it.</summary>
    public IReadOnlyList<string> SourceFiles { get; private set; } = [];

    /// <summary>Its log.</summary>
    public StandInBlob Log { get; }

    private string? Error { get; set; }

    internal object Document
    {
        get
        {
            lock (_lock)
            {
                return new
                {
                    type = "Microsoft.ContainerRegistry/registries/runs",
                    name = Id,
                    properties = new
                    {
                        runId = Id,
                        status = Status,
                        runType = "QuickRun",
                        platform = new { os = _os.ToLowerInvariant(), architecture = "amd64" },
                        agentConfiguration = new { cpu = 2 },
                        runErrorMessage = Error,
                        isArchiveEnabled = false,
                        provisioningState = "Succeeded",
                        outputImages = Status == "Succeeded"
                            ? _pushed
                                .Select(p => new { registry = _registry, repository = p.Repository, tag = p.Tag, digest = p.Digest })
                                .ToArray()
                            : null,
                    },
                };
            }
        }
    }

    private string _registry = "";

    internal void Cancel() => _cancelled.TrySetResult();

    internal void Start(
        StandInContainerRegistry registry,
        string task,
        byte[]? source,
        string? agentPool,
        JsonObject? logins)
    {
        (Task, AgentPool) = (task, agentPool);
        _registry = registry.Images.Host;
        _ = System.Threading.Tasks.Task.Run(() => RunAsync(registry, source, logins));
    }

    private async Task RunAsync(StandInContainerRegistry registry, byte[]? source, JsonObject? logins)
    {
        try
        {
            Status = "Running";
            Say($"Downloading source code...\nFinished downloading source code\nUsing {Id}_vol_source as the home volume\n");
            if (registry.HoldRuns is { } hold)
            {
                await System.Threading.Tasks.Task.WhenAny(hold.Task, _cancelled.Task);
            }

            var context = BuildSource.Read(source
                ?? throw new RunFailure("failed to download context: the blob is not there"));
            SourceFiles = [.. context.Names];
            var built = new Dictionary<string, BuiltImage>(StringComparer.Ordinal);
            var done = new HashSet<string>(StringComparer.Ordinal);
            var steps = TaskSteps.Parse(Task, registry.Images.Host);
            while (steps.Find(s => !done.Contains(s.Id) && s.When.All(w => w == "-" || done.Contains(w))) is { } step)
            {
                if (_cancelled.Task.IsCompleted)
                {
                    throw new RunFailure("", "Canceled");
                }

                Carry(step, registry, context, built, logins);
                done.Add(step.Id);
            }

            if (done.Count < steps.Count)
            {
                throw new RunFailure("the task has steps that wait for each other");
            }

            End("Succeeded", null);
        }
        catch (RunFailure failure)
        {
            Say($"{failure.Message}\n");
            End(failure.Status, failure.Status == "Failed" ? "failed during run, err: exit status 1" : failure.Message);
        }
        catch (Exception exception)
        {
            // A defect of the stand-in ends its run, and with it the waiting of whoever started it.
            Say($"{exception}\n");
            End("Error", exception.Message);
        }
    }

    private void Carry(
        TaskStep step,
        StandInContainerRegistry registry,
        BuildSource context,
        Dictionary<string, BuiltImage> built,
        JsonObject? logins)
    {
        Say($"{DateTimeOffset.UtcNow:yyyy/MM/dd HH:mm:ss} Executing step ID: {step.Id}. Timeout(sec): 3600\n");
        if (step.Build is not null)
        {
            var image = DockerfileBuild.Run(step, context, reference => Pull(registry, reference, logins), built, Say);
            image.Tags.ForEach(t => built[t] = image);
        }

        if (step.Push.Count > 0 && registry.RunsEnd is { } end)
        {
            throw new RunFailure(end == "Failed" ? PushDenied : "", end);
        }

        foreach (var reference in step.Push)
        {
            Push(registry.Images, reference, built);
        }
    }

    // An image of a registry that can be reached is had with the login that the run was given for it; of any other,
    // something small takes the place.
    private static BuiltImage Pull(StandInContainerRegistry registry, string reference, JsonObject? logins)
    {
        var host = reference.Split('/')[0];
        if (registry.Reachable.FirstOrDefault(r => r.Host == host) is not { } other)
        {
            return BuiltImage.From(registry.Images, reference);
        }

        var login = logins?[host];
        if (other.Options.Authentication == RegistryAuthentication.None
            || ((string?)login?["userName"]?["type"] == "Opaque" && (string?)login["userName"]?["value"] == other.Options.UserName && (string?)login["password"]?["value"] == other.Options.Password))
        {
            return BuiltImage.From(other, reference);
        }

        throw new RunFailure(
            $"Error response from daemon: Head \"https://{host}/v2/\": unauthorized: authentication required");
    }

    private void Push(RegistryStandIn images, string reference, Dictionary<string, BuiltImage> built)
    {
        if (!built.TryGetValue(reference, out var image)
            || !reference.StartsWith(images.Host + "/", StringComparison.Ordinal))
        {
            throw new RunFailure($"An image does not exist locally with the tag: {reference}");
        }

        var name = reference[(images.Host.Length + 1)..];
        var colon = name.LastIndexOf(':');
        var digest = image.Push(images, name[..colon], name[(colon + 1)..]);
        Say($"The push refers to repository [{images.Host}/{name[..colon]}]\n{name[(colon + 1)..]}: digest: {digest} size: {image.Size}\n");
        lock (_lock)
        {
            _pushed.Add((name[..colon], name[(colon + 1)..], digest));
        }
    }

    private void End(string status, string? error)
    {
        Say($"Run ID: {Id} {(status == "Succeeded" ? "was successful after 5s" : $"failed after 5s. Error: {error}")}\n");
        lock (_lock)
        {
            (Status, Error) = (status, error);
        }

        Log.Complete = status == "Succeeded" ? "successful" : "failed";
    }

    private void Say(string text) => Log.Append(Encoding.UTF8.GetBytes(text));
}

/// <summary>What ends a run.</summary>
internal sealed class RunFailure(string message, string status = "Failed") : Exception(message)
{
    public string Status { get; } = status;
}
