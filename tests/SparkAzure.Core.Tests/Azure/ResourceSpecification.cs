using System.Text.Json;
using Azure.Bicep.Types.Az;
using Azure.Bicep.Types.Concrete;

namespace SparkAzure.Core.Tests.Azure;

/// <summary>
/// What Microsoft's own specifications say of a resource's body (Azure.Bicep.Types.Az, generated from
/// azure-rest-api-specs), held against a body.
/// </summary>
internal sealed class ResourceSpecification
{
    private readonly AzTypeLoader _types = new();
    private readonly Lazy<global::Azure.Bicep.Types.Index.TypeIndex> _index;

    public ResourceSpecification() => _index = new(() => _types.LoadTypeIndex());

    /// <summary>Every difference between a body and its specification, with the way to it.</summary>
    /// <param name="type">A resource type.</param>
    /// <param name="version">The api-version.</param>
    /// <param name="body">What was answered.</param>
    public IReadOnlyList<string> Differences(string type, string version, JsonElement body)
    {
        var key = _index.Value.Resources.Keys.Single(k => k.Equals($"{type}@{version}", StringComparison.OrdinalIgnoreCase));
        return Differences(_types.LoadResourceType(_index.Value.Resources[key]).Body.Type, body);
    }

    /// <summary>As <see cref="Differences(string, string, JsonElement)"/>, for what an action of a resource answers.</summary>
    public IReadOnlyList<string> DifferencesOfAction(string type, string version, string action, JsonElement body)
    {
        var functions = _index.Value.ResourceFunctions.Single(f => f.Key.Equals(type, StringComparison.OrdinalIgnoreCase)).Value[version];
        var function = functions.Select(_types.LoadResourceFunctionType).Single(f => f.Name == action);
        return Differences(function.Output.Type, body);
    }

    private static List<string> Differences(TypeBase type, JsonElement body)
    {
        var found = new List<string>();
        Compare(type, body, "", found);
        return found;
    }

    private static void Compare(TypeBase type, JsonElement value, string way, List<string> found)
    {
        switch (type)
        {
            case AnyType:
            case BuiltInType:
                return;
            case ObjectType @object:
                CompareObject(@object, value, way, found);
                return;
            case ArrayType array when value.ValueKind == JsonValueKind.Array:
                foreach (var (item, index) in value.EnumerateArray().Select((item, index) => (item, index)))
                {
                    Compare(array.ItemType.Type, item, $"{way}[{index}]", found);
                }

                return;
            case UnionType union when union.Elements.Any(e => Fits(e.Type, value)):
                return;
            case UnionType union:
                found.Add($"{way}: {value} is none of {string.Join(", ", union.Elements.Select(e => (e.Type as StringLiteralType)?.Value))}");
                return;
            default:
                if (!Fits(type, value))
                {
                    found.Add($"{way}: {value.ValueKind} {value} is no {type.GetType().Name}");
                }

                return;
        }
    }

    private static void CompareObject(ObjectType type, JsonElement value, string way, List<string> found)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            found.Add($"{way}: {value.ValueKind} is no object");
            return;
        }

        foreach (var property in value.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null))
        {
            var known = type.Properties.GetValueOrDefault(property.Name);
            var of = known?.Type.Type ?? type.AdditionalProperties?.Type;
            if (of is null)
            {
                found.Add($"{way}.{property.Name}: not in the specification");
                continue;
            }

            Compare(of, property.Value, $"{way}.{property.Name}", found);
        }

        // The version of a request is no part of an answer.
        foreach (var (name, property) in type.Properties.Where(p => p.Key != "apiVersion"))
        {
            var isAnswered = !property.Flags.HasFlag(ObjectTypePropertyFlags.WriteOnly);
            if (property.Flags.HasFlag(ObjectTypePropertyFlags.Required) && isAnswered && !value.TryGetProperty(name, out _))
            {
                found.Add($"{way}.{name}: required and not there");
            }
        }
    }

    private static bool Fits(TypeBase type, JsonElement value) => type switch
    {
        // Azure itself answers Microsoft.ContainerService/ManagedClusters for managedClusters.
        StringLiteralType literal => literal.Value.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase),
        StringType => value.ValueKind == JsonValueKind.String,
        IntegerType => value.ValueKind == JsonValueKind.Number,
        BooleanType => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        NullType => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
