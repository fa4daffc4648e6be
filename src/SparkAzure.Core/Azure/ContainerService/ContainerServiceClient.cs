using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace SparkAzure.Core.Azure.ContainerService;

/// <summary>The calls over Azure.Core's pipeline.</summary>
internal sealed class ContainerServiceClient(HttpPipeline pipeline, Uri endpoint) : IContainerServiceClient
{
    private const string ClusterVersion = "api-version=2025-10-01";
    private const string SubscriptionVersion = "api-version=2022-12-01";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Task<ContainerServiceManagedClusterData> GetManagedClusterAsync(string subscriptionId, string resourceGroupName, string resourceName, CancellationToken cancellationToken) =>
        GetAsync<ContainerServiceManagedClusterData>(
            Address($"/subscriptions/{Escape(subscriptionId)}/resourceGroups/{Escape(resourceGroupName)}/providers/Microsoft.ContainerService/managedClusters/{Escape(resourceName)}?{ClusterVersion}"),
            cancellationToken);

    public Task<IReadOnlyList<ContainerServiceManagedClusterData>> GetManagedClustersAsync(string subscriptionId, CancellationToken cancellationToken) =>
        ListAsync<ContainerServiceManagedClusterData>(
            Address($"/subscriptions/{Escape(subscriptionId)}/providers/Microsoft.ContainerService/managedClusters?{ClusterVersion}"),
            cancellationToken);

    public Task<IReadOnlyList<SubscriptionData>> GetSubscriptionsAsync(CancellationToken cancellationToken) =>
        ListAsync<SubscriptionData>(Address($"/subscriptions?{SubscriptionVersion}"), cancellationToken);

    private static string Escape(string segment) => Uri.EscapeDataString(segment);

    private Uri Address(string pathAndQuery) => new(endpoint.GetLeftPart(UriPartial.Authority) + pathAndQuery);

    private async Task<IReadOnlyList<T>> ListAsync<T>(Uri first, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        for (Uri? next = first; next is not null;)
        {
            var page = await GetAsync<Page<T>>(next, cancellationToken).ConfigureAwait(false);
            all.AddRange(page.Value ?? []);
            next = page.NextLink;
        }

        return all;
    }

    private async Task<T> GetAsync<T>(Uri address, CancellationToken cancellationToken)
        where T : class
    {
        using var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Get;
        message.Request.Uri.Reset(address);
        message.Request.Headers.Add("Accept", "application/json");
        await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message.Response.Status == 200
            ? JsonSerializer.Deserialize<T>(message.Response.Content, Json) ?? throw new JsonException("The answer is empty.")
            : throw new RequestFailedException(message.Response);
    }

    private sealed record Page<T>(IReadOnlyList<T>? Value, Uri? NextLink);
}
