using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>YAML as the JSON that programs in Go make of it.</summary>
internal static class YamlJson
{
    /// <summary>A node as JSON; null for nothing.</summary>
    public static JsonNode? Of(YamlNode? node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(YamlKeys.Members(mapping)
            .Select(m => new KeyValuePair<string, JsonNode?>(m.Key, Of(m.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Of)]),
        YamlScalarNode scalar => OfScalar(scalar),
        _ => null,
    };

    /// <summary>A key as JSON has it, where each is text: yes is true, and 012 is 10.</summary>
    public static string KeyOf(YamlScalarNode key) => YamlScalars.KindOf(key) switch
    {
        YamlScalarKind.Flag => YamlScalars.IsTrue(key) ? "true" : "false",
        YamlScalarKind.Number => Number(key.Value!).ToJsonString(),
        _ => key.Value ?? "",
    };

    private static JsonNode? OfScalar(YamlScalarNode scalar) => YamlScalars.KindOf(scalar) switch
    {
        YamlScalarKind.Nothing => null,
        YamlScalarKind.Flag => YamlScalars.IsTrue(scalar),
        YamlScalarKind.Number => Number(scalar.Value!),
        _ => scalar.Value,
    };

    private static JsonNode Number(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var (sign, rest) = digits[0] switch
        {
            '-' => (-1, digits[1..]),
            '+' => (1, digits[1..]),
            _ => (1, digits),
        };
        if (Radix(rest) is var (radix, from) && radix != 10)
        {
            var bits = Convert.ToUInt64(rest[from..], radix);
            return sign < 0 ? unchecked(-(long)bits) : bits;
        }

        if (long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return sign * whole;
        }

        return sign * double.Parse(rest, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    // A zero in front makes it octal, as in YAML 1.1.
    private static (int Radix, int From) Radix(string digits)
    {
        var prefix = digits[..Math.Min(2, digits.Length)].ToUpperInvariant();
        return prefix switch
        {
            "0X" => (16, 2),
            "0B" => (2, 2),
            "0O" => (8, 2),
            _ when digits.Length is > 1 and < 22 && digits[0] == '0' && digits.All(c => c is >= '0' and <= '7') => (8, 1),
            _ => (10, 0),
        };
    }
}
