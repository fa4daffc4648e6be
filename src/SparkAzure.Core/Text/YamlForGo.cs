using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>
/// What our parser reads and programs in Go do not: goyaml.v2 as sigs.k8s.io/yaml 1.4 has it, which turns a text into
/// JSON first. Tried with kubectl 1.32, 2026-11.
/// </summary>
internal static class YamlForGo
{
    // What may stand behind a backslash between double quotes (scannerc.go). A slash, which JSON knows, may not.
    private const string Escapes = "0abt\tnvfre \"'\\NL_Pxu U\r\n\u0085\u2028\u2029";

    /// <summary>What keeps the text as a whole from being read, as a clause; null where nothing does.</summary>
    public static string? FaultOf(string text)
    {
        var line = 1;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsAllowed(rune.Value))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"line {line} has a control character (U+{rune.Value:X4}), such as a machine that lost power " +
                    $"or a terminal leaves");
            }

            line += rune.Value == '\n' ? 1 : 0;
        }

        return DirectiveFault(text);
    }

    /// <summary>What keeps the first document from being read, as a clause; null where nothing does.</summary>
    public static string? FaultOf(string text, YamlNode root)
    {
        if (YamlBrackets.FaultOf(text) is { } fault)
        {
            return fault;
        }

        return root.AllNodes.Select(n => NodeFault(text, n)).FirstOrDefault(f => f is not null);
    }

    private static bool IsAllowed(int character) => character is '\t' or '\n' or '\r' or (>= 0x20 and <= 0x7E) or 0x85
        or (>= 0xA0 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or >= 0x10000;

    // Directives stand before the first line that is no comment; behind that a percent sign is text.
    private static string? DirectiveFault(string text)
    {
        using var reader = new StringReader(text);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 0 && line[0] == '%' && !IsKnownDirective(line))
            {
                return $"its directive on line {number} is none of YAML 1.1";
            }

            if (line.Trim().Length > 0 && line[0] is not ('#' or '%'))
            {
                return null;
            }
        }

        return null;
    }

    private static bool IsKnownDirective(string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words is ["%TAG", ..] or ["%YAML", "1.1", ..];
    }

    private static string? NodeFault(string text, YamlNode node) => node switch
    {
        YamlScalarNode scalar => ScalarFault(text, scalar),
        YamlMappingNode mapping => mapping.Children
            .Select(c => KeyFault(c.Key, c.Value))
            .FirstOrDefault(f => f is not null),
        _ => null,
    };

    private static string? ScalarFault(string text, YamlScalarNode scalar)
    {
        if (scalar.Style == ScalarStyle.DoubleQuoted && HasForeignEscape(text, scalar))
        {
            return $"line {scalar.Start.Line} has an escape between double quotes that only JSON has";
        }

        return YamlScalars.KindOf(scalar) switch
        {
            YamlScalarKind.NoJsonNumber => $"line {scalar.Start.Line} has a number that is none, or infinite",
            YamlScalarKind.Mistagged => $"line {scalar.Start.Line} has a value that is not what its tag says",
            _ => null,
        };
    }

    private static string? KeyFault(YamlNode key, YamlNode value)
    {
        if (key is not YamlScalarNode scalar)
        {
            return $"line {key.Start.Line} has a key that is no text";
        }

        if (YamlScalars.KindOf(scalar) == YamlScalarKind.Nothing)
        {
            return $"line {key.Start.Line} has a value without a key";
        }

        var isMerge = scalar is { Value: "<<", Style: ScalarStyle.Plain };
        return isMerge && !IsMapping(value) ? $"what line {key.Start.Line} merges has no keys" : null;
    }

    private static bool IsMapping(YamlNode node) => node is YamlMappingNode
        || (node is YamlSequenceNode list && list.Children.All(c => c is YamlMappingNode));

    private static bool HasForeignEscape(string text, YamlScalarNode scalar)
    {
        var from = (int)scalar.Start.Index;
        var to = Math.Min((int)scalar.End.Index, text.Length);
        for (var at = from; at < to - 1; at++)
        {
            if (text[at] != '\\')
            {
                continue;
            }

            at++;
            if (!Escapes.Contains(text[at], StringComparison.Ordinal) || IsHalfCharacter(text, at))
            {
                return true;
            }
        }

        return false;
    }

    // Half of a character above U+FFFF, as JSON has them in pairs.
    private static bool IsHalfCharacter(string text, int at) => text[at] == 'u'
        && ushort.TryParse(
            text.AsSpan(at + 1, Math.Min(4, text.Length - at - 1)), NumberStyles.HexNumber, null, out var code)
        && char.IsSurrogate((char)code);
}
