using System.Text;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Docker;

/// <summary>What a daemon says of a request that it refuses: <c>{"message": "…"}</c>.</summary>
internal static class DockerRefusal
{
    private const int Longest = 500;

    /// <summary>The message in a body; the body itself, not much of it, where somebody else answered.</summary>
    public static string MessageIn(string body)
    {
        using var document = ForeignJson.Document(Encoding.UTF8.GetBytes(body));
        if (document is not null && ForeignJson.Text(document.RootElement, "message") is { } message)
        {
            return message;
        }

        if (body.Length > Longest)
        {
            return body[..Longest];
        }

        return body;
    }
}
