using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Reads JSON that somebody else sent: what is of another kind than it should be is as good as not there, and nothing
/// of it throws. (A text with half a surrogate, "\ud800", parses and throws only when it is read.)
/// </summary>
internal static class ForeignJson
{
    /// <summary>A member that is a text; null for anything else, also where the parent is no object.</summary>
    public static string? Text(JsonElement parent, string name)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value))
        {
            return Text(value);
        }

        return null;
    }

    /// <summary>A text; null for anything else.</summary>
    public static string? Text(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Text(JsonElement)"/>
    public static string? Text(JsonNode? node)
    {
        try
        {
            if (node is JsonValue value && value.TryGetValue(out string? text))
            {
                return text;
            }

            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member that is a whole number from 0 on; null for anything else.</summary>
    public static long? Count(JsonElement parent, string name)
    {
        if (parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            && number >= 0)
        {
            return number;
        }

        return null;
    }

    /// <summary>The items of a member that is an array; none for anything else.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement parent, string name)
    {
        if (parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray();
        }

        return [];
    }

    /// <summary>
    /// An object that can be edited and written again; null where the bytes are none. A name that stands twice in an
    /// object makes it none, too (what others read of it would not be what is read here), and so does half a character.
    /// </summary>
    public static JsonObject? Object(ReadOnlySpan<byte> content)
    {
        try
        {
            var node = JsonNode.Parse(content) as JsonObject;
            Visit(node);
            return node;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException
            or InvalidOperationException)
        {
            return null;
        }
    }

    // An object finds out about a name that stands twice when its members are first looked at, and about half a
    // character when a text is.
    private static void Visit(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (_, member) in members)
            {
                Visit(member);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Visit(item);
            }
        }
        else if (node is JsonValue value)
        {
            _ = value.TryGetValue(out string? _);
        }
    }

    /// <summary>A document; null where the bytes are none.</summary>
    public static JsonDocument? Document(ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonDocument.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
