using System.Text.Json.Nodes;

namespace SparkAzure.Core.Kubernetes.Api;

/// <summary>
/// The few calls of the Kubernetes API that are made, in the terms of KubernetesClient's generic client (group, version, plural), so that that library can
/// take the place of this folder. Objects are JSON, because what others put into them must come back with every change.
/// Fails with KubernetesErrors, whose InnerException is a <see cref="KubernetesStatusException"/> where the server itself refused.
/// </summary>
internal interface IKubernetesClient : IDisposable
{
    /// <summary>The version that the server runs, <c>v1.34.2</c>.</summary>
    Task<string?> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>Reads an object; null when it is not there.</summary>
    Task<JsonObject?> ReadAsync(KubernetesResource resource, string? @namespace, string name, CancellationToken cancellationToken);

    /// <summary>Makes an object.</summary>
    Task<JsonObject> CreateAsync(KubernetesResource resource, string? @namespace, JsonObject body, CancellationToken cancellationToken);

    /// <summary>Replaces an object that was read; refused with 409 when somebody else has changed it since.</summary>
    Task<JsonObject> ReplaceAsync(KubernetesResource resource, string? @namespace, string name, JsonObject body, CancellationToken cancellationToken);

    /// <summary>Asks whether this credential may do something; changes nothing, although it is a POST.</summary>
    Task<(bool Allowed, string? Reason)> ReviewAccessAsync(string @namespace, string verb, string group, string resource, CancellationToken cancellationToken);
}

/// <summary>A kind of object.</summary>
/// <param name="Group">The API group; empty for the core.</param>
/// <param name="Version">Its version.</param>
/// <param name="Plural">Its name in addresses.</param>
/// <param name="Kind">Its name in documents.</param>
internal sealed record KubernetesResource(string Group, string Version, string Plural, string Kind)
{
    public static readonly KubernetesResource Namespace = new("", "v1", "namespaces", "Namespace");
    public static readonly KubernetesResource ServiceAccount = new("", "v1", "serviceaccounts", "ServiceAccount");
    public static readonly KubernetesResource Role = new("rbac.authorization.k8s.io", "v1", "roles", "Role");
    public static readonly KubernetesResource RoleBinding = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding");

    /// <summary>What documents say: v1, or rbac.authorization.k8s.io/v1.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}

/// <summary>The server's own refusal: a Status object.</summary>
/// <param name="code">The HTTP status.</param>
/// <param name="reason">Forbidden, NotFound, AlreadyExists, Conflict, …; null when the answer was no Status.</param>
/// <param name="message">The server's words.</param>
internal sealed class KubernetesStatusException(int code, string? reason, string message) : Exception(message)
{
    public int Code { get; } = code;

    public string? Reason { get; } = reason;
}
