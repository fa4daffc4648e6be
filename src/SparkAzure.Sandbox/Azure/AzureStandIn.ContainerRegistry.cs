using System.Collections.Concurrent;
using System.Text;
using SparkAzure.Sandbox.Azure.Tasks;
using SparkAzure.Sandbox.Registry;

namespace SparkAzure.Sandbox.Azure;

/// <summary>A container registry of the stand-in, as Resource Manager shows one.</summary>
/// <param name="Subscription">Where it is.</param>
/// <param name="ResourceGroup">Its resource group.</param>
/// <param name="Name">Its name.</param>
/// <param name="Images">The registry itself: its host is the login server.</param>
public sealed record StandInContainerRegistry(
    StandInSubscription Subscription,
    string ResourceGroup,
    string Name,
    RegistryStandIn Images)
{
    /// <summary>Basic, Standard or Premium.</summary>
    public string Sku { get; init; } = "Standard";

    /// <summary>Enabled or Disabled.</summary>
    public string PublicNetworkAccess { get; init; } = "Enabled";

    /// <summary>The firewall's: Allow or Deny.</summary>
    public string DefaultAction { get; init; } = "Allow";

    /// <summary>LegacyRegistryPermissions or AbacRepositoryPermissions.</summary>
    public string RoleAssignmentMode { get; init; } = "LegacyRegistryPermissions";

    /// <summary>The admin user's password; null where that user is disabled.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>False in a subscription on free credit.</summary>
    public bool AllowsTasks { get; init; } = true;

    /// <summary>
    /// Whether the caller has Contributor or Container Registry Tasks Contributor, or only Reader and AcrPush.
    /// </summary>
    public bool CallerIsContributor { get; init; } = true;

    /// <summary>
    /// What every run ends with after its builds, instead of pushing: Failed, Timeout, Error; null to let it go its
    /// way.
    /// </summary>
    public string? RunsEnd { get; init; }

    /// <summary>Registries whose images importImage and runs can fetch, beside the registry itself.</summary>
    public IReadOnlyList<RegistryStandIn> Reachable { get; init; } = [];

    /// <summary>The registry's agent pools.</summary>
    public IReadOnlyList<string> AgentPools { get; init; } = [];

    /// <summary>The runs so far.</summary>
    public ConcurrentQueue<StandInRun> Runs { get; } = new();

    /// <summary>Runs stay as they are until this is set; null lets them go.</summary>
    public TaskCompletionSource? HoldRuns { get; init; }

    internal string Id =>
        $"/subscriptions/{Subscription.Id}/resourceGroups/{ResourceGroup}/providers/Microsoft.ContainerRegistry/registries/{Name}";

    internal object Document => new
    {
        id = Id,
        type = "Microsoft.ContainerRegistry/registries",
        name = Name,
        location = "westeurope",
        sku = new { name = Sku, tier = Sku },
        properties = new
        {
            loginServer = Images.Host,
            creationDate = "2026-01-05T09:00:00Z",
            provisioningState = "Succeeded",
            adminUserEnabled = AdminPassword is not null,
            publicNetworkAccess = PublicNetworkAccess,
            networkRuleSet = new { defaultAction = DefaultAction, ipRules = Array.Empty<object>() },
            networkRuleBypassOptions = "AzureServices",
            anonymousPullEnabled = false,
            dataEndpointEnabled = false,
            roleAssignmentMode = RoleAssignmentMode,
            policies = new { azureADAuthenticationAsArmPolicy = new { status = "enabled" } },
        },
    };
}

/// <summary>Microsoft.ContainerRegistry: registries, their import of images, and ACR Tasks.</summary>
public sealed partial class AzureStandIn
{
    private readonly List<StandInContainerRegistry> _registries = [];

    /// <summary>Adds a registry.</summary>
    public StandInContainerRegistry AddRegistry(StandInContainerRegistry registry)
    {
        _registries.Add(registry);
        return registry;
    }

