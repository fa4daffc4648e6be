using System.Text.Json;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Aks;

/// <summary>
/// What stands in a namespace, of every kind that the API server knows, those of custom resources included: with the
/// namespace all of it would be gone. Names alone are asked for, never what an object holds.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="space">The namespace.</param>
internal sealed class NamespaceContents(ApiServerClient client, string space)
{
    // Some are enough to say that there are.
    private const int Most = 20;

    // What is measured of pods, and what is told of any object: neither is anybody's own. Source: Kubernetes, "Resource
    // metrics pipeline" and "Event v1 events.k8s.io".
    private static readonly string[] OfNobody = ["metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io", "events.k8s.io"];

    // What every namespace has from the start. Source: Kubernetes, "Managing Service Accounts" (the default account) and
    // "Distributing the root CA" (RootCAConfigMap, since 1.20).
    private static readonly string[] OfEvery = ["ServiceAccount default", "ConfigMap kube-root-ca.crt"];

    /// <summary>What stands in it besides some objects; each is a kind and a name, or what keeps it from being told.</summary>
    /// <param name="own">The objects that are known, each a kind and a name.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SparkAzureException">An id of KubernetesErrors.</exception>
    public async Task<IReadOnlyList<string>> OthersAsync(
        IReadOnlyCollection<string> own, CancellationToken cancellationToken)
    {
        var known = own.Concat(OfEvery).ToHashSet(StringComparer.Ordinal);
        var groups = await client.ReadJsonAsync("/apis", cancellationToken).ConfigureAwait(false);
        IEnumerable<string> roots =
        [
            "/api/v1",
            .. Items(groups, "groups")
                .Where(g => !OfNobody.Contains(Text(g, "name")))
                .Select(g => $"/apis/{Text(Member(g, "preferredVersion"), "groupVersion")}"),
        ];
        var found = await Task.WhenAll(roots.Select(r => OfGroupAsync(r, known, cancellationToken)))
            .ConfigureAwait(false);
        return [.. found.SelectMany(f => f).Distinct()];
    }

    private async Task<IReadOnlyList<string>> OfGroupAsync(
        string root, HashSet<string> known, CancellationToken cancellationToken)
    {
        var (kinds, fault) = await AskAsync(root, cancellationToken).ConfigureAwait(false);
        if (kinds is null)
        {
            return [fault!];
        }

        var listed = Items(kinds.Value, "resources")
            .Where(r => Member(r, "namespaced").ValueKind == JsonValueKind.True
                && !Text(r, "name").Contains('/', StringComparison.Ordinal)
                && Text(r, "kind") != "Event"
                && Items(r, "verbs").Any(v => v.GetString() == "list"));
        var found = await Task
            .WhenAll(listed.Select(r => OfKindAsync(root, Text(r, "name"), Text(r, "kind"), known, cancellationToken)))
            .ConfigureAwait(false);
        return [.. found.SelectMany(f => f)];
    }

    private async Task<IReadOnlyList<string>> OfKindAsync(
        string root, string plural, string kind, HashSet<string> known, CancellationToken cancellationToken)
    {
        var path = $"{root}/namespaces/{Uri.EscapeDataString(space)}/{plural}?limit={Most}";
        var (list, fault) = await AskAsync(path, cancellationToken).ConfigureAwait(false);
        if (list is null)
        {
            return [fault!];
        }

        return
        [
            .. Items(list.Value, "items")
                .Select(i => Member(i, "metadata"))
                .Where(m => !IsTokenOf(m, known))
                .Select(m => ForeignText.Line($"{kind} {Text(m, "name")}"))
                .Where(o => !known.Contains(o)),
        ];
    }

    // The token of an account that goes as well, which Kubernetes before 1.24 made by itself.
    private static bool IsTokenOf(JsonElement metadata, HashSet<string> known) =>
        known.Contains($"ServiceAccount {Text(Member(metadata, "annotations"), "kubernetes.io/service-account.name")}");

    // What may not be seen, or does not answer, may be there.
    private async Task<(JsonElement? Answer, string? Fault)> AskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ReadJsonAsync(path, cancellationToken).ConfigureAwait(false), null);
        }
        catch (SparkAzureException exception) when (ApiServerClient.StatusCode(exception) == 404)
        {
            return (default(JsonElement), null);
        }
        catch (SparkAzureException exception) when (ApiServerClient.StatusCode(exception) is { } status)
        {
            return (null, $"what {path.Split('?')[0]} would tell (status {status})");
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
}
