using System.Text.Json.Nodes;

namespace SparkAzure.Core.Dss;

/// <summary>How a document is laid out, so that what is put in looks like what stands there.</summary>
/// <param name="NewLine">The line end; empty for a document on one line.</param>
/// <param name="Indent">One step of indentation.</param>
/// <param name="Colon">The colon with the white space around it.</param>
/// <param name="Comma">The comma with the white space around it, between things on one line.</param>
internal sealed record JsonLayout(string NewLine, string Indent, string Colon, string Comma)
{
    /// <summary>Writes a value; <paramref name="outer"/> is the indentation of the line it begins on.</summary>
    public string Write(JsonNode? value, string outer, bool multiline) => value switch
    {
        null => "null",
        JsonObject { Count: > 0 } members =>
            Enclose('{', '}', members.Select(m => ((string?)m.Key, m.Value)), outer, multiline),
        JsonArray { Count: > 0 } elements =>
            Enclose('[', ']', elements.Select(e => ((string?)null, e)), outer, multiline),
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => JsonText.Quote(text),
        _ => value.ToJsonString(),
    };

    private string Enclose(
        char open,
        char close,
        IEnumerable<(string? Name, JsonNode? Value)> items,
        string outer,
        bool multiline)
    {
        var spread = multiline && NewLine.Length > 0;
        var inner = outer + Indent;
        var texts = items.Select(i => (i.Name is null ? "" : JsonText.Quote(i.Name) + Colon) +
            Write(i.Value, inner, spread));
        if (spread)
        {
            return open + NewLine + inner + string.Join("," + NewLine + inner, texts) + NewLine + outer + close;
        }

        return open + string.Join(Comma, texts) + close;
    }
}
