using Microsoft.AspNetCore.Http;

namespace SparkAzure.Sandbox.Azure;

/// <summary>Microsoft Graph, v1.0.</summary>
public sealed partial class AzureStandIn
{
    private Task<Answer> GraphAsync(HttpContext context, string version, string[] segments) => Task.FromResult(
        Refusal(context, GraphAudience, out _)
        ?? (version == "v1.0" ? NoSuchSegment(segments) : Answer.Error(400, "BadRequest", $"Invalid version: {version}")));

    private static Answer NoSuchSegment(string[] segments) =>
        Answer.Error(400, "BadRequest", $"Resource not found for the segment '{segments.FirstOrDefault()}'.");
}
