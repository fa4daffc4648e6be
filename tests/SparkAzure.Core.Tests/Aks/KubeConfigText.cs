using System.Text;

namespace SparkAzure.Core.Tests.Aks;

/// <summary>Kubeconfigs as people, programs and accidents leave them, made by a seed.</summary>
internal sealed class KubeConfigText
{
    private readonly Random _random;
    private readonly StringBuilder _text = new();
    private readonly List<string> _replaceable = [];

    private KubeConfigText(int seed) => _random = new Random(seed);

    /// <summary>The text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The text without what a merge may take away: empty lists, and the value of current-context.</summary>
    public string Foreign { get; private set; } = "";

    /// <summary>Whether an entry of ours stands in it already, and differs.</summary>
    public bool HasOtherOfOurs { get; private set; }

    /// <summary>Makes the document of a seed.</summary>
    public static KubeConfigText Of(int seed)
    {
        var document = new KubeConfigText(seed);
        document.Write();
        return document;
    }

    private void Write()
    {
        if (Chance(10))
        {
            Finish(Pick("", "\n", "# nothing yet\n", "---\n", "# a\n\n# b"));
            return;
        }

        if (Chance(25))
        {
            Finish(Json());
            return;
        }

        var indent = Pick("", "", "", "  ");
        Line(Chance(30) ? "# written by hand; 'quotes' and {braces} too" : null);
        Line(Chance(20) ? "---" : null);
        var sections = new List<Action<string>> { Clusters, Contexts, Users, Current, Preferences };
        for (var i = sections.Count - 1; i > 0; i--)
        {
            var j = _random.Next(i + 1);
            (sections[i], sections[j]) = (sections[j], sections[i]);
        }

        Line(indent + Pick("apiVersion: v1", "apiVersion: \"v1\"", "apiVersion: v1   # always"));
        Line(Chance(80) ? indent + "kind: Config" : null);
        foreach (var section in sections)
        {
            section(indent);
            Line(Chance(20) ? Pick("", "# between", indent + "  # deep") : null);
        }

        Line(Chance(30) ? indent + Pick("x-team: {number: 0123, flag: yes, text: \"1\"}", "extensions:\n" + indent + "- name: minikube\n" + indent + "  extension: {version: 1.10}") : null);
        if (Chance(12))
        {
            Line("---");
            Line("clusters: [{name: second-document}]");
        }

        var text = _text.ToString();

        // Not after a block of text, whose value a further line end would change: such a file is refused.
        Finish(Chance(20) && !text.EndsWith("LS0t\n", StringComparison.Ordinal) ? text.TrimEnd('\n') : text);
    }

    private void Finish(string text)
    {
        text = Chance(25) ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
        text = Chance(4) ? "\ufeff" + text : text;
        Text = text;
        Foreign = _replaceable.Aggregate(text, (t, r) => t.Replace(r, "", StringComparison.Ordinal));
    }

    private void Clusters(string indent) => List(indent, "clusters", n => $"name: {n}", n => $"cluster: {Pick($"{{server: https://{n.Trim('"', '\'')}:443}}", $"\n  server: https://{n.Trim('"', '\'')}:443 # here\n  certificate-authority-data: |\n    LS0t\n    LS0t", "&anchored\n  server: https://a:443\n  proxy-url: null")}");

    private void Contexts(string indent) => List(indent, "contexts", n => $"name: {n}", n => $"context:\n  cluster: {n}\n  user: u{_random.Next(3)}{Pick("", "\n  namespace: jobs", "\n  # the team's\n  namespace: \"1\"")}");

    private void Users(string indent) => List(indent, "users", n => $"name: {n}", n => $"user: {Pick("{token: abc}", "\n  token: 'it''s # no comment'", "\n  exec:\n    command: kubelogin\n    args: [get-token, --login, msi]\n    provideClusterInfo: false", "{}")}");

    private void Current(string indent)
    {
        var value = Pick(null, null, "\"\"", "other-1", "'other-1' # mine", "null", "", "spark");
        if (value is null)
        {
            return;
        }

        Line($"{indent}current-context:{(value.Length > 0 ? " " : "")}{value}");
        if (value.Length > 0)
        {
            _replaceable.Add("current-context: " + value.Split(" #")[0]);
        }
    }

    private void Preferences(string indent) => Line(Pick(null, indent + "preferences: {}", indent + "preferences:\n" + indent + "  colors: true"));

    private void List(string indent, string key, Func<string, string> name, Func<string, string> content)
    {
        switch (_random.Next(9))
        {
            case 0:
                return;
            case 1:
                var empty = Pick(" []", " null", " ~", "", " [] # none yet");
                Line($"{indent}{key}:{empty}");
                if (empty.Length > 0)
                {
                    _replaceable.Add($"{key}:{empty.Split(" #")[0]}");
                }

                return;
            case 2:
                Line($"{indent}{key}: [{{name: flow-{key}, {key[..^1]}: {{}}}}{Pick("", ",", ", {name: 'x'}")}]{Pick("", " # flow")}");
                return;
        }

        Line($"{indent}{key}:{Pick("", " # the list")}");
        var dash = indent + Pick("", "", "  ", "    ");
        var names = new List<string> { "other-1", "\"two words\"", "'3'", "last" }.Take(1 + _random.Next(4)).ToList();
        if (Chance(12))
        {
            names.Insert(_random.Next(names.Count + 1), key == "users" ? "clusterUser_rg_spark" : "spark");
            HasOtherOfOurs = true;
        }

        foreach (var n in names)
        {
            var (first, second) = Chance(50) ? (name(n), content(n)) : (content(n), name(n));
            var lines = $"{first}\n{second}".Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                Line($"{dash}{(i == 0 ? "- " : "  ")}{lines[i]}");
            }

            Line(Chance(15) ? Pick("", dash + "# after an entry", "#at the edge") : null);
        }
    }

    private string Json()
    {
        string Entries(string kind) => string.Join(Pick(",", ", ", ",\n    "), Enumerable.Range(1, _random.Next(3)).Select(i => $"{{\"name\": \"other-{i}\", \"{kind}\": {{{Pick("", "\"x\": 1.50")}}}}}"));
        var parts = new List<string> { "\"apiVersion\": \"v1\"", "\"kind\": \"Config\"" };
        foreach (var (list, kind) in new[] { ("clusters", "cluster"), ("contexts", "context"), ("users", "user") })
        {
            if (Chance(80))
            {
                var entries = Entries(kind);
                var value = entries.Length > 0 ? $"[{entries}]" : Pick("[]", "null");
                parts.Add($"\"{list}\": {value}");
                if (entries.Length == 0)
                {
                    _replaceable.Add($"\"{list}\": {value}");
                }
            }
        }

        if (Chance(60))
        {
            parts.Add("\"current-context\": \"other-1\"");
            _replaceable.Add("\"current-context\": \"other-1\"");
        }

        return $"{{{Pick("", "\n  ")}{string.Join(Pick(",", ", ", ",\n  "), parts)}{Pick("", "\n")}}}{Pick("", "\n")}";
    }

    private void Line(string? line)
    {
        if (line is not null)
        {
            _text.Append(line).Append('\n');
        }
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
