using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks.Pods;

/// <summary>
/// The objects that drivers make in a namespace: pods, and since Spark 3.0 config maps, services and volume claims. All have
/// the label spark-app-selector. In client mode they have no owner, so where a driver is killed nobody ever removes them.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="space">The namespace.</param>
internal sealed class ApplicationObjects(ApiServerClient client, string space)
{
    /// <summary>Spark's own label, whose value is the application's id.</summary>
    public const string Label = "spark-app-selector";

    private const int Refused = 403;

    // Objects without a finalizer are gone at once, pods too where they get no time to end in.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private string Space => Uri.EscapeDataString(space);

    private IReadOnlyList<Sort> Sorts =>
    [
        new(
            "Pod",
            async (selector, stop) => (await client.CallAsync(
                (api, c) => api.CoreV1.ListNamespacedPodAsync(Space, labelSelector: selector, cancellationToken: c),
                stop).ConfigureAwait(false)).Items.Select(i => i.Metadata),
            (name, stop) => client.CallAsync(
                (api, c) => api.CoreV1.DeleteNamespacedPodAsync(
                    Uri.EscapeDataString(name), Space, gracePeriodSeconds: 0, cancellationToken: c),
                stop)),
        new(
            "ConfigMap",
            async (selector, stop) => (await client.CallAsync(
                (api, c) => api.CoreV1.ListNamespacedConfigMapAsync(Space, labelSelector: selector, cancellationToken: c),
                stop).ConfigureAwait(false)).Items.Select(i => i.Metadata),
            (name, stop) => client.CallAsync(
                (api, c) => api.CoreV1.DeleteNamespacedConfigMapAsync(
                    Uri.EscapeDataString(name), Space, cancellationToken: c),
                stop)),
        new(
            "Service",
            async (selector, stop) => (await client.CallAsync(
                (api, c) => api.CoreV1.ListNamespacedServiceAsync(Space, labelSelector: selector, cancellationToken: c),
                stop).ConfigureAwait(false)).Items.Select(i => i.Metadata),
            (name, stop) => client.CallAsync(
                (api, c) => api.CoreV1.DeleteNamespacedServiceAsync(Uri.EscapeDataString(name), Space, cancellationToken: c),
                stop)),
        new(
            "PersistentVolumeClaim",
            async (selector, stop) => (await client.CallAsync(
                (api, c) => api.CoreV1.ListNamespacedPersistentVolumeClaimAsync(
                    Space, labelSelector: selector, cancellationToken: c),
                stop).ConfigureAwait(false)).Items.Select(i => i.Metadata),
            (name, stop) => client.CallAsync(
                (api, c) => api.CoreV1.DeleteNamespacedPersistentVolumeClaimAsync(
                    Uri.EscapeDataString(name), Space, cancellationToken: c),
                stop)),
    ];

    /// <summary>Removes the objects of the applications that are chosen, and waits until they are gone.</summary>
    /// <param name="selector">A label selector for those that can be meant.</param>
    /// <param name="isMeant">Chooses by the application's id.</param>
    /// <param name="cancellationToken">Stops the removing.</param>
    /// <returns>Those that were removed, and those that are still there; each is a kind and a name.</returns>
    public async Task<(IReadOnlyList<string> Removed, IReadOnlyList<string> Left)> RemoveAsync(
        string selector, Func<string, bool> isMeant, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        IReadOnlyList<string> left;
        var until = DateTimeOffset.UtcNow + Patience;
        do
        {
            var rounds = await Task
                .WhenAll(Sorts.Select(s => RemoveAsync(s, selector, isMeant, removed, cancellationToken)))
                .ConfigureAwait(false);
            left = [.. rounds.SelectMany(r => r)];
            if (left.Count > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken).ConfigureAwait(false);
            }
        }
        while (left.Count > 0 && DateTimeOffset.UtcNow < until);

        return ([.. removed.Distinct().Except(left)], left);
    }

    // A kind that the credential may not list is one that its driver could not make.
    private static async Task<IReadOnlyList<string>> RemoveAsync(
        Sort sort,
        string selector,
        Func<string, bool> isMeant,
        List<string> removed,
        CancellationToken cancellationToken)
    {
        try
        {
            var there = await sort.List(selector, cancellationToken).ConfigureAwait(false);
            var meant = there
                .Where(m => m.Labels?.TryGetValue(Label, out var id) == true && isMeant(id))
                .Select(m => m.Name)
                .ToList();
            foreach (var name in meant)
            {
                await DeleteAsync(sort, name, cancellationToken).ConfigureAwait(false);
            }

            lock (removed)
            {
                removed.AddRange(meant.Select(n => $"{sort.Kind} {n}"));
            }

            return [.. meant.Select(n => $"{sort.Kind} {n}")];
        }
        catch (SparkAzureException exception) when (ApiServerClient.StatusCode(exception) == Refused)
        {
            return [];
        }
    }

    private static async Task DeleteAsync(Sort sort, string name, CancellationToken cancellationToken)
    {
        try
        {
            await sort.Delete(name, cancellationToken).ConfigureAwait(false);
        }
        catch (SparkAzureException exception) when (ApiServerClient.StatusCode(exception) is 404 or 409)
        {
            // Somebody else was first.
        }
    }

    private sealed record Sort(
        string Kind,
        Func<string, CancellationToken, Task<IEnumerable<V1ObjectMeta>>> List,
        Func<string, CancellationToken, Task> Delete);
}
