using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>
/// Changes to a YAML text, placed by the parser's marks and made on the text itself, so that what is not named stays as
/// it is: in block style as further lines, in flow style (JSON too) in place.
/// </summary>
internal sealed class YamlTextEdit
{
    private readonly string _text;
    private readonly string _newLine;
    private readonly YamlNode? _emptyRoot;
    private readonly List<Change> _changes = [];

    /// <param name="text">The text.</param>
    /// <param name="emptyRoot">The root of the first document where it is empty (<c>null</c>); null else.</param>
    public YamlTextEdit(string text, YamlNode? emptyRoot)
    {
        _text = text;
        _newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        _emptyRoot = emptyRoot;
    }

    /// <summary>Gives an empty file, or one of comments only, its content.</summary>
    public void AddDocument(YamlMappingNode document)
    {
        var lines = Lines(YamlContent.Block(document), 0);
        if (_emptyRoot is YamlScalarNode { Value: { Length: > 0 } } written)
        {
            _changes.Add(new Change(
                Index(written.Start), Index(written.End) - Index(written.Start), lines.TrimEnd('\r', '\n')));
            return;
        }

        // Before what ends the first document or begins the next, else at the end.
        var at = _emptyRoot is null ? _text.Length : LineStart(Math.Min(Index(_emptyRoot.Start), _text.Length));
        _changes.Add(new Change(at, 0, lines, 0));
    }

    /// <summary>
    /// Adds an item to a list under a key of the root; makes the list, and the key, where they are not there.
    /// </summary>
    public void AddItem(YamlMappingNode root, string key, YamlMappingNode item)
    {
        var (keyNode, value) = root.Children.FirstOrDefault(c => (c.Key as YamlScalarNode)?.Value == key);
        if (value is YamlSequenceNode { Children.Count: > 0 } list)
        {
            if (list.Style == SequenceStyle.Flow)
            {
                _changes.Add(new Change(End(list.Children[^1]), 0, ", " + YamlContent.Flow(item)));
                return;
            }

            Insert(LineEnd(End(list.Children[^1])), YamlContent.Item(item), Column(list));
            return;
        }

        if (value is null)
        {
            AddKey(root, key, $"[{YamlContent.Flow(item)}]", YamlContent.Item(item).Prepend(key + ":"));
        }
        else if (root.Style == MappingStyle.Flow)
        {
            Replace(value, $"[{YamlContent.Flow(item)}]", keyNode);
        }
        else
        {
            Replace(value, "", keyNode);
            Insert(LineEnd(End(value, keyNode)), YamlContent.Item(item), Column(root));
        }
    }

    /// <summary>Takes an item out of the list under a key of the root; a list that loses its only one is empty then.</summary>
    public void RemoveItem(YamlMappingNode root, string key, YamlMappingNode item)
    {
        var (keyNode, value) = root.Children.First(c => (c.Key as YamlScalarNode)?.Value == key);
        var list = (YamlSequenceNode)value;
        var at = list.Children.IndexOf(item);
        if (list.Style == SequenceStyle.Flow)
        {
            var start = at == 0 ? Index(item.Start) : End(list.Children[at - 1]);
            var end = at == 0 && list.Children.Count > 1 ? Index(list.Children[1].Start) : End(item);
            _changes.Add(new Change(start, end - start, ""));
            return;
        }

        // From its dash on, which may stand in a line of its own.
        var line = LineStart(_text.LastIndexOf('-', Index(item.Start) - 1));
        _changes.Add(new Change(line, LineEnd(End(item)) - line, ""));
        if (list.Children.Count == 1)
        {
            _changes.Add(new Change(AfterColon(keyNode), 0, " []"));
        }
    }

    /// <summary>Puts another item in the place of one.</summary>
    public void ReplaceItem(YamlMappingNode item, YamlMappingNode other)
    {
        var start = Index(item.Start);
        var end = End(item);
        var text = item.Style == MappingStyle.Flow
            ? YamlContent.Flow(other)
            : Lines(YamlContent.Block(other), Column(item)).TrimStart(' ').TrimEnd('\r', '\n');
        var endsLine = end > 0 && end <= _text.Length && _text[end - 1] == '\n';
        _changes.Add(new Change(start, end - start, endsLine ? text + _newLine : text));
    }

    /// <summary>Sets a text under a key of the root.</summary>
    public void SetScalar(YamlMappingNode root, string key, string value)
    {
        var scalar = new YamlScalarNode(value) { Style = ScalarStyle.DoubleQuoted };
        var text = root.Style == MappingStyle.Flow ? YamlContent.Flow(scalar) : YamlContent.Scalar(scalar);
        var (keyNode, there) = root.Children.FirstOrDefault(c => (c.Key as YamlScalarNode)?.Value == key);
        if (there is null)
        {
            AddKey(root, key, text, [$"{key}: {text}"]);
        }
        else
        {
            Replace(there, text, keyNode);
        }
    }

