using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparkAzure.Core.Text;

/// <summary>
/// A JSON document that is changed without being rewritten: a change replaces, inserts or removes the bytes of one
/// value, and every other byte (white space, escapes, spelling of numbers, unknown and repeated members, line ends,
/// byte order mark) stays. Each change gives a new document; parts of the old one do not belong to it.
/// </summary>
internal sealed class JsonText
{
    // A relaxed encoder writes + / = and letters beyond ASCII as themselves, as DSS does.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = Encoder };

    private readonly byte[] _bytes;

    private JsonText(byte[] bytes, string source)
    {
        _bytes = bytes;
        Source = source;
        Root = JsonPartReader.Read(bytes);
    }

    /// <summary>Where the document comes from: a path or an address, for messages.</summary>
    public string Source { get; }

    /// <summary>The outermost value.</summary>
    public JsonPart Root { get; }

    /// <summary>The document as it is to be stored.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads a document.</summary>
    /// <exception cref="JsonTextException">The bytes are not JSON.</exception>
    public static JsonText Parse(byte[] bytes, string source)
    {
        try
        {
            return new JsonText(bytes, source);
        }
        catch (JsonException exception)
        {
            throw new JsonTextException(source, exception);
        }
    }

    /// <summary>Makes a document of a value that is not in one yet.</summary>
    public static JsonText Of(JsonNode value, string source) =>
        new(Encoding.UTF8.GetBytes(JsonLayout.Own.Write(PartOf(value), "", multiline: true)), source);

    /// <summary>True when both are the same to the byte.</summary>
    public bool SameBytes(JsonText other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <summary>One value as a document of its own, in its spelling.</summary>
    public JsonText Extract(JsonPart part, string source) => new(_bytes[part.Start..part.End], source);

    /// <summary>
    /// The members of an object that are objects, each as a document of its own; of repeated names the last one counts.
    /// </summary>
    public IReadOnlyDictionary<string, JsonText> Members(JsonPart part, Func<string, string> source) => part.Children
        .Where(c => c.Kind == JsonValueKind.Object && c.Counts)
        .ToDictionary(c => c.Name!, c => Extract(c, source(c.Name!)), StringComparer.Ordinal);

    /// <summary>Puts a value in the place of another.</summary>
    public JsonText Replace(JsonPart part, JsonNode? value) => Replace(part, PartOf(value));

    /// <summary>Puts a value of another document in the place of one, laid out as this document is.</summary>
    public JsonText Replace(JsonPart part, JsonPart value)
    {
        var around = part.Parent ?? part;
        return Splice(part.Start, part.End, Layout(around).Write(value, IndentAt(part.From), IsSpread(around)));
    }

    /// <summary>Puts another document in the place of a value, byte by byte.</summary>
    public JsonText ReplaceVerbatim(JsonPart part, JsonText value) => Splice(part.Start, part.End, value._bytes);

    /// <summary>Adds an element at the end of an array.</summary>
    public JsonText Append(JsonPart array, JsonNode? element) => Insert(array, null, PartOf(element));

    /// <summary>Adds a member at the end of an object.</summary>
    public JsonText Add(JsonPart item, string name, JsonNode? value) => Insert(item, name, PartOf(value));

    /// <summary>Adds a member with a value of another document, laid out as this document is.</summary>
    public JsonText Add(JsonPart item, string name, JsonPart value) => Insert(item, name, value);

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

    private static JsonPart PartOf(JsonNode? value) =>
        JsonPartReader.Read(Encoding.UTF8.GetBytes(value?.ToJsonString(Plain) ?? "null"));

    private JsonText Insert(JsonPart container, string? name, JsonPart value)
    {
        if (container.Children.Count == 0)
        {
            return Fill(container, name, value);
        }

        var layout = Layout(container);
        var last = container.Children[^1];
        var before = JsonLayout.Lead(_bytes, container);
        var indent = before[(before.LastIndexOf('\n') + 1)..];
        if (!before.Contains('\n', StringComparison.Ordinal))
        {
            return Splice(last.End, last.End, layout.Comma + NameIn(layout, name) + layout.Write(value, "", false));
        }

        var text = layout.Write(value, indent, SiblingsAreSpread(container));
        return Splice(last.End, last.End, "," + layout.NewLine + indent + NameIn(layout, name) + text);
    }

    private JsonText Fill(JsonPart empty, string? name, JsonPart value)
    {
        var layout = Layout(empty);
        var member = NameIn(layout, name);
        var (open, close) = empty.Kind == JsonValueKind.Array ? ('[', ']') : ('{', '}');
        if (layout.NewLine.Length == 0)
        {
            return Splice(empty.Start, empty.End, open + member + layout.Write(value, "", multiline: false) + close);
        }

        var outer = IndentAt(empty.Start);
        var inner = outer + layout.Indent;
        var text = member + layout.Write(value, inner, multiline: true);
        return Splice(
            empty.Start,
            empty.End,
            open + layout.NewLine + inner + text + layout.NewLine + outer + close);
    }

    private static string NameIn(JsonLayout layout, string? name)
    {
        if (name is null)
        {
            return "";
        }

        return $"\"{Encoder.Encode(name)}\"" + layout.Colon;
    }

    // Where every neighbour stands on one line, so does the new one; without a neighbour of its sort it takes several.
    private bool SiblingsAreSpread(JsonPart container)
    {
        var alike = container.Children.Where(c => c.Children.Count > 0).ToList();
        return alike.Count == 0 || IsSpread(alike[^1]);
    }

    private bool IsSpread(JsonPart part) => JsonLayout.IsSpread(_bytes, part);

    private string IndentAt(int offset) => JsonLayout.IndentAt(_bytes, offset);

    private JsonLayout Layout(JsonPart near) => JsonLayout.Of(_bytes, Root, near);

    private JsonText Splice(int start, int end, string text) => Splice(start, end, Encoding.UTF8.GetBytes(text));

    private JsonText Splice(int start, int end, byte[] text) =>
        new([.. _bytes[..start], .. text, .. _bytes[end..]], Source);
}