    private Task<Answer> ContainerRegistryAsync(ResourceRequest request)
    {
        var registries = _registries
            .Where(r => Same(r.Subscription.Id, request.Subscription.Id)
                && (request.ResourceGroup is null || Same(r.ResourceGroup, request.ResourceGroup)))
            .ToList();
        var isGet = request.Method == "GET";
        return Task.FromResult(request.Path switch
        {
            ["registries"] when isGet => Page(request.Http, [.. registries.Select(r => r.Document)]),
            ["registries", var name, ..] when registries.Find(r => Same(r.Name, name)) is not { } => Answer.Error(
                404, "ResourceNotFound", $"The Resource 'Microsoft.ContainerRegistry/registries/{name}' under " +
                    $"resource group '{request.ResourceGroup}' was not found. For more details please go to " +
                    $"https://aka.ms/ARMResourceNotFoundFix"),
            ["registries", var name] when isGet => new Answer(200, registries.Find(r => Same(r.Name, name))!.Document),
            ["registries", var name, .. var rest] =>
                OfRegistry(registries.Find(r => Same(r.Name, name))!, rest, request),
            _ => NoSuchType(),
        });
    }

    private Answer OfRegistry(StandInContainerRegistry registry, string[] path, ResourceRequest request)
    {
        var action = request.Method == "GET" ? "read" : "action";
        if (!registry.CallerIsContributor)
        {
            return Answer.Error(
                403,
                "AuthorizationFailed",
                $"The client '{request.Token.ObjectId}' with object id '{request.Token.ObjectId}' does not have " +
                $"authorization to perform action 'Microsoft.ContainerRegistry/registries/{path[0]}/{action}' over " +
                $"scope '{registry.Id}' or the scope is invalid. If access was recently granted, please refresh your " +
                $"credentials.");
        }

        if (path[0] is "listBuildSourceUploadUrl" or "scheduleRun" && !registry.AllowsTasks)
        {
            return Answer.Error(
                400,
                "TasksOperationsNotAllowed",
                $"ACR Tasks requests for the registry {registry.Name} and {registry.Subscription.Id} are not " +
                $"permitted. Please file an Azure support request at http://aka.ms/azuresupport for assistance.");
        }

        return (request.Method, path) switch
        {
            ("POST", ["listCredentials"]) => registry.AdminPassword is { } password
                ? new Answer(
                    200,
                    new { username = registry.Name, passwords = new[] { new { name = "password", value = password }, new { name = "password2", value = password +
                        "2" } } })
                : Answer.Error(
                    400,
                    "UnAuthorizedForCredentialOperations",
                    $"Cannot perform credential operations for {registry.Id} as admin user is disabled. Kindly " +
                    $"enable admin user as per docs: " +
                    $"https://docs.microsoft.com/en-us/azure/container-registry/container-registry-authentication#admin-account"),
            ("POST", ["listBuildSourceUploadUrl"]) => SourceUpload(),
            ("POST", ["scheduleRun"]) => Schedule(registry, request),
            ("POST", ["importImage"]) => Import(registry, request),
            ("GET", ["runs"]) => Page(request.Http, [.. registry.Runs.Select(r => r.Document)]),
            (_, ["runs", var id, ..]) when registry.Runs.FirstOrDefault(r => r.Id == id) is not { } =>
                Answer.Error(404, "RunNotFound", $"The run '{id}' was not found."),
            (_, ["runs", var id, .. var rest]) => OfRun(registry.Runs.First(r => r.Id == id), request.Method, rest),
            _ => NoSuchType(),
        };
    }

    private Answer OfRun(StandInRun run, string method, string[] path)
    {
        switch (method, path)
        {
            case ("GET", []):
                return new Answer(200, run.Document)
                {
                    Headers = new Dictionary<string, string> { ["Retry-After"] = "1" }
                };
            case ("POST", ["listLogSasUrl"]):
                return new Answer(200, new { logLink = AddressOf(run.Log), logArtifactLink = (Uri?)null });
            case ("POST", ["cancel"]):
                run.Cancel();
                return new Answer(200);
            default:
                return NoSuchType();
        }
    }