    /// <summary>The text with all changes.</summary>
    public string Apply()
    {
        // From the end to the front, so that places stay. At one place the items of a list come before the next key of
        // the root, and else what was asked for first.
        var text = _text;
        foreach (var place in _changes.GroupBy(c => c.At).OrderByDescending(g => g.Key))
        {
            var change = "";
            foreach (var part in place.OrderBy(c => c.IsKey).ThenByDescending(c => c.Column))
            {
                var startsLine = change.Length > 0
                    ? change.EndsWith('\n')
                    : place.Key == 0 || text[place.Key - 1] == '\n';
                change += part.Column >= 0 && !startsLine ? _newLine + part.Text : part.Text;
            }

            text = string.Concat(text.AsSpan(0, place.Key), change, text.AsSpan(place.Key + place.Max(c => c.Length)));
        }

        return text;
    }

    private void AddKey(YamlMappingNode root, string key, string flow, IEnumerable<string> block)
    {
        if (root.Style == MappingStyle.Flow)
        {
            // Of several that come into empty brackets only the first stands alone.
            var isEmpty = root.Children.Count == 0;
            var at = isEmpty ? Index(root.Start) + 1 : End(root.Children.Last().Value, root.Children.Last().Key);
            var comma = isEmpty && _changes.TrueForAll(c => c.At != at) ? "" : ", ";
            _changes.Add(new Change(at, 0, $"{comma}{YamlContent.Quoted(key)}: {flow}"));
        }
        else
        {
            var (lastKey, last) = root.Children.Last();
            Insert(LineEnd(End(last, lastKey)), block, Column(root), isKey: true);
        }
    }

    // An empty value has no place of its own: its text goes behind the colon of its key.
    private void Replace(YamlNode value, string text, YamlNode? key)
    {
        if (value is YamlScalarNode { Value: "" or null, Style: ScalarStyle.Plain or ScalarStyle.Any }
            && key is not null)
        {
            _changes.Add(new Change(AfterColon(key), 0, text.Length == 0 ? "" : " " + text));
            return;
        }

        var start = Index(value.Start);
        if (text.Length == 0)
        {
            while (start > 0 && _text[start - 1] == ' ')
            {
                start--;
            }
        }

        _changes.Add(new Change(start, End(value, key) - start, text));
    }

    private void Insert(int at, IEnumerable<string> lines, int column, bool isKey = false) =>
        _changes.Add(new Change(at, 0, Lines(lines, column), column, isKey));

    private string Lines(IEnumerable<string> lines, int column) =>
        string.Concat(lines.Select(l => new string(' ', column) + l + _newLine));

    // The parser gives a collection no end: in block style its last leaf ends it, in flow style the bracket behind
    // that. An alias is placed where its anchor is, which is before the collection; it ends the line of its key.
    private int End(YamlNode node, YamlNode? key = null) => node switch
    {
        YamlMappingNode { Style: MappingStyle.Flow } mapping =>
            Bracket(node, mapping.Children.SelectMany(c => new[] { c.Key, c.Value }), '}'),
        YamlSequenceNode { Style: SequenceStyle.Flow } sequence => Bracket(node, sequence.Children, ']'),
        YamlMappingNode { Children.Count: > 0 } mapping when mapping.Children.Last() is var (lastKey, last) =>
            IsIn(node, last) ? End(last, lastKey) : AfterColon(lastKey),
        YamlSequenceNode { Children.Count: > 0 } sequence when sequence.Children.Last(c =>
            IsIn(node, c) || c == sequence.Children[0]) is var last => End(last),
        YamlScalarNode { Value: "" or null, Style: ScalarStyle.Plain or ScalarStyle.Any } when key is not null =>
            AfterColon(key),
        _ => Math.Min(Index(node.End), _text.Length),
    };

    private int Bracket(YamlNode collection, IEnumerable<YamlNode> children, char closing)
    {
        var at = children.Where(c => IsIn(collection, c)).Select(c => End(c)).Append(Index(collection.Start) + 1).Max();
        while (_text[at] != closing)
        {
            at = _text[at] == '#' && char.IsWhiteSpace(_text[at - 1]) ? LineEnd(at) : at + 1;
        }

        return at + 1;
    }

    private static bool IsIn(YamlNode collection, YamlNode child) => Index(child.Start) >= Index(collection.Start);

    private int AfterColon(YamlNode key) => _text.IndexOf(':', Index(key.End)) + 1;

    private int LineEnd(int at)
    {
        if (at > 0 && _text[at - 1] == '\n')
        {
            return at;
        }

        var end = _text.IndexOf('\n', at);
        if (end < 0)
        {
            return _text.Length;
        }

        return end + 1;
    }

    private int LineStart(int at)
    {
        if (at == 0)
        {
            return 0;
        }

        return _text.LastIndexOf('\n', at - 1) + 1;
    }

    private static int Index(Mark mark) => (int)mark.Index;

    private static int Column(YamlNode node) => (int)node.Start.Column - 1;

    /// <summary>Text in the place of another.</summary>
    /// <param name="At">Where.</param>
    /// <param name="Length">How much goes.</param>
    /// <param name="Text">What comes.</param>
    /// <param name="Column">The column of whole lines; -1 for a part of a line.</param>
    /// <param name="IsKey">Whether it is a further key of the root.</param>
    private sealed record Change(int At, int Length, string Text, int Column = -1, bool IsKey = false);
}
