using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Core;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>
/// Work that goes on in Azure after its request was answered. Source: Microsoft, "Track asynchronous Azure operations"
/// and the Resource Manager RPC: Azure-AsyncOperation names a document with a status, Location answers 202 until it is
/// done; with neither the resource's own provisioningState tells.
/// </summary>
internal sealed class LongRunningOperation(
    AzureServiceClient client,
    RequestMethod method,
    Uri resource,
    Response first,
    ICaller caller)
{
    /// <summary>How long to wait where Azure does not say.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two looks, whatever Azure says: the user waits at the other end.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <returns>The answer that carries the result; null where there is none.</returns>
    public async Task<Response?> WaitAsync(TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeLimit);
        try
        {
            return await FollowAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw AzureErrors.AzureOperationTimedOut($"{method} {resource.AbsolutePath}", timeLimit);
        }
    }

    private async Task<Response?> FollowAsync(CancellationToken cancellationToken)
    {
        var status = Header(first, "Azure-AsyncOperation") ?? Header(first, "Operation-Location");
        var location = Header(first, "Location");
        if (status is not null)
        {
            await UntilEndedAsync(status, d => d.Status, cancellationToken).ConfigureAwait(false);

            // PUT and PATCH have their result at the resource, the others at Location where there is one.
            var result = method == RequestMethod.Put || method == RequestMethod.Patch ? resource : location;
            if (result is null || method == RequestMethod.Delete)
            {
                return null;
            }

            return await AskAsync(result, cancellationToken).ConfigureAwait(false);
        }

        if (location is not null && first.Status == 202)
        {
            var answer = first;
            do
            {
                await PauseAsync(answer, cancellationToken).ConfigureAwait(false);
                answer = await AskAsync(location, cancellationToken).ConfigureAwait(false);
                location = Header(answer, "Location") ?? location;
            }
            while (answer.Status == 202);
            return answer;
        }

        if ((method == RequestMethod.Put || method == RequestMethod.Patch) && !HasEnded(ProvisioningState(first)))
        {
            return await UntilEndedAsync(resource, d => d.Properties?.ProvisioningState, cancellationToken)
                .ConfigureAwait(false);
        }

        return first;
    }

    private async Task<Response> UntilEndedAsync(
        Uri address, Func<Progress, string?> state, CancellationToken cancellationToken)
    {
        for (var answer = first; ;)
        {
            await PauseAsync(answer, cancellationToken).ConfigureAwait(false);
            answer = await AskAsync(address, cancellationToken).ConfigureAwait(false);
            var progress = client.Read<Progress>(answer, address);
            var said = state(progress);
            caller.Debug($"{method} {resource.AbsolutePath}: {said}");
            if (string.Equals(said, "Failed", StringComparison.OrdinalIgnoreCase)
                || string.Equals(said, "Canceled", StringComparison.OrdinalIgnoreCase))
            {
                throw AzureErrors.AzureOperationFailed(
                    $"{method} {resource.AbsolutePath}", said!, progress.Error?.Code, progress.Error?.Message);
            }

            if (HasEnded(said))
            {
                return answer;
            }
        }
    }

    private Task<Response> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        client.RequireSameHost("the state of an operation", address);
        return client.AnswerAsync(RequestMethod.Get, address, null, true, cancellationToken);
    }

    private static Task PauseAsync(Response answer, CancellationToken cancellationToken)
    {
        var pause = answer.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : Pause;
        return Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken);
    }

    private static bool HasEnded(string? state) =>
        state is null || state.ToUpperInvariant() is "SUCCEEDED" or "FAILED" or "CANCELED" or "READY";

    private static string? ProvisioningState(Response answer)
    {
        using var document = ForeignJson.Document(answer.Content.ToMemory());
        if (document is not null
            && document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("properties", out var properties))
        {
            return ForeignJson.Text(properties, "provisioningState");
        }

        return null;
    }

    private Uri? Header(Response answer, string name)
    {
        if (!answer.Headers.TryGetValue(name, out var text))
        {
            return null;
        }

        if (Uri.TryCreate(client.Endpoint, text, out var address))
        {
            return address;
        }

        throw AzureErrors.AzureAnswerUnreadable(
            $"{method} {resource.AbsolutePath}", $"its header {name} holds no address");
    }

    private sealed record Progress(string? Status, ProgressError? Error, ProgressProperties? Properties);

    private sealed record ProgressError(string? Code, string? Message);

    private sealed record ProgressProperties(string? ProvisioningState);
}
