using System.Text;
using System.Text.Json;

namespace SparkAzure.Core.Text;

/// <summary>How a document is laid out, so that what is put in looks like what stands there.</summary>
/// <param name="NewLine">The line end; empty for a document on one line.</param>
/// <param name="Indent">One step of indentation.</param>
/// <param name="Colon">The colon with the white space around it.</param>
/// <param name="Comma">The comma with the white space around it, between things on one line.</param>
internal sealed record JsonLayout(string NewLine, string Indent, string Colon, string Comma)
{
    /// <summary>The layout of a document that is made here.</summary>
    public static JsonLayout Own { get; } = new("\n", "  ", ": ", ", ");

    /// <summary>
    /// The layout of a document, taken from the nearest text that shows it: the part itself, else the document from its
    /// beginning.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="root">Its outermost value.</param>
    /// <param name="near">The part to look at first.</param>
    public static JsonLayout Of(byte[] document, JsonPart root, JsonPart near)
    {
        var parts = Within(near).Concat(Within(root)).ToList();
        var newLine = NewLineOf(document);
        var colon = parts.Where(p => p.IsMember)
            .Select(p => p.Colon)
            .FirstOrDefault(c => !c.Contains('\n', StringComparison.Ordinal));
        colon ??= newLine.Length > 0 ? ": " : ":";
        var stepped = parts.FirstOrDefault(p => p.Children.Count > 0
            && Lead(document, p).Contains('\n', StringComparison.Ordinal)
            && IndentAt(document, p.Children[^1].From).Length > IndentAt(document, p.Start).Length);
        return new JsonLayout(newLine, StepOf(document, stepped) ?? Own.Indent, colon, CommaOf(document, parts, colon));
    }

    /// <summary>The indentation of the line that an offset is on.</summary>
    public static string IndentAt(byte[] document, int offset)
    {
        var line = document.AsSpan(..offset).LastIndexOf((byte)'\n') + 1;
        var end = line;
        while (end < offset && document[end] is (byte)' ' or (byte)'\t')
        {
            end++;
        }

        return Encoding.UTF8.GetString(document.AsSpan(line..end));
    }

    /// <summary>
    /// The white space before the last element: after the comma, or after the bracket when it is the only one.
    /// </summary>
    public static string Lead(byte[] document, JsonPart container)
    {
        var to = container.Children[^1].From;
        var from = to;
        while (document[from - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            from--;
        }

        return Encoding.UTF8.GetString(document.AsSpan(from..to));
    }

    /// <summary>True for a value that stands on several lines.</summary>
    public static bool IsSpread(byte[] document, JsonPart part) =>
        document.AsSpan(part.Start..part.End).Contains((byte)'\n');

    /// <summary>
    /// Writes a value of whatever document in this layout, each name and scalar as it is spelled there.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="outer">The indentation of the line it begins on.</param>
    /// <param name="multiline">True to take several lines where the layout has them.</param>
    public string Write(JsonPart value, string outer, bool multiline) => value.Kind switch
    {
        JsonValueKind.Object => Enclose('{', '}', value.Children, outer, multiline),
        JsonValueKind.Array => Enclose('[', ']', value.Children, outer, multiline),
        _ => value.Spelling,
    };

    private string Enclose(char open, char close, IReadOnlyList<JsonPart> items, string outer, bool multiline)
    {
        if (items.Count == 0)
        {
            return $"{open}{close}";
        }

        var spread = multiline && NewLine.Length > 0;
        var inner = outer + Indent;
        var texts = items.Select(i => NameOf(i) + Write(i, inner, spread));
        if (!spread)
        {
            return open + string.Join(Comma, texts) + close;
        }

        return open + NewLine + inner + string.Join("," + NewLine + inner, texts) + NewLine + outer + close;
    }

    private string NameOf(JsonPart item)
    {
        if (item.IsMember)
        {
            return item.NameSpelling + Colon;
        }

        return "";
    }

    private static string NewLineOf(byte[] document) => document.AsSpan().IndexOf((byte)'\n') switch
    {
        -1 => "",
        > 0 and var at when document[at - 1] == '\r' => "\r\n",
        _ => "\n",
    };

    private static string CommaOf(byte[] document, List<JsonPart> parts, string colon)
    {
        if (parts.Find(p => p.Children.Count > 1 && !IsSpread(document, p)) is not { } inline)
        {
            if (colon.EndsWith(' '))
            {
                return ", ";
            }

            return ",";
        }

        var (before, after) = (inline.Children[^2], inline.Children[^1]);
        return Encoding.UTF8.GetString(document.AsSpan(before.End..after.From));
    }

    private static string? StepOf(byte[] document, JsonPart? stepped)
    {
        if (stepped is null)
        {
            return null;
        }

        return IndentAt(document, stepped.Children[^1].From)[IndentAt(document, stepped.Start).Length..];
    }

    private static IEnumerable<JsonPart> Within(JsonPart part) => part.Children.SelectMany(Within).Prepend(part);
}
