using SparkAzure.Core.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks;

/// <summary>
/// Takes a context out of the text of a kubeconfig, with the cluster and the user that no other context names:
/// everything else stays to the byte. The result is read again and compared before anybody gets it.
/// </summary>
/// <param name="Text">The text without them; the same text where the context is not there.</param>
/// <param name="Cluster">The cluster that the context names; null where it is not there.</param>
/// <param name="Removed">What goes: <c>context 'x'</c>.</param>
/// <param name="Kept">What stays although the context names it, and why.</param>
/// <param name="CurrentContext">The current context afterwards; null where there is none.</param>
/// <param name="WasCurrent">Whether the context was the current one.</param>
internal sealed record KubeConfigRemoval(
    string Text,
    string? Cluster,
    IReadOnlyList<string> Removed,
    IReadOnlyList<string> Kept,
    string? CurrentContext,
    bool WasCurrent)
{
    private const string Mark = "\ufeff";

    private static readonly (string List, string Kind)[] Lists = [("contexts", "context"), ("clusters", "cluster"), ("users", "user")];

    /// <summary>Works out the removal.</summary>
    /// <param name="path">The file that <paramref name="text"/> is of, for errors.</param>
    /// <param name="text">What stands in the file.</param>
    /// <param name="context">The context.</param>
    /// <param name="next">
    /// The context that becomes the current one where this one was; null, or one that is not there, for none.
    /// </param>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable, KubeConfigNotEditable.</exception>
    public static KubeConfigRemoval Of(string path, string text, string context, string? next)
    {
        // The parser does not expect the byte order mark that some editors write.
        var mark = text.StartsWith(Mark, StringComparison.Ordinal) ? Mark : "";
        var body = text[mark.Length..];
        var documents = KubeConfigForm.Read(path, body);
        if (documents.Count == 0
            || documents[0].RootNode is not YamlMappingNode root
            || Find(root, "contexts", context) is not { } entry)
        {
            var current = documents.Count > 0 ? CurrentOf(documents[0].RootNode) : null;
            return new KubeConfigRemoval(text, null, [], [], current, WasCurrent: false);
        }

        var removal = new Plan(path, root, context, entry);
        var isCurrent = CurrentOf(root) == context;
        if (isCurrent)
        {
            next = next is not null && next != context && Find(root, "contexts", next) is not null ? next : "";
        }

        var result = removal.Make(body, documents, isCurrent ? next : null);
        return new KubeConfigRemoval(
            mark + result,
            removal.NameIn("cluster"),
            [.. removal.Going.Select(g => $"{g.Kind} '{g.Name}'")],
            removal.Kept,
            isCurrent ? NullIfEmpty(next) : CurrentOf(root),
            isCurrent);
    }

    /// <summary>The current context that a text names; null for none.</summary>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable.</exception>
    public static string? CurrentIn(string path, string text)
    {
        var documents = KubeConfigForm.Read(path, text.TrimStart('\ufeff'));
        return documents.Count > 0 ? CurrentOf(documents[0].RootNode) : null;
    }

    private static string? CurrentOf(YamlNode root) =>
        root is YamlMappingNode mapping ? NullIfEmpty(YamlKeys.Text(mapping, "current-context")) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    // Names are unique: the form has been looked at.
    private static YamlMappingNode? Find(YamlMappingNode root, string list, string name) =>
        YamlKeys.List(root, list).OfType<YamlMappingNode>().FirstOrDefault(e => YamlKeys.Text(e, "name") == name);

    private sealed class Plan
    {
        private readonly string _path;
        private readonly YamlMappingNode _root;
        private readonly YamlMappingNode? _content;

        public Plan(string path, YamlMappingNode root, string context, YamlMappingNode entry)
        {
            (_path, _root) = (path, root);
            _content = YamlKeys.Find(entry, "context") as YamlMappingNode;
            Going.Add(("contexts", "context", context, entry));
            foreach (var (list, kind) in Lists.Skip(1))
            {
                Add(list, kind, context);
            }
        }

        public List<(string List, string Kind, string Name, YamlMappingNode Entry)> Going { get; } = [];

        public List<string> Kept { get; } = [];

        public string? NameIn(string kind) => _content is null ? null : YamlKeys.Text(_content, kind);

        public string Make(string text, IReadOnlyList<YamlDocument> documents, string? current)
        {
            var edit = new YamlTextEdit(text, null);
            foreach (var (list, _, _, entry) in Going)
            {
                // A list that comes in by a merge key stands elsewhere, for others as well.
                if (!_root.Children.TryGetValue(new YamlScalarNode(list), out var own)
                    || own is not YamlSequenceNode items
                    || !items.Children.Contains(entry))
                {
                    throw KubernetesErrors.KubeConfigNotEditable(_path, null);
                }

                edit.RemoveItem(_root, list, entry);
            }

            if (current is not null)
            {
                edit.SetScalar(_root, "current-context", current);
            }

            var result = edit.Apply();
            Verify(documents, result, current);
            return result;
        }

        private void Add(string list, string kind, string context)
        {
            if (NameIn(kind) is not { } name || Find(_root, list, name) is not { } entry)
            {
                return;
            }

            var others = YamlKeys.List(_root, "contexts").OfType<YamlMappingNode>()
                .Where(e => YamlKeys.Text(e, "name") != context
                    && YamlKeys.Find(e, "context") is YamlMappingNode other
                    && YamlKeys.Text(other, kind) == name)
                .Select(e => $"'{YamlKeys.Text(e, "name")}'")
                .ToList();
            if (others.Count == 0)
            {
                Going.Add((list, kind, name, entry));
            }
            else
            {
                Kept.Add($"{kind} '{name}' (named by {string.Join(", ", others)})");
            }
        }

        // What is about to be written is read once more: what goes is gone, and nothing else has changed.
        private void Verify(IReadOnlyList<YamlDocument> before, string result, string? current)
        {
            IReadOnlyList<YamlDocument> after;
            try
            {
                after = YamlDocuments.Load(result);
            }
            catch (YamlException exception)
            {
                throw KubernetesErrors.KubeConfigNotEditable(_path, exception.Start.Line);
            }

            var root = after.Count > 0 ? after[0].RootNode as YamlMappingNode : null;
            var fine = root is not null
                && KubeConfigForm.FaultOf(result, after) is null
                && after.Count == before.Count
                && before.Zip(after).Skip(1).All(d => YamlContent.Same(d.First.RootNode, d.Second.RootNode))
                && root.Children.Count >= _root.Children.Count
                && _root.Children.All(c => IsAsWanted(c, root, current))
                && (current is null || (YamlKeys.Text(root, "current-context") ?? "") == current);
            if (!fine)
            {
                throw KubernetesErrors.KubeConfigNotEditable(_path, null);
            }
        }

        private bool IsAsWanted(KeyValuePair<YamlNode, YamlNode> member, YamlMappingNode root, string? current)
        {
            var key = (member.Key as YamlScalarNode)?.Value;
            if (key == "current-context" && current is not null)
            {
                return true;
            }

            root.Children.TryGetValue(member.Key, out var now);
            if (Going.Find(g => g.List == key).Entry is { } gone && member.Value is YamlSequenceNode items)
            {
                return now is YamlSequenceNode left
                    && items.Children.Where(e => !ReferenceEquals(e, gone))
                        .SequenceEqual(left.Children, YamlContent.Comparer);
            }

            return YamlContent.Same(member.Value, now);
        }
    }
}
