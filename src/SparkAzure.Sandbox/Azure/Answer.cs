using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>What the stand-in answers.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">What goes out as JSON, as a document or as a JsonNode; null for no body.</param>
internal sealed record Answer(int Status, object? Body = null)
{
    /// <summary>Headers beside the usual ones.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>An error in the form of Resource Manager and Graph.</summary>
    public static Answer Error(int status, string code, string message) =>
        new(status, new { error = new { code, message } });

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        if (Body is not null)
        {
            await response.WriteAsJsonAsync(Body, Body.GetType());
        }
    }
}
