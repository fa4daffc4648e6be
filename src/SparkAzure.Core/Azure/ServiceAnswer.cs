using System.Text.Json;
using Azure;

namespace SparkAzure.Core.Azure;

/// <summary>What a service said in refusing.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The service's error code, for example ResourceNotFound; null when the body carries none.</param>
/// <param name="Message">The service's words; the status line's when the body carries none.</param>
/// <param name="RequestId">The id by which the service finds the request in its logs; null when it gave none.</param>
internal sealed record ServiceAnswer(int Status, string? Code, string? Message, string? RequestId)
{
    public static ServiceAnswer Of(RequestFailedException failure)
    {
        var response = failure.GetRawResponse();
        string? id = null;
        _ = response?.Headers.TryGetValue("x-ms-request-id", out id);
        return new ServiceAnswer(failure.Status, failure.ErrorCode, Words(response) ?? response?.ReasonPhrase, id);
    }

    public override string ToString()
    {
        var words = string.Join(": ", new[] { Code, Message }.Where(w => !string.IsNullOrWhiteSpace(w)));
        return $"{Status} {words}".TrimEnd() + (RequestId is null ? "" : $" (request {RequestId})");
    }

    // {"error":{"code":"…","message":"…"}}; anything else is a proxy's page, and then the status has to say it.
    private static string? Words(Response? response)
    {
        try
        {
            using var body = JsonDocument.Parse(response?.Content ?? BinaryData.Empty);
            return body.RootElement.GetProperty("error").GetProperty("message").GetString();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            return null;
        }
    }
}
