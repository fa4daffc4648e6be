using System.Text.Json;

namespace SparkAzure.Core.Dss;

/// <summary>One value of a <see cref="JsonText"/> and where its bytes stand.</summary>
internal sealed class JsonPart
{
    private readonly JsonText _text;
    private readonly List<JsonPart> _children = [];

    internal JsonPart(JsonText text, JsonPart? parent, JsonValueKind kind, int start)
    {
        (_text, Parent, Kind, Start, From) = (text, parent, kind, start, start);
    }

    public JsonValueKind Kind { get; }

    public JsonPart? Parent { get; }

    /// <summary>
    /// The member's name, unescaped; null in an array, at the root, and for a name that is not Unicode.
    /// </summary>
    public string? Name { get; internal init; }

    /// <summary>Where the member begins: at its name, or, in an array, at the value.</summary>
    public int From { get; internal init; }

    /// <summary>Where the name ends; only of a member.</summary>
    public int NameEnd { get; internal init; }

    /// <summary>Where the value begins.</summary>
    public int Start { get; }

    /// <summary>Where the value ends: the offset of the first byte after it.</summary>
    public int End { get; internal set; }

    /// <summary>The elements of an array or the members of an object, in the order of the text.</summary>
    public IReadOnlyList<JsonPart> Children => _children;

    /// <summary>The member of that name; of several the last one, as DSS's own reader takes it.</summary>
    public JsonPart? this[string name] => _children.LastOrDefault(c => c.Name == name);

    /// <summary>A string unescaped, any other scalar as it is spelled; null for null, arrays and objects.</summary>
    public string? Scalar => Kind switch
    {
        JsonValueKind.String => _text.Unescape(Start, End),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => _text.Raw(Start, End),
        _ => null,
    };

    /// <summary>Where the value stands, for messages: <c>sparkSettings.executionConfigs[0].conf</c>.</summary>
    public string Path => Parent switch
    {
        null => "",
        { Kind: JsonValueKind.Array } => $"{Parent.Path}[{Parent._children.IndexOf(this)}]",
        { Parent: null } => Name ?? "?",
        _ => $"{Parent.Path}.{Name}",
    };

    internal void Take(JsonPart child) => _children.Add(child);
}
