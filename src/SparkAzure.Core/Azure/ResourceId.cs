using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core;

namespace SparkAzure.Core.Azure;

/// <summary>
/// The path of a resource in a resource group. What is none is an answer that cannot be understood where it is read: parts of
/// it become addresses of further requests.
/// </summary>
/// <param name="Path">The path, as Resource Manager writes it.</param>
/// <param name="SubscriptionId">The subscription in it.</param>
/// <param name="ResourceGroupName">The resource group in it.</param>
[JsonConverter(typeof(Converter))]
internal sealed record ResourceId(string Path, string SubscriptionId, string ResourceGroupName)
{
    public static implicit operator string(ResourceId id) => id.Path;

    /// <summary>Reads a path; null when it is none.</summary>
    public static ResourceId? TryParse(string? path)
    {
        if (ResourceIdentifier.TryParse(path, out var id) && id is { SubscriptionId: { } subscription, ResourceGroupName: { } group, ResourceType.Type: not "resourceGroups" })
        {
            return new ResourceId(path!, subscription, group);
        }

        return null;
    }

    public override string ToString() => Path;

    private sealed class Converter : JsonConverter<ResourceId>
    {
        public override ResourceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            return TryParse(text) ?? throw new JsonException("It is not the path of a resource in a resource group.");
        }

        public override void Write(Utf8JsonWriter writer, ResourceId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Path);
    }
}
