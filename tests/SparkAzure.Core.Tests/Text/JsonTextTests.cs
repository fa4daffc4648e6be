using System.Text;
using System.Text.Json.Nodes;
using SparkAzure.Core.Dss.Settings;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Tests.Text;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":\"new\"}")]
    [InlineData("{ \"a\" : 1.50e+1 ,\r\n\t\"b\" : \"x\" }\r\n", "{ \"a\" : 1.50e+1 ,\r\n\t\"b\" : \"new\" }\r\n")]
    [InlineData("\uFEFF{\"\\u00e9\\/\":12345678901234567890123,\"b\":null,\"a\":[],\"a\":{}}", "\uFEFF{\"\\u00e9\\/\":12345678901234567890123,\"b\":\"new\",\"a\":[],\"a\":{}}")]
    [InlineData("  {\"b\":\"first\",\"b\":[1,\n2]}  ", "  {\"b\":\"first\",\"b\":\"new\"}  ")]
    [InlineData("{\"\\u0062\":\"found by its meaning\"}", "{\"\\u0062\":\"new\"}")]
    public void Replacing_a_value_keeps_every_other_byte(string before, string after) =>
        Assert.Equal(after, Edit(before, d => d.Replace(d.Root["b"]!, "new")));

    [Theory]
    // One line, with and without white space.
    [InlineData("[1,2]", "[1,2,3]")]
    [InlineData("[1, 2]", "[1, 2, 3]")]
    [InlineData("[]", "[3]")]
    // Several lines: the indentation and line end of the neighbour.
    [InlineData("[\n  1\n]\n", "[\n  1,\n  3\n]\n")]
    [InlineData("[\r\n\t1,\r\n\t2\r\n]", "[\r\n\t1,\r\n\t2,\r\n\t3\r\n]")]
    [InlineData("[\n    1,\n\n    2 ]", "[\n    1,\n\n    2,\n    3 ]")]
    public void An_element_goes_in_as_its_neighbours_stand(string before, string after) =>
        Assert.Equal(after, Edit(before, d => d.Append(d.Root, 3)));

    [Theory]
    // Into an empty list of an indented document: one step further than its line.
    [InlineData(
        "{\n    \"x\": {\n        \"l\": []\n    }\n}",
        "{\n    \"x\": {\n        \"l\": [\n            {\n                \"k\": \"v\",\n                \"s\": false\n            }\n        ]\n    }\n}")]
    // Neighbours that stand on one line each.
    [InlineData(
        "{\"x\": {\"l\": [\n  {\"k\": 1, \"s\": true},\n  {\"k\": 2, \"s\": true}\n]}}",
        "{\"x\": {\"l\": [\n  {\"k\": 1, \"s\": true},\n  {\"k\": 2, \"s\": true},\n  {\"k\": \"v\", \"s\": false}\n]}}")]
    // Neighbours that are spread out, with tabs and CR LF.
    [InlineData(
        "{\"x\":{\"l\":[\r\n\t{\r\n\t\t\"k\" : 1\r\n\t}\r\n]}}",
        "{\"x\":{\"l\":[\r\n\t{\r\n\t\t\"k\" : 1\r\n\t},\r\n\t{\r\n\t\t\"k\":\"v\",\r\n\t\t\"s\":false\r\n\t}\r\n]}}")]
    [InlineData("{\"x\":{\"l\":[{\"k\":1}]}}", "{\"x\":{\"l\":[{\"k\":1},{\"k\":\"v\",\"s\":false}]}}")]
    public void An_object_goes_in_as_its_neighbours_stand(string before, string after) =>
        Assert.Equal(after, Edit(before, d => d.Append(d.Root["x"]!["l"]!, new JsonObject { ["k"] = "v", ["s"] = false })));

    [Theory]
    [InlineData("[1, 2, 3]", 0, "[2, 3]")]
    [InlineData("[1, 2, 3]", 2, "[1, 2]")]
    [InlineData("[\n  1,\n  2\n]", 1, "[\n  1\n]")]
    [InlineData("[ 1 ]", 0, "[  ]")]
    public void Removing_takes_one_comma_with_it(string before, int index, string after) =>
        Assert.Equal(after, Edit(before, d => d.Remove(d.Root.Children[index])));

    [Fact]
    public void A_member_goes_in_with_the_documents_own_colon_and_keys_are_not_escaped_needlessly()
    {
        const string before = "{\"a\" : 1}";

        Assert.Equal("{\"a\" : 1, \"k\" : \"é+/=\"}", Edit(before, d => d.Add(d.Root, "k", "é+/=")));
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{\n  \"a\": 1,\n  \"b\" 2\n}", 3, 7)]
    [InlineData("{\"a\":1} x", 1, 9)]
    [InlineData("{\"a\":[1,2", 1, 10)]
    [InlineData("<html>", 1, 1)]
    public void What_is_not_json_is_refused_with_line_and_column(string text, int line, int column)
    {
        var failure = Assert.Throws<JsonTextException>(() => JsonText.Parse(Encoding.UTF8.GetBytes(text), "settings.json"));

        Assert.Equal(("settings.json", line, column), (failure.Document, failure.Line, failure.Column));
        var refusal = Assert.Throws<SparkAzureException>(() => SettingsDocument.Parse(Encoding.UTF8.GetBytes(text), "settings.json"));
        Assert.Equal("SettingsNotJson", refusal.Id);
        Assert.Contains($"line {line}, column {column}.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strings_that_are_not_unicode_survive()
    {
        byte[] before = [.. "{\"a\":\""u8, 0xFF, 0xC0, .. "\",\"h\":\"\\ud800\",\"b\":1}"u8];

        var document = JsonText.Parse(before, "x");
        var after = document.Replace(document.Root["b"]!, 2);

        Assert.Equal([.. before[..^2], (byte)'2', (byte)'}'], after.Bytes.ToArray());
    }

    private static string Edit(string before, Func<JsonText, JsonText> edit) =>
        Encoding.UTF8.GetString(edit(JsonText.Parse(Encoding.UTF8.GetBytes(before), "x")).Bytes.Span);
}
