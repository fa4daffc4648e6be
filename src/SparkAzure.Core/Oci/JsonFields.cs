using System.Text.Json.Nodes;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Oci;

/// <summary>
/// Fields of documents that somebody else wrote: of another kind than they should be is as good as not there.
/// </summary>
internal static class JsonFields
{
    /// <summary>A text; null when there is none of that name.</summary>
    public static string? Text(JsonNode? node, string name) => ForeignJson.Text((node as JsonObject)?[name]);

    /// <summary>An object, made where there is none of that name.</summary>
    public static JsonObject Section(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject section)
        {
            parent[name] = section = new JsonObject();
        }

        return section;
    }

    /// <summary>A truth value; false when there is none of that name.</summary>
    public static bool Flag(JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.TryGetValue(out bool flag) && flag;
}
