using System.Text;
using System.Text.Json;

namespace SparkAzure.Core.Text;

/// <summary>One value in a JSON document and where its bytes stand.</summary>
internal sealed class JsonPart
{
    private readonly byte[] _document;
    private readonly List<JsonPart> _children = [];

    internal JsonPart(byte[] document, JsonPart? parent, JsonValueKind kind, int start)
    {
        (_document, Parent, Kind, Start, From) = (document, parent, kind, start, start);
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

    /// <summary>The member of that name; of several the last one, as most readers take it.</summary>
    public JsonPart? this[string name] => _children.LastOrDefault(c => c.Name == name);

    /// <summary>True for the member that counts: the last one of its name.</summary>
    public bool Counts => Name is not null && ReferenceEquals(Parent?[Name], this);

    /// <summary>True for a member, which has a name in the text even where that is not Unicode.</summary>
    public bool IsMember => NameEnd > 0;

    /// <summary>A string unescaped, any other scalar as it is spelled; null for null, arrays and objects.</summary>
    public string? Scalar => Kind switch
    {
        JsonValueKind.String => JsonStrings.Unescape(_document.AsSpan(Start..End)),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Spelling,
        _ => null,
    };

    /// <summary>The value as the text has it.</summary>
    public string Spelling => Raw(Start, End);

    /// <summary>The member's name as the text has it, with its quotes.</summary>
    public string NameSpelling => Raw(From, NameEnd);

    /// <summary>What stands between name and value: the colon with the white space around it.</summary>
    public string Colon => Raw(NameEnd, Start);

    /// <summary>Where the value stands, for messages: <c>sparkSettings.executionConfigs[0].conf</c>.</summary>
    public string Path => Parent switch
    {
        null => "",
        { Kind: JsonValueKind.Array } => $"{Parent.Path}[{Parent._children.IndexOf(this)}]",
        { Parent: null } => Name ?? "?",
        _ => $"{Parent.Path}.{Name}",
    };

    internal void Take(JsonPart child) => _children.Add(child);

    private string Raw(int from, int to) => Encoding.UTF8.GetString(_document.AsSpan(from..to));
}
