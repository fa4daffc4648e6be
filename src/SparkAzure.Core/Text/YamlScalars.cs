using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>What a scalar stands for.</summary>
internal enum YamlScalarKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Nothing: null, or no value at all.</summary>
    Nothing,

    /// <summary>A number that JSON has not: not a number, or infinite.</summary>
    NoJsonNumber,

    /// <summary>A value that is not what its tag says.</summary>
    Mistagged,
}

/// <summary>
/// What scalars stand for to programs in Go, which read YAML 1.1: goyaml.v2, resolve.go, the copy in sigs.k8s.io/yaml
/// 1.4. The tests hold this against kubectl.
/// </summary>
internal static partial class YamlScalars
{
    private const string Tags = "tag:yaml.org,2002:";

    private static readonly HashSet<string> Flags = new(StringComparer.Ordinal)
    {
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
    };

    private static readonly HashSet<string> Nothing = new(StringComparer.Ordinal) { "", "~", "null", "Null", "NULL" };

    private static readonly HashSet<string> NoJsonNumbers = new(StringComparer.Ordinal)
    {
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    };

    /// <summary>The kind of a scalar.</summary>
    public static YamlScalarKind KindOf(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        if (!tag.StartsWith(Tags, StringComparison.Ordinal))
        {
            var isPlain = tag.Length == 0 && scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;
            return isPlain ? OfPlain(text) : YamlScalarKind.Text;
        }

        var plain = OfPlain(text);
        return tag[Tags.Length..] switch
        {
            "int" or "float" => Tagged(plain, YamlScalarKind.Number),
            "bool" => Tagged(plain, YamlScalarKind.Flag),
            "null" => Tagged(plain, YamlScalarKind.Nothing),
            "binary" when !GoBase64.IsValid(text) => YamlScalarKind.Mistagged,
            _ => YamlScalarKind.Text,
        };
    }

    /// <summary>Whether a scalar means true.</summary>
    public static bool IsTrue(YamlScalarNode scalar) => KindOf(scalar) == YamlScalarKind.Flag
        && scalar.Value!.ToUpperInvariant() is "Y" or "YES" or "TRUE" or "ON";

    private static YamlScalarKind Tagged(YamlScalarKind found, YamlScalarKind said)
    {
        if (found == said || (found == YamlScalarKind.NoJsonNumber && said == YamlScalarKind.Number))
        {
            return found;
        }

        return YamlScalarKind.Mistagged;
    }

    private static YamlScalarKind OfPlain(string text)
    {
        if (Nothing.Contains(text))
        {
            return YamlScalarKind.Nothing;
        }

        if (Flags.Contains(text))
        {
            return YamlScalarKind.Flag;
        }

        if (NoJsonNumbers.Contains(text))
        {
            return YamlScalarKind.NoJsonNumber;
        }

        // Underscores between digits mean nothing, but only where the first character is a digit or a sign.
        var digits = text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal);
        return Number().IsMatch(digits) && !IsTooLarge(digits) ? YamlScalarKind.Number : YamlScalarKind.Text;
    }

    // Go's ParseFloat takes no number beyond its largest, and what is none is text.
    private static bool IsTooLarge(string digits) =>
        double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsInfinity(number);

    [GeneratedRegex(
        @"^([-+]?(0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64}|0[oO][0-7]{1,21})" +
        @"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
