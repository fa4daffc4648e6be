using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace SparkAzure.Core.Tests.Hostile;

/// <summary>
/// How a good answer is spoilt: some of its values become something else, and maybe its end is cut off.
/// </summary>
/// <param name="Places">Which values, counted through the document.</param>
/// <param name="Junk">What they become, as it stands in JSON.</param>
/// <param name="Cut">How many thousandths of it stay; 1000 for all.</param>
/// <param name="Answer">Which answer of a conversation is spoilt; the others stay good.</param>
public sealed record JsonMutation(int[] Places, string[] Junk, int Cut, int Answer)
{
    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "[null]", "[1]", "{\"a\":null}", "0", "-1", "1", "1e300", "-1e300", "99999999999999999999999", "0.5", "\"\"", "\"x\"",
        "\"\\ud800\"", "\"\\u0000\"", "\"a\\r\\nX-Evil: 1\"", "\"\\u001b[2J\"", "\"sha256:ffff\"", "\"file:///etc/passwd\"", "\"//elsewhere\"", "\"http://[\"", "\"../../x\"",
        "\"1601-01-01T00:00:00Z\"", "\"99999-01-01\"", "{\"a\":1,\"a\":2}", "[[[[[[[[]]]]]]]]", Nested(100), $"\"{new string('x', 70_000)}\"",
    ];

    /// <summary>Any mutation; those with few places come first, and are what a failure is reduced to.</summary>
    public static Arbitrary<JsonMutation> Any(int answers) => (
        from count in Gen.Choose(1, 3)
        from places in Gen.ArrayOf(Gen.Choose(0, 5_000), count)
        from junk in Gen.ArrayOf(Gen.Elements(Values), count)
        from cut in Gen.Frequency((12, Gen.Constant(1000)), (1, Gen.Choose(0, 999)))
        from answer in Gen.Choose(0, answers - 1)
        select new JsonMutation(places, junk, cut, answer)).ToArbitrary();

    /// <summary>Spoils a document.</summary>
    public byte[] Of(byte[] good)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(good);
        }
        catch (JsonException)
        {
            return good;
        }

        var marks = new List<(string Mark, string Junk)>();
        for (var i = 0; i < Places.Length; i++)
        {
            var mark = $"\u00a7{i.ToString(CultureInfo.InvariantCulture)}\u00a7";
            marks.Add((mark, Junk[i]));
            root = Marked(root, Places[i], mark);
        }

        var text = root?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "null";
        foreach (var (mark, junk) in marks)
        {
            text = text.Replace($"\"{mark}\"", junk, StringComparison.Ordinal);
        }

        return Encoding.UTF8.GetBytes(text[..(int)((long)text.Length * Cut / 1000)]);
    }

    public override string ToString() =>
        $"answer {Answer}, {string.Join(", ", Places.Zip(Junk, (p, j) => $"{p} becomes {(j.Length > 60 ? j[..60] + "…" : j)}"))}, {Cut} of 1000 stay";

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":[", depth)) + string.Concat(Enumerable.Repeat("]}", depth));

    private static JsonNode? Marked(JsonNode? root, int place, string mark)
    {
        var nodes = new List<(JsonNode Parent, object Key)>();
        Collect(root, nodes);
        var at = place % (nodes.Count + 1);
        if (at == nodes.Count)
        {
            return JsonValue.Create(mark);
        }

        var (parent, key) = nodes[at];
        if (parent is JsonObject members)
        {
            members[(string)key] = mark;
        }
        else
        {
            parent.AsArray()[(int)key] = mark;
        }

        return root;
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> nodes)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, member) in members)
            {
                nodes.Add((members, name));
                Collect(member, nodes);
            }
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                nodes.Add((items, i));
                Collect(items[i], nodes);
            }
        }
    }
}
