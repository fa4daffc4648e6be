using System.Text.Json.Serialization;

namespace SparkAzure.Core.Azure.ContainerRegistry;

// In the terms of Azure.ResourceManager.ContainerRegistry, and of the REST reference; members that nobody here needs
// are left out.

/// <summary>A container registry.</summary>
/// <param name="Id">Its path in Resource Manager.</param>
/// <param name="Name">Its name.</param>
/// <param name="Properties">What it says of itself.</param>
internal sealed record ContainerRegistryData(ResourceId Id, string Name, ContainerRegistryProperties? Properties);

/// <summary>What a registry says of itself.</summary>
/// <param name="LoginServer">The host of its images. Not always its name and .azurecr.io.</param>
/// <param name="PublicNetworkAccess">Enabled, Disabled or SecuredByPerimeter.</param>
/// <param name="NetworkRuleSet">Its firewall.</param>
/// <param name="NetworkRuleBypassAllowedForTasks">Whether runs of ACR Tasks are let through the firewall.</param>
/// <param name="RoleAssignmentMode">
/// LegacyRegistryPermissions or AbacRepositoryPermissions; null from api-versions before 2025.
/// </param>
internal sealed record ContainerRegistryProperties(
    string? LoginServer, string? PublicNetworkAccess, ContainerRegistryNetworkRuleSet? NetworkRuleSet, bool? NetworkRuleBypassAllowedForTasks, string? RoleAssignmentMode);

/// <summary>A registry's firewall.</summary>
/// <param name="DefaultAction">Allow or Deny.</param>
internal sealed record ContainerRegistryNetworkRuleSet(string? DefaultAction);

/// <summary>Where the source of a run goes.</summary>
/// <param name="UploadUrl">The blob's address with a signature: a secret.</param>
/// <param name="RelativePath">What scheduleRun calls it.</param>
internal sealed record SourceUploadDefinition(Uri? UploadUrl, string? RelativePath);

/// <summary>A task of several steps, to be run once (EncodedTaskRunRequest).</summary>
internal sealed record ContainerRegistryEncodedTaskRunContent
{
    public string Type { get; } = "EncodedTaskRunRequest";

    /// <summary>The task's YAML in base64.</summary>
    public required string EncodedTaskContent { get; init; }

    public required string SourceLocation { get; init; }

    /// <summary>In seconds, 300 to 28,800.</summary>
    public required int Timeout { get; init; }

    public ContainerRegistryPlatform Platform { get; init; } = new("Linux", "amd64");

    public required ContainerRegistryCredentials Credentials { get; init; }

    /// <summary>Whose agents carry the run out; null for Azure's own.</summary>
    public string? AgentPoolName { get; init; }

    public bool IsArchiveEnabled { get; init; }
}

/// <summary>Where a run takes place.</summary>
internal sealed record ContainerRegistryPlatform([property: JsonPropertyName("os")] string Os, string Architecture);

/// <summary>As whom a run talks to registries.</summary>
/// <param name="SourceRegistry">To its own.</param>
/// <param name="CustomRegistries">To others, by their login servers.</param>
internal sealed record ContainerRegistryCredentials(
    SourceRegistryCredentials SourceRegistry,
    IReadOnlyDictionary<string, CustomRegistryCredentials>? CustomRegistries);

/// <summary>A login for another registry.</summary>
internal sealed record CustomRegistryCredentials(
    ContainerRegistrySecretObject UserName,
    ContainerRegistrySecretObject Password)
{
    /// <summary>Says nothing of the login.</summary>
    public override string ToString() => "***";
}

/// <summary>A value that Azure keeps to itself (SecretObject).</summary>
internal sealed record ContainerRegistrySecretObject(string Value)
{
    public string Type { get; } = "Opaque";

    /// <summary>Says nothing of the value.</summary>
    public override string ToString() => "***";
}

/// <summary>As whom a run talks to its own registry.</summary>
/// <param name="LoginMode">Default: with a login that the registry makes for the run.</param>
/// <param name="Identity"><c>[caller]</c>: as whoever started it, which registries in ABAC mode want.</param>
internal sealed record SourceRegistryCredentials(string? LoginMode, string? Identity);

/// <summary>A run.</summary>
internal sealed record ContainerRegistryRunData(string? Name, ContainerRegistryRunProperties? Properties);

/// <summary>How a run stands.</summary>
/// <param name="RunId">Its id in the registry.</param>
/// <param name="Status">Queued, Started, Running, Succeeded, Failed, Canceled, Error or Timeout.</param>
/// <param name="OutputImages">What it pushed.</param>
/// <param name="RunErrorMessage">Why it failed.</param>
internal sealed record ContainerRegistryRunProperties(
    string? RunId,
    string? Status,
    IReadOnlyList<ContainerRegistryImageDescriptor>? OutputImages,
    string? RunErrorMessage)
{
    public bool HasEnded => Status is "Succeeded" or "Failed" or "Canceled" or "Error" or "Timeout";
}

/// <summary>An image that a run pushed.</summary>
internal sealed record ContainerRegistryImageDescriptor(
    string? Registry,
    string? Repository,
    string? Tag,
    string? Digest);

/// <summary>Where the log of a run is.</summary>
/// <param name="LogLink">The blob's address with a signature: a secret.</param>
internal sealed record ContainerRegistryRunGetLogResult(Uri? LogLink);

/// <summary>An image that a registry shall take over from elsewhere, without the bytes passing through here.</summary>
internal sealed record ContainerRegistryImportImageContent(
    ContainerRegistryImportImageSource Source,
    IReadOnlyList<string> TargetTags)
{
    /// <summary>NoForce: an image that is there already is left alone.</summary>
    public string Mode { get; } = "NoForce";
}

/// <summary>Where that image lies.</summary>
/// <param name="RegistryUri">The host of its registry.</param>
/// <param name="SourceImage">Repository and tag or digest.</param>
internal sealed record ContainerRegistryImportImageSource(string RegistryUri, string SourceImage);
