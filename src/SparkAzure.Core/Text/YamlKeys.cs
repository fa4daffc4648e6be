using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>
/// What a mapping has for its keys, as programs in Go see it: with the merge key of YAML 1.1 followed
/// (https://yaml.org/type/merge.html), which our parser leaves as it stands, and null as nothing.
/// </summary>
internal static class YamlKeys
{
    /// <summary>The keys of a mapping with what they have: its own, and those that it merges and has not.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> Members(YamlMappingNode mapping)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode scalar && !IsMerge(key) && YamlJson.KeyOf(scalar) is var name && seen.Add(name))
            {
                yield return (name, value);
            }
        }

        foreach (var merged in mapping.Children.Where(c => IsMerge(c.Key)).SelectMany(c => Mappings(c.Value)))
        {
            foreach (var member in Members(merged).Where(m => seen.Add(m.Key)))
            {
                yield return member;
            }
        }
    }

    /// <summary>What a mapping has for a key; null where it has none.</summary>
    public static YamlNode? Find(YamlMappingNode mapping, string key)
    {
        if (mapping.Children.TryGetValue(new YamlScalarNode(key), out var own))
        {
            return own;
        }

        return Members(mapping).FirstOrDefault(m => m.Key == key).Value;
    }

    /// <summary>The text that a mapping has for a key; null where there is none.</summary>
    public static string? Text(YamlMappingNode mapping, string key)
    {
        if (Find(mapping, key) is YamlScalarNode scalar && YamlScalars.KindOf(scalar) != YamlScalarKind.Nothing)
        {
            return scalar.Value;
        }

        return null;
    }

    /// <summary>Whether a mapping says yes for a key.</summary>
    public static bool IsTrue(YamlMappingNode mapping, string key) =>
        Find(mapping, key) is YamlScalarNode scalar && YamlScalars.IsTrue(scalar);

    /// <summary>The items of the list that a mapping has for a key; none where that is no list.</summary>
    public static IEnumerable<YamlNode> List(YamlMappingNode mapping, string key) =>
        (Find(mapping, key) as YamlSequenceNode)?.Children ?? [];

    /// <summary>The texts of the list that a mapping has for a key.</summary>
    public static IEnumerable<string> Texts(YamlMappingNode mapping, string key) => List(mapping, key)
        .OfType<YamlScalarNode>()
        .Select(s => YamlScalars.KindOf(s) == YamlScalarKind.Nothing ? "" : s.Value ?? "");

    private static bool IsMerge(YamlNode key) => key is YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain };

    private static IEnumerable<YamlMappingNode> Mappings(YamlNode node) => node switch
    {
        YamlMappingNode mapping => [mapping],
        YamlSequenceNode list => list.Children.OfType<YamlMappingNode>(),
        _ => [],
    };
}
