using System.Text.Json;

namespace SparkAzure.Core.Dss;

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
                    name = new MemberName(StringOf(ref reader), start, NameEnd(document, start));
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
                    open = part.Kind is JsonValueKind.Array or JsonValueKind.Object ? part : open;
                    break;
            }
        }

        return root!;
    }

    /// <summary>A string without quotes and escapes; null for one that is not Unicode.</summary>
    public static string? Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return StringOf(ref reader);
    }

    // A string may hold bytes that are not UTF-8 or half a surrogate pair; nobody looks for such a one by name.
    private static string? StringOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // The reader counts a name and its colon as one token; the name ends at its closing quote.
    private static int NameEnd(byte[] document, int start)
    {
        var at = start + 1;
        while (document[at] != '"')
        {
            at += document[at] == '\\' ? 2 : 1;
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
