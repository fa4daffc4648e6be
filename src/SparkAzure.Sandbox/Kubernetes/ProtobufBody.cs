using System.Text;
using System.Text.Json.Nodes;

namespace SparkAzure.Sandbox.Kubernetes;

/// <summary>
/// Reads bodies in Kubernetes' protobuf form, which kubectl create and auth can-i send: "k8s\0", then runtime.Unknown
/// with the object in it. Field numbers: k8s.io/api generated.proto of core, rbac and authorization v1, and
/// apimachinery's meta v1.
/// </summary>
internal static class ProtobufBody
{
    private static readonly Dictionary<int, Field> Metadata = new() { [1] = new("name"), [2] = new("generateName"), [3] = new("namespace"), [11] = new("labels") { IsMap = true }, [12] = new("annotations") { IsMap = true } };
    private static readonly Field MetadataField = new("metadata") { Message = Metadata };

    private static readonly Dictionary<string, Dictionary<int, Field>> Kinds = new()
    {
        ["Namespace"] = new() { [1] = MetadataField },
        ["ServiceAccount"] = new() { [1] = MetadataField },
        ["ConfigMap"] = new() { [1] = MetadataField, [2] = new("data") { IsMap = true } },
        ["Role"] = new()
        {
            [1] = MetadataField,
            [2] = new("rules") { IsList = true, Message = new() { [1] = new("verbs") { IsList = true }, [2] = new("apiGroups") { IsList = true }, [3] = new("resources") { IsList = true }, [4] = new("resourceNames") { IsList = true } } },
        },
        ["RoleBinding"] = new()
        {
            [1] = MetadataField,
            [2] = new("subjects") { IsList = true, Message = new() { [1] = new("kind"), [2] = new("apiGroup"), [3] = new("name"), [4] = new("namespace") } },
            [3] = new("roleRef") { Message = new() { [1] = new("apiGroup"), [2] = new("kind"), [3] = new("name") } },
        },
        ["SelfSubjectAccessReview"] = new()
        {
            [1] = MetadataField,
            [2] = new("spec")
            {
                Message = new()
                {
                    [1] = new("resourceAttributes")
                    {
                        Message = new() { [1] = new("namespace"), [2] = new("verb"), [3] = new("group"), [4] = new("version"), [5] = new("resource"), [6] = new("subresource"), [7] = new("name") },
                    },
                },
            },
        },
    };

    /// <summary>The object as JSON; null when the body is of another form or kind.</summary>
    public static JsonObject? Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
        {
            return null;
        }

        string? kind = null;
        byte[]? raw = null;
        foreach (var (number, value) in Fields(body[4..]))
        {
            kind = number == 1
                ? Fields(value).Where(f => f.Number == 2).Select(f => Encoding.UTF8.GetString(f.Value)).FirstOrDefault()
                : kind;
            raw = number == 2 ? value : raw;
        }

        if (kind is not null && raw is not null && Kinds.TryGetValue(kind, out var message))
        {
            return Message(raw, message);
        }

        return null;
    }

    private static JsonObject Message(ReadOnlySpan<byte> body, Dictionary<int, Field> schema)
    {
        var result = new JsonObject();
        foreach (var (number, value) in Fields(body))
        {
            if (!schema.TryGetValue(number, out var field))
            {
                continue;
            }

            if (field.IsMap)
            {
                var pair = Fields(value).ToDictionary(f => f.Number, f => Encoding.UTF8.GetString(f.Value));
                ((JsonObject)(result[field.Name] ??= new JsonObject()))[
                    pair.GetValueOrDefault(1, "")] = pair.GetValueOrDefault(2, "");
            }
            else if (field.IsList)
            {
                ((JsonArray)(result[field.Name] ??= new JsonArray())).Add(Value(value, field));
            }
            else if (value.Length > 0)
            {
                result[field.Name] = Value(value, field);
            }
        }

        return result;
    }

    private static JsonNode Value(byte[] value, Field field)
    {
        if (field.Message is null)
        {
            return JsonValue.Create(Encoding.UTF8.GetString(value));
        }

        return Message(value, field.Message);
    }

    // Only fields with a length are looked at: texts and messages. Numbers are passed over.
    private static List<(int Number, byte[] Value)> Fields(ReadOnlySpan<byte> body)
    {
        var fields = new List<(int, byte[])>();
        for (var at = 0; at < body.Length;)
        {
            var tag = Varint(body, ref at);
            switch (tag & 7)
            {
                case 0:
                    _ = Varint(body, ref at);
                    break;
                case 2:
                    var length = (int)Varint(body, ref at);
                    fields.Add(((int)(tag >> 3), body.Slice(at, length).ToArray()));
                    at += length;
                    break;
                default:
                    at += (tag & 7) == 1 ? 8 : 4;
                    break;
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> body, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = body[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private sealed record Field(string Name)
    {
        public bool IsList { get; init; }

        public bool IsMap { get; init; }

        public Dictionary<int, Field>? Message { get; init; }
    }
}
