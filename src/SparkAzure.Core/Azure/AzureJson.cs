using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SparkAzure.Core.Azure;

/// <summary>
/// How answers of Azure become records: what a record says is always there must be there, and no list holds a null. So a
/// service that answers otherwise is found out where its answer is read, and not later in the middle of something.
/// </summary>
internal static class AzureJson
{
    /// <summary>How requests are written: null members are left out.</summary>
    public static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>How answers are read.</summary>
    public static readonly JsonSerializerOptions Read = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(Demand),
    };

    private static void Demand(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false })
            {
                property.IsRequired = true;
            }
        }

        if (type.Kind == JsonTypeInfoKind.Object)
        {
            type.OnDeserialized = RefuseNulls;
        }
    }

    private static void RefuseNulls(object read)
    {
        foreach (var property in read.GetType().GetProperties())
        {
            if (property.GetIndexParameters().Length == 0
                && property.GetValue(read) is IReadOnlyList<object?> list
                && list.Contains(null))
            {
                throw new JsonException($"An item of {property.Name} is null.");
            }
        }
    }
}
