using System.Text.Json;

namespace SparkAzure.Core.Docker;

/// <summary>What a daemon says of a request that it refuses: <c>{"message": "…"}</c>.</summary>
internal static class DockerRefusal
{
    private const int Longest = 500;

    /// <summary>The message in a body; the body itself, not much of it, where somebody else answered.</summary>
    public static string MessageIn(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var isOurs = document.RootElement.ValueKind == JsonValueKind.Object;
            if (isOurs && document.RootElement.TryGetProperty("message", out var message))
            {
                return message.ToString();
            }

            return body;
        }
        catch (JsonException)
        {
            if (body.Length > Longest)
            {
                return body[..Longest];
            }

            return body;
        }
    }
}
