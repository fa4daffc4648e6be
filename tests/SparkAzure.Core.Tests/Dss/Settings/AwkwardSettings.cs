using System.Globalization;
using System.Text;

namespace SparkAzure.Core.Tests.Dss.Settings;

/// <summary>
/// One awkward general-settings document, the same for the same seed: foreign members before, between and after; repeated and unknown
/// members and keys; numbers in every spelling; escapes; nesting; tabs, CR LF, one line or many; a byte order mark; no final line end.
/// The configuration named default is the second one.
/// </summary>
internal sealed class AwkwardSettings
{
    private readonly Random _random;
    private readonly string _newLine;
    private readonly string _indent;
    private readonly string _colon;
    private readonly int _seed;

    public AwkwardSettings(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _newLine = Pick("", "\n", "\r\n");
        _indent = _newLine.Length == 0 ? "" : Pick("  ", "\t", "    ", "");
        _colon = Pick(":", ": ", " : ");
    }

    /// <summary>True to leave out what only a file can hold: repeated members and a byte order mark.</summary>
    public bool Plain { get; init; }

    /// <summary>The document.</summary>
    public byte[] Bytes
    {
        get
        {
            var text = Object(0, [.. Foreign(0, "a"), Member("sparkSettings", Spark(1)), .. Foreign(0, "z")]);
            text += _newLine.Length > 0 && _random.Next(3) > 0 ? _newLine : "";
            return [.. Plain || _seed % 7 != 0 ? [] : Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(text)];
        }
    }

    private string Spark(int depth) => Object(depth,
    [
        .. Foreign(depth, "b"),
        Member("executionConfigs", Array(depth + 1,
        [
            Object(depth + 2, [Member("name", "\"other\""), Member("conf", Array(depth + 3, Items(depth + 4, 3)))]),
            Object(depth + 2, [.. Shuffled([Member("name", Pick("\"default\"", "\"def\\u0061ult\"", "\"\\u0064efault\"")), .. Conf(depth + 3), .. Foreign(depth + 2, "c")])]),
            Object(depth + 2, [Member("description", "\"\\ud83d\\ude00 \\/ caf\u00e9\""), Member("name", "\"third\"")]),
        ])),
        .. Foreign(depth, "y"),
    ]);

    private IEnumerable<string> Conf(int depth) => _random.Next(8) switch
    {
        0 => [],
        1 => [Member("conf", "null")],
        2 => [Member("conf", "[]")],
        _ => [Member("conf", Array(depth, Items(depth + 1, _random.Next(1, 9))))],
    };

    private List<string> Items(int depth, int count) => [.. Enumerable.Range(0, count).Select(_ => Item(depth))];

    private string Item(int depth)
    {
        var key = Pick(
            "spark.master", "spark.master", "spark.executor.instances", "spark.gone", "spark.executor.extraJavaOptions", "spark.k\\u00e9y", "spark.x", "spark.x",
            "spark.sql.shuffle.partitions", "spark.hadoop.fs.azure.account.key.a.dfs.core.windows.net", "SPARK.MASTER", "");
        var value = key.Contains("JavaOptions", StringComparison.Ordinal)
            ? Pick("\"\"", "\"-Xss4m -Da=\\\"b c\\\"\"", "\"-Dorg.wildfly.openssl.path=/usr/lib\"", "null")
            : key.Contains("account.key", StringComparison.Ordinal) ? "\"e:AES:abc+/=\"" : Pick("\"yarn\"", "40", "\"40\"", "4.0", "1e3", "true", "null", "\"a\\tb\\u2028\"");
        List<string> members = [Member("key", $"\"{key}\""), Member("value", value)];
        if (_random.Next(2) == 0)
        {
            members.Add(Member("isFinal", Pick("true", "false")));
            members.Add(Member("secret", "false"));
        }

        if (_random.Next(4) == 0)
        {
            members.Insert(_random.Next(members.Count + 1), Member("note", Value(depth + 1, 2)));
        }

        return _random.Next(12) == 0 && !Plain ? Value(depth, 1) : Object(depth, members);
    }

    private IEnumerable<string> Foreign(int depth, string prefix)
    {
        for (var i = _random.Next(4); i > 0; i--)
        {
            var name = prefix + i.ToString(CultureInfo.InvariantCulture);
            yield return Member(name, Value(depth + 1, 4));
            if (!Plain && _random.Next(6) == 0)
            {
                yield return Member(name, Value(depth + 1, 1));
            }
        }
    }

    private string Value(int depth, int levels) => levels == 0 || _random.Next(3) > 0
        ? Pick("1", "1.50", "-0", "1e-7", "12345678901234567890123", "\"\"", "\"40\"", "null", "true", "\"\\u00e9\\/\\n\"", "\"\u00fc \u2603\"", "[]", "{}", "\"http:\\/\\/x?a=1&b=<c>\"")
        : _random.Next(2) == 0
            ? Array(depth, [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Value(depth + 1, levels - 1))])
            : Object(depth, [.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => Member($"m{i}", Value(depth + 1, levels - 1)))]);

    private string Member(string name, string value) => $"\"{name}\"{_colon}{value}";

    private string Object(int depth, List<string> members) => Enclose('{', '}', depth, members);

    private string Array(int depth, List<string> elements) => Enclose('[', ']', depth, elements);

    private string Enclose(char open, char close, int depth, List<string> parts)
    {
        if (parts.Count == 0)
        {
            return $"{open}{close}";
        }

        var oneLine = _newLine.Length == 0 || _random.Next(5) == 0;
        var outer = oneLine ? "" : _newLine + string.Concat(Enumerable.Repeat(_indent, depth));
        return open + (oneLine ? "" : outer + _indent) + string.Join(oneLine ? Pick(",", ", ") : "," + outer + _indent, parts) + outer + close;
    }

    private List<string> Shuffled(List<string> parts) => [.. parts.OrderBy(_ => _random.Next())];

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
