using System.Text.Json;
using Azure;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Azure;

/// <summary>What a service said in refusing.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The service's error code, for example ResourceNotFound; null when the body carries none.</param>
/// <param name="Message">The service's words; the status line's when the body carries none.</param>
/// <param name="RequestId">The id by which the service finds the request in its logs; null when it gave none.</param>
/// <param name="TooLong">How long it asks to be left alone, where that was not waited for; null otherwise.</param>
internal sealed record ServiceAnswer(
    int Status, string? Code, string? Message, string? RequestId, TimeSpan? TooLong = null)
{
    public static ServiceAnswer Of(RequestFailedException failure)
    {
        var response = failure.GetRawResponse();
        string? id = null;
        _ = response?.Headers.TryGetValue("x-ms-request-id", out id);
        return new ServiceAnswer(failure.Status, failure.ErrorCode, Words(response) ?? response?.ReasonPhrase, id)
        {
            TooLong = AzureRetry.TooLong(response, AzureTransport.Usual),
        };
    }

    public override string ToString()
    {
        var words = string.Join(": ", new[] { Code, Message }.Where(w => !string.IsNullOrWhiteSpace(w)));
        var id = RequestId is null ? "" : $" (request {RequestId})";
        var pause = TooLong is { } asked
            ? $" It asks to be left alone for {asked.TotalSeconds:0} s, and so was not asked again."
            : "";
        return ForeignText.Line($"{Status} {words}".TrimEnd() + id + pause);
    }

    // {"error":{"code":"…","message":"…"}}; anything else is a proxy's page, and then the status has to say it.
    private static string? Words(Response? response)
    {
        using var body = ForeignJson.Document(response?.Content?.ToMemory() ?? default);
        if (body is not null
            && body.RootElement.ValueKind == JsonValueKind.Object
            && body.RootElement.TryGetProperty("error", out var error))
        {
            return ForeignJson.Text(error, "message");
        }

        return null;
    }
}
