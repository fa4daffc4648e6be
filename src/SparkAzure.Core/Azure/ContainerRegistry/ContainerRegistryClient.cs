using System.Globalization;
using Azure.Core;

namespace SparkAzure.Core.Azure.ContainerRegistry;

/// <summary>The calls of the provider Microsoft.ContainerRegistry that publishing needs.</summary>
internal sealed class ContainerRegistryClient(AzureServiceClient azure)
{
    private const string Version = "api-version=2025-11-01";

    /// <summary>
    /// Tasks have a version of their own. The older one is on every cloud; only the newer knows identities for quick
    /// runs.
    /// </summary>
    private const string TasksVersion = "api-version=2019-06-01-preview";
    private const string TasksVersionWithIdentity = "api-version=2025-03-01-preview";

    public Task<IReadOnlyList<ContainerRegistryData>> GetRegistriesAsync(
        string subscriptionId, string? resourceGroupName, CancellationToken cancellationToken)
    {
        var scope = $"/subscriptions/{Uri.EscapeDataString(subscriptionId)}";
        if (resourceGroupName is not null)
        {
            scope += $"/resourceGroups/{Uri.EscapeDataString(resourceGroupName)}";
        }

        var address = $"{scope}/providers/Microsoft.ContainerRegistry/registries?{Version}";
        return azure.ListAsync<ContainerRegistryData>(address, cancellationToken);
    }

    /// <param name="id">The registry's resource id.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public Task<ContainerRegistryData> GetRegistryAsync(string id, CancellationToken cancellationToken) =>
        azure.GetAsync<ContainerRegistryData>($"{id}?{Version}", cancellationToken);

    public Task<SourceUploadDefinition> GetBuildSourceUploadUrlAsync(
        ContainerRegistryData registry, CancellationToken cancellationToken) =>
        azure.SendAsync<SourceUploadDefinition>(
            RequestMethod.Post, $"{registry.Id}/listBuildSourceUploadUrl?{TasksVersion}", null, cancellationToken);

    public Task<ContainerRegistryRunData> ScheduleRunAsync(
        ContainerRegistryData registry,
        ContainerRegistryEncodedTaskRunContent content,
        CancellationToken cancellationToken)
    {
        var version = content.Credentials.SourceRegistry.Identity is null ? TasksVersion : TasksVersionWithIdentity;
        return azure.SendAsync<ContainerRegistryRunData>(
            RequestMethod.Post, $"{registry.Id}/scheduleRun?{version}", content, cancellationToken, repeatable: false);
    }

    /// <returns>The run, and how long to wait before asking again; null where Azure does not say.</returns>
    public async Task<(ContainerRegistryRunData Run, TimeSpan? RetryAfter)> GetRunAsync(
        ContainerRegistryData registry, string runId, CancellationToken cancellationToken)
    {
        var address = azure.Address($"{RunOf(registry, runId)}?{TasksVersion}");
        var answer = await azure.AnswerAsync(RequestMethod.Get, address, null, true, cancellationToken)
            .ConfigureAwait(false);
        TimeSpan? pause = answer.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
        return (azure.Read<ContainerRegistryRunData>(answer, address), pause);
    }

    public Task<ContainerRegistryRunGetLogResult> GetLogSasUrlAsync(
        ContainerRegistryData registry, string runId, CancellationToken cancellationToken) =>
        azure.SendAsync<ContainerRegistryRunGetLogResult>(
            RequestMethod.Post, $"{RunOf(registry, runId)}/listLogSasUrl?{TasksVersion}", null, cancellationToken);

    public Task CancelRunAsync(ContainerRegistryData registry, string runId, CancellationToken cancellationToken) =>
        azure.AnswerAsync(
            RequestMethod.Post, azure.Address($"{RunOf(registry, runId)}/cancel?{TasksVersion}"), null, true, cancellationToken);

    public Task ImportImageAsync(
        ContainerRegistryData registry,
        ContainerRegistryImportImageContent content,
        TimeSpan timeLimit,
        CancellationToken cancellationToken) =>
        azure.RunAsync<object>(
            RequestMethod.Post,
            $"{registry.Id}/importImage?{Version}",
            content,
            timeLimit,
            cancellationToken);

    private static string RunOf(ContainerRegistryData registry, string runId) =>
        $"{registry.Id}/runs/{Uri.EscapeDataString(runId)}";
}
