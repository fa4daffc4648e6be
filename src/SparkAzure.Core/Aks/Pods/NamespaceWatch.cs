using System.Text.Json;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Hosting;
using k8s;
using k8s.Models;

namespace SparkAzure.Core.Aks.Pods;

/// <summary>
/// What happens in a namespace, as it happens: pods by a watch, their logs followed from the moment at which the container
/// starts (it is gone a second or two after its end), events. Nothing is asked at intervals.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="space">The namespace.</param>
internal sealed class NamespaceWatch(ApiServerClient client, string space)
{
    private const int LongestObject = 1 << 20;
    private const int LongestLine = 8_000;

    // A watch that the server ends at once again would otherwise be a request without a pause.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private string Core => $"/api/v1/namespaces/{Uri.EscapeDataString(space)}";

    /// <summary>Watches the pods with a label until it is stopped.</summary>
    /// <param name="selector">A label selector.</param>
    /// <param name="onPod">Is given each state of each pod; those that are there at first, too.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="SparkAzureException">What ApiServerClient throws: it is refused, or cannot be begun.</exception>
    public Task PodsAsync(string selector, Action<ExecutorPod> onPod, CancellationToken cancellationToken) => WatchAsync(
        $"{Core}/pods?watch=true&labelSelector={Uri.EscapeDataString(selector)}",
        (kind, json) =>
        {
            if (Read<V1Pod>(json) is { } pod)
            {
                onPod(new ExecutorPod(pod, kind == "DELETED"));
            }
        },
        cancellationToken);

    /// <summary>Watches the events about pods until it is stopped.</summary>
    /// <param name="onEvent">Is given each: those that are there at first, too.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="SparkAzureException">As <see cref="PodsAsync"/>.</exception>
    public Task EventsAsync(Action<Corev1Event> onEvent, CancellationToken cancellationToken) => WatchAsync(
        $"{Core}/events?watch=true&fieldSelector={Uri.EscapeDataString("involvedObject.kind=Pod")}",
        (kind, json) =>
        {
            if (kind != "DELETED" && Read<Corev1Event>(json) is { } told)
            {
                onEvent(told);
            }
        },
        cancellationToken);

    /// <summary>Follows the log of a pod whose container has started, from its first line to its end.</summary>
    /// <exception cref="SparkAzureException">As <see cref="PodsAsync"/>.</exception>
    public Task LogAsync(string pod, Action<string> onLine, CancellationToken cancellationToken) => client.ReadLinesAsync(
        $"{Core}/pods/{Uri.EscapeDataString(pod)}/log?follow=true",
        LongestLine,
        line => onLine(ForeignText.Line(line)),
        cancellationToken);

    // The server ends a watch after some minutes. Without a version to begin at, one tells first what is there. A server
    // that restarts is away for a while, and then refuses everybody for some seconds.
    private async Task WatchAsync(
        string path, Action<string, JsonElement> onObject, CancellationToken cancellationToken)
    {
        var hasBegun = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await client
                    .ReadLinesAsync(path, LongestObject, Seen, cancellationToken)
                    .ConfigureAwait(false);
                hasBegun = true;
            }
            catch (SparkAzureException) when (hasBegun)
            {
                // It was let in before.
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        void Seen(string line)
        {
            hasBegun = true;
            Take(line, onObject);
        }
    }

    private static void Take(string line, Action<string, JsonElement> onObject)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var kind = document.RootElement.GetProperty("type").GetString();
            if (kind is "ADDED" or "MODIFIED" or "DELETED")
            {
                onObject(kind, document.RootElement.GetProperty("object"));
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // A line that is no event, or was too long for one: the next state of the object comes on a line of its own.
        }
    }

    private static T? Read<T>(JsonElement json)
        where T : class
    {
        try
        {
            return KubernetesJson.Deserialize<T>(json);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