    private Answer SourceUpload()
    {
        var path = $"source/{DateTimeOffset.UtcNow:yyyyMMddHHmmss}/{Guid.NewGuid():N}.tar.gz";
        return new Answer(200, new { uploadUrl = AddressOf(NewBlob(path)), relativePath = path });
    }

    private Answer Schedule(StandInContainerRegistry registry, ResourceRequest request)
    {
        var body = request.Body;
        var type = (string?)body?["type"];
        if (type != "EncodedTaskRunRequest"
            || (string?)body?["encodedTaskContent"] is not { } content
            || (string?)body?["platform"]?["os"] is not { } os)
        {
            return Answer.Error(
                400,
                "InvalidRequestContent",
                $"The request content was invalid: a run of type '{type}' needs encodedTaskContent and platform.os.");
        }

        if ((int?)body["timeout"] is < 300 or > 28800)
        {
            return Answer.Error(400, "InvalidTimeout", "The value of timeout must be between 300 and 28800.");
        }

        if (registry.RoleAssignmentMode == "AbacRepositoryPermissions"
            && (string?)body["credentials"]?["sourceRegistry"]?["identity"] != "[caller]")
        {
            return Answer.Error(
                400,
                "SourceRegistryIdentityRequired",
                "The registry is in ABAC mode: credentials.sourceRegistry.identity says as whom the run signs in.");
        }

        if ((string?)body["agentPoolName"] is { } pool && !registry.AgentPools.Contains(pool))
        {
            return Answer.Error(
                404,
                "ResourceNotFound",
                $"The Resource 'Microsoft.ContainerRegistry/registries/{registry.Name}/agentPools/{pool}' under " +
                $"resource group '{registry.ResourceGroup}' was not found.");
        }

        var run = new StandInRun($"ca{registry.Runs.Count + 1}", os, NewBlob($"logs/{Guid.NewGuid():N}/rawtext.log"));
        var source = FindBlob((string?)body["sourceLocation"] ?? "");
        registry.Runs.Enqueue(run);
        run.Start(
            registry,
            Encoding.UTF8.GetString(Convert.FromBase64String(content)),
            source?.IsWritten == true ? source.Content : null,
            (string?)body["agentPoolName"],
            body["credentials"]?["customRegistries"]?.AsObject());
        return new Answer(200, run.Document);
    }

    private Answer Import(StandInContainerRegistry registry, ResourceRequest request)
    {
        var source = request.Body?["source"];
        var (host, image) = ((string?)source?["registryUri"] ?? "", (string?)source?["sourceImage"] ?? "");
        var at = image.IndexOfAny(['@', ':']);
        var from = registry.Reachable.FirstOrDefault(r => r.Host == host);
        if (from is null || at < 0 || from.Store.Manifest(image[..at], image[(at + 1)..]) is null)
        {
            return Answer.Error(
                400,
                "InvalidParameter",
                $"Operation registries-{Guid.NewGuid()} failed. Resource /subscriptions/{registry.Subscription.Id} " +
                $"Error copying blobs. Error: Response status code does not indicate success: 404 (Not Found). " +
                $"'{host}/{image}'");
        }

        var targets = request.Body?["targetTags"]?.AsArray().Select(t => (string)t!).ToList() ?? [];
        var isForced = (string?)request.Body?["mode"] == "Force";
        var taken = targets.Find(t => !isForced
            && registry.Images.Store.Manifest(t.Split(':')[0], t.Split(':')[1]) is not null);
        if (taken is not null)
        {
            return Answer.Error(
                409,
                "Conflict",
                $"The tag {taken} already exists in target registry. Please use Force mode or another tag.");
        }

        return Accept(
            registry.Subscription,
            202,
            null,
            () =>
            {
                targets.ForEach(t => registry.Images.Store.CopyImage(
                    from.Store,
                    image[..at],
                    image[(at + 1)..],
                    t.Split(':')[0],
                    t.Split(':')[1]));
                return new Answer(200);
            },
            byLocation: true);
    }
}
