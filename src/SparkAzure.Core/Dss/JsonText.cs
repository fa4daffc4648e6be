using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Dss;

/// <summary>
/// A JSON document that is changed without being rewritten: a change replaces, inserts or removes the bytes of one
/// value, and every other byte (white space, escapes, spelling of numbers, unknown and repeated members, line ends,
/// byte order mark) stays. Each change gives a new document; parts of the old one do not belong to it.
/// </summary>
internal sealed class JsonText
{
    private const int MaxDepth = 512;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    // A relaxed encoder writes + / = and letters beyond ASCII as themselves, as DSS does.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private readonly byte[] _bytes;

    private JsonText(byte[] bytes, string source)
    {
        _bytes = bytes;
        Source = source;
        Root = Read();
    }

    /// <summary>Where the document comes from: a path or an address, for messages.</summary>
    public string Source { get; }

    /// <summary>The outermost value.</summary>
    public JsonPart Root { get; }

    /// <summary>The document as it is to be stored.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads a document.</summary>
    /// <exception cref="SparkAzureException">SettingsNotJson, with line and column.</exception>
    public static JsonText Parse(byte[] bytes, string source)
    {
        try
        {
            return new JsonText(bytes, source);
        }
        catch (JsonException exception)
        {
            throw DssSettingsErrors.SettingsNotJson(
                source, (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1);
        }
    }

    /// <summary>Makes a document of a value that is not in one yet.</summary>
    public static JsonText Of(JsonNode value, string source) =>
        new(Encoding.UTF8.GetBytes(new JsonLayout("\n", "  ", ": ", ", ").Write(value, "", multiline: true)), source);

    /// <summary>True when both are the same to the byte.</summary>
    public bool SameBytes(JsonText other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <summary>One value as a document of its own, in its spelling.</summary>
    public JsonText Extract(JsonPart part, string source) => new(_bytes[part.Start..part.End], source);

    /// <summary>
    /// The members of an object, each as a document of its own; of repeated names the last one counts.
    /// </summary>
    public IReadOnlyDictionary<string, JsonText> Members(JsonPart part, Func<string, string> source) => part.Children
        .Where(c => c is { Name: not null, Kind: JsonValueKind.Object } && ReferenceEquals(part[c.Name], c))
        .ToDictionary(c => c.Name!, c => Extract(c, source(c.Name!)), StringComparer.Ordinal);

    /// <summary>The value as the base class library's tree; of repeated members the last one counts.</summary>
    public static JsonNode? ToNode(JsonPart part) => part.Kind switch
    {
        JsonValueKind.Object => new JsonObject(part.Children
            .Where(c => c.Name is not null && ReferenceEquals(part[c.Name], c))
            .Select(c => KeyValuePair.Create(c.Name!, ToNode(c)))),
        JsonValueKind.Array => new JsonArray([.. part.Children.Select(ToNode)]),
        JsonValueKind.String => JsonValue.Create(part.Scalar),
        JsonValueKind.Null => null,
        _ => JsonNode.Parse(part.Scalar!),
    };

    /// <summary>Puts a value in the place of another.</summary>
    public JsonText Replace(JsonPart part, JsonNode? value) =>
        Splice(
            part.Start,
            part.End,
            Layout(part.Parent ?? part).Write(value, IndentOfLine(part.From), IsMultiline(part.Parent ?? part)));

    /// <summary>Puts the text of another document in the place of a value.</summary>
    public JsonText Replace(JsonPart part, JsonText value) => Splice(part.Start, part.End, value._bytes);

    /// <summary>Adds an element at the end of an array.</summary>
    public JsonText Append(JsonPart array, JsonNode? element) => Insert(array, null, element);

    /// <summary>Adds a member at the end of an object.</summary>
    public JsonText Add(JsonPart item, string name, JsonNode? value) => Insert(item, name, value);

    /// <summary>Takes an element or member out, together with the comma that separated it.</summary>
    public JsonText Remove(JsonPart part)
    {
        var siblings = part.Parent!.Children;
        var index = siblings.ToList().IndexOf(part);
        if (index > 0)
        {
            return Splice(siblings[index - 1].End, part.End, "");
        }

        if (siblings.Count > 1)
        {
            return Splice(part.From, siblings[1].From, "");
        }

        return Splice(part.From, part.End, "");
    }

    internal string Raw(int start, int end) => Encoding.UTF8.GetString(_bytes.AsSpan(start..end));

    internal string? Unescape(int start, int end)
    {
        var reader = new Utf8JsonReader(_bytes.AsSpan(start..end));
        reader.Read();
        return StringOf(ref reader);
    }

    internal static string Quote(string value) => $"\"{Encoder.Encode(value)}\"";

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

    private JsonPart Read()
    {
        var offset = _bytes.AsSpan().StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        var reader = new Utf8JsonReader(_bytes.AsSpan(offset), new JsonReaderOptions { MaxDepth = MaxDepth });
        JsonPart? root = null;
        JsonPart? open = null;
        string? name = null;
        int? from = null;
        var nameEnd = 0;
        while (reader.Read())
        {
            var start = offset + (int)reader.TokenStartIndex;
            var end = offset + (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    (name, from, nameEnd) = (StringOf(ref reader), start, NameEnd(start));
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    open!.End = end;
                    open = open.Parent;
                    break;
                default:
                    var part = new JsonPart(this, open, KindOf(reader.TokenType), start)
                    {
                        Name = name,
                        From = from ?? start,
                        NameEnd = from is null ? 0 : nameEnd,
                        End = end,
                    };
                    (name, from) = (null, null);
                    open?.Take(part);
                    root ??= part;
                    open = part.Kind is JsonValueKind.Array or JsonValueKind.Object ? part : open;
                    break;
            }
        }

        return root!;
    }

    // The reader counts a name and its colon as one token; the name ends at its closing quote.
    private int NameEnd(int start)
    {
        var at = start + 1;
        while (_bytes[at] != '"')
        {
            at += _bytes[at] == '\\' ? 2 : 1;
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

    private JsonText Insert(JsonPart container, string? name, JsonNode? value)
    {
        var layout = Layout(container);
        var member = name is null ? "" : Quote(name) + layout.Colon;
        if (container.Children.Count > 0)
        {
            var last = container.Children[^1];
            var before = Lead(container);
            var multiline = before.Contains('\n', StringComparison.Ordinal);
            var indent = multiline ? before[(before.LastIndexOf('\n') + 1)..] : "";
            var separator = multiline ? "," + layout.NewLine + indent : layout.Comma;
            var spread = multiline && SiblingsAreSpread(container);
            return Splice(last.End, last.End, separator + member + layout.Write(value, indent, spread));
        }

        var outer = IndentOfLine(container.Start);
        var inner = outer + layout.Indent;
        var (open, close) = container.Kind == JsonValueKind.Array ? ('[', ']') : ('{', '}');
        return Splice(container.Start, container.End, layout.NewLine.Length == 0
            ? open + member + layout.Write(value, "", multiline: false) + close
            : open + layout.NewLine + inner + member + layout.Write(
                value, inner, multiline: true) + layout.NewLine + outer + close);
    }

    // Where every neighbour stands on one line, so does the new one; without a neighbour of its sort it takes several.
    private bool SiblingsAreSpread(JsonPart container)
    {
        var alike = container.Children.Where(c => c.Children.Count > 0).ToList();
        return alike.Count == 0 || IsMultiline(alike[^1]);
    }

    private bool IsMultiline(JsonPart part) => _bytes.AsSpan(part.Start..part.End).Contains((byte)'\n');

    // The white space before the last element: after the comma, or after the bracket when it is the only one.
    private string Lead(JsonPart container)
    {
        var to = container.Children[^1].From;
        var from = to;
        while (IsSpace(_bytes[from - 1]))
        {
            from--;
        }

        return Raw(from, to);
    }

    private string IndentOfLine(int offset)
    {
        var line = _bytes.AsSpan(..offset).LastIndexOf((byte)'\n') + 1;
        var end = line;
        while (end < offset && _bytes[end] is (byte)' ' or (byte)'\t')
        {
            end++;
        }

        return Raw(line, end);
    }

    // Taken from the nearest text that shows it: the part itself, else the document from its beginning.
    private JsonLayout Layout(JsonPart near)
    {
        var parts = Within(near).Concat(Within(Root)).ToList();
        var newLine = _bytes.AsSpan().IndexOf((byte)'\n') switch
        {
            -1 => "",
            > 0 and var at when _bytes[at - 1] == '\r' => "\r\n",
            _ => "\n",
        };
        var colon = parts.Where(p => p.NameEnd > 0)
            .Select(p => Raw(p.NameEnd, p.Start))
            .FirstOrDefault(c => !c.Contains('\n', StringComparison.Ordinal)) ?? (newLine.Length > 0 ? ": " : ":");
        var inline = parts.FirstOrDefault(p => p.Children.Count > 1 && !IsMultiline(p));
        var comma = inline is not null ? Raw(inline.Children[^2].End, inline.Children[^1].From)
            : colon.EndsWith(' ') ? ", " : ",";
        var stepped = parts.FirstOrDefault(p => p.Children.Count > 0 && Lead(p).Contains('\n', StringComparison.Ordinal)
            && IndentOfLine(p.Children[^1].From).Length > IndentOfLine(p.Start).Length);
        var indent = stepped is null
            ? "  "
            : IndentOfLine(stepped.Children[^1].From)[IndentOfLine(stepped.Start).Length..];
        return new JsonLayout(newLine, indent, colon, comma);
    }

    private static IEnumerable<JsonPart> Within(JsonPart part) => part.Children.SelectMany(Within).Prepend(part);

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private JsonText Splice(int start, int end, string text) => Splice(start, end, Encoding.UTF8.GetBytes(text));

    private JsonText Splice(int start, int end, byte[] text) =>
        new([.. _bytes[..start], .. text, .. _bytes[end..]], Source);
}
