using System.Text.Json;

namespace SparkAzure.Core.Text;

/// <summary>Reads the bytes of a JSON document into its parts.</summary>
internal static class JsonPartReader
{
    private const int MaxDepth = 512;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The outermost value.</summary>
    /// <exception cref="JsonException">The bytes are not JSON.</exception>
    public static JsonPart Read(byte[] document)
    {
        var offset = document.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var reader = new Utf8JsonReader(document.AsSpan(offset), new JsonReaderOptions { MaxDepth = MaxDepth });
        JsonPart? root = null;
        JsonPart? open = null;
        var name = default(MemberName);
        while (reader.Read())
        {
            var start = offset + (int)reader.TokenStartIndex;
            var end = offset + (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = new MemberName(JsonStrings.Of(ref reader), start, NameEnd(document, start));
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    open!.End = end;
                    open = open.Parent;
                    break;
                default:
                    var part = new JsonPart(document, open, KindOf(reader.TokenType), start)
                    {
                        Name = name.Text,
                        From = name.From ?? start,
                        NameEnd = name.End,
                        End = end,
                    };
                    name = default;
                    open?.Take(part);
                    root ??= part;
                    if (part.Kind is JsonValueKind.Array or JsonValueKind.Object)
                    {
                        open = part;
                    }

                    break;
            }
        }

        return root!;
    }

    // The reader counts a name and its colon as one token; the name ends at its closing quote.
    private static int NameEnd(byte[] document, int start)
    {
        var at = start + 1;
        while (document[at] != '"')
        {
            const int escaped = 2;
            at += document[at] == '\\' ? escaped : 1;
        }

        return at + 1;
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };

    private readonly record struct MemberName(string? Text, int? From, int End);
}
