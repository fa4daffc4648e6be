using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>What YAML nodes mean, apart from how they are written; and how our own are written.</summary>
internal static class YamlContent
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEqualityComparer<YamlNode> Comparer { get; } = new ContentComparer();

    /// <summary>Whether two nodes mean the same: a quoted 1 is no plain 1, the order of keys is nothing.</summary>
    public static bool Same(YamlNode? left, YamlNode? right) => (left, right) switch
    {
        (null, null) => true,
        (YamlScalarNode a, YamlScalarNode b) => a.Value == b.Value && (IsText(a) == IsText(b) || !MayBeOther(a.Value)),
        (YamlSequenceNode a, YamlSequenceNode b) => a.Children.SequenceEqual(b.Children, Comparer),
        (YamlMappingNode a, YamlMappingNode b) =>
            a.Children.Count == b.Children.Count
                && a.Children.All(c => b.Children.TryGetValue(c.Key, out var other) && Same(c.Value, other)),
        _ => false,
    };

    /// <summary>A node in flow style, on one line: JSON, which is YAML.</summary>
    public static string Flow(YamlNode node) => node switch
    {
        YamlMappingNode mapping => $"{{{string.Join(", ", mapping.Children.Select(FlowPair))}}}",
        YamlSequenceNode sequence => $"[{string.Join(", ", sequence.Children.Select(Flow))}]",
        YamlScalarNode scalar when !IsText(scalar) && MayBeOther(scalar.Value) =>
            scalar.Value is { Length: > 0 } value ? value : "null",
        YamlScalarNode scalar => Quoted(scalar.Value),
        _ => "null",
    };

    private static string FlowPair(KeyValuePair<YamlNode, YamlNode> pair) =>
        $"{Quoted((pair.Key as YamlScalarNode)?.Value)}: {Flow(pair.Value)}";

    /// <summary>A node in block style: lines without the indentation of the place they come to.</summary>
    public static IEnumerable<string> Block(YamlNode node) => node switch
    {
        YamlMappingNode { Children.Count: > 0 } mapping =>
            mapping.Children.SelectMany(c => Pair((c.Key as YamlScalarNode)!, c.Value)),
        YamlSequenceNode { Children.Count: > 0 } sequence => sequence.Children.SelectMany(Item),
        YamlScalarNode scalar => [Scalar(scalar)],
        _ => [Flow(node)],
    };

    /// <summary>A node as an item of a block list.</summary>
    public static IEnumerable<string> Item(YamlNode node) =>
        Block(node).Select((line, i) => (i == 0 ? "- " : "  ") + line);

    /// <summary>A scalar as it stands in block style: plain where that can mean nothing else.</summary>
    public static string Scalar(YamlScalarNode scalar)
    {
        if (IsText(scalar) || scalar.Value is null || scalar.Value.AsSpan().ContainsAny('\n', '\r'))
        {
            if (scalar.Value is { } text && IsHarmless(text))
            {
                return text;
            }

            return Quoted(scalar.Value);
        }

        return scalar.Value;
    }

    public static string Quoted(string? text) => JsonSerializer.Serialize(text ?? "", Relaxed);

    private static IEnumerable<string> Pair(YamlScalarNode key, YamlNode value) => value switch
    {
        YamlMappingNode { Children.Count: > 0 } => Block(value).Select(l => "  " + l).Prepend($"{Scalar(key)}:"),

        // As kubectl writes it: the dashes of a list stand under its key.
        YamlSequenceNode { Children.Count: > 0 } => Block(value).Prepend($"{Scalar(key)}:"),
        _ => [$"{Scalar(key)}: {Block(value).First()}".TrimEnd()],
    };

    private static bool IsText(YamlScalarNode scalar) => scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any);

    // What a plain scalar can be besides text, in YAML 1.1 (which kubectl reads) and 1.2.
    private static bool MayBeOther(string? value) => value is null or ""
        || char.IsAsciiDigit(value[0]) || value[0] is '-' or '+' or '.' or '~'
        || value.ToUpperInvariant() is "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "NULL" or "Y" or "N";

    private static bool IsHarmless(string text) => !MayBeOther(text) && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=' or '+' or '@');

    private sealed class ContentComparer : IEqualityComparer<YamlNode>
    {
        public bool Equals(YamlNode? x, YamlNode? y) => Same(x, y);

        public int GetHashCode(YamlNode obj) => 0;
    }
}
