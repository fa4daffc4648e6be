using SparkAzure.Core.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks;

/// <summary>
/// Puts the cluster, user and context of one kubeconfig into the text of another, which belongs to somebody: only what
/// has to change changes, everything else stays to the byte, comments and order included. The result is read again and
/// compared before anybody gets it.
/// </summary>
internal static class KubeConfigMerge
{
    private static readonly (string List, string Kind)[] Lists = [("clusters", "cluster"), ("users", "user"), ("contexts", "context")];

    /// <summary>Merges.</summary>
    /// <param name="path">The file that <paramref name="text"/> is of, for errors.</param>
    /// <param name="text">What stands in the file; empty for a new one.</param>
    /// <param name="addition">What comes; its lists have one entry each.</param>
    /// <param name="force">Whether an entry of the same name that differs is replaced.</param>
    /// <param name="makeCurrent">Whether the addition's context becomes the current one.</param>
    /// <returns>The new text; the same text when nothing has to change.</returns>
    /// <exception cref="SparkAzureException">
    /// KubeConfigUnreadable, KubeConfigEntryDiffers, KubeConfigNotEditable.
    /// </exception>
    public static string Merge(string path, string text, KubeConfigAddition addition, bool force, bool makeCurrent)
    {
        // The parser does not expect the byte order mark that some editors write.
        const string Mark = "\ufeff";
        if (text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return Mark + MergeText(path, text[1..], addition, force, makeCurrent);
        }

        return MergeText(path, text, addition, force, makeCurrent);
    }

    /// <summary>Whether an entry of the same name is there that differs, which only force replaces.</summary>
    /// <param name="path">The file that <paramref name="text"/> is of, for errors.</param>
    /// <param name="text">What stands in the file.</param>
    /// <param name="addition">What comes.</param>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable.</exception>
    public static bool Replaces(string path, string text, KubeConfigAddition addition)
    {
        var root = Root(path, KubeConfigForm.Read(path, text.TrimStart('\ufeff')));
        return Lists.Any(l => Items(root, l.List).OfType<YamlMappingNode>().Any(e => IsOther(e, addition, l)));
    }

    private static bool IsOther(YamlMappingNode there, KubeConfigAddition addition, (string List, string Kind) of)
    {
        var entry = addition.Entry(of.List);
        return Scalar(there, "name") == Scalar(entry, "name")
            && !Holds(Child(there, of.Kind), Child(entry, of.Kind), of.Kind);
    }

    private static string MergeText(string path, string text, KubeConfigAddition addition, bool force, bool makeCurrent)
    {
        var documents = KubeConfigForm.Read(path, text);
        var before = Root(path, documents);
        var edit = new YamlTextEdit(text, before is null && documents.Count > 0 ? documents[0].RootNode : null);
        if (before is null)
        {
            edit.AddDocument(addition.Document(makeCurrent));
        }
        else
        {
            foreach (var (list, kind) in Lists)
            {
                Put(path, edit, before, list, kind, addition.Entry(list), force);
            }

            if (makeCurrent && Scalar(before, "current-context") != addition.ContextName)
            {
                edit.SetScalar(before, "current-context", addition.ContextName);
            }
        }

        var merged = edit.Apply();
        Verify(path, documents, merged, addition, makeCurrent);
        return merged;
    }

    private static void Put(
        string path,
        YamlTextEdit edit,
        YamlMappingNode root,
        string list,
        string kind,
        YamlMappingNode entry,
        bool force)
    {
        var name = Scalar(entry, "name");
        var node = Child(root, list);
        var entries = node switch
        {
            null => null,
            YamlSequenceNode sequence => sequence,
            YamlScalarNode scalar when YamlScalars.KindOf(scalar) == YamlScalarKind.Nothing => null,
            _ => throw KubernetesErrors.KubeConfigUnreadable(path, $"its '{list}' is no list"),
        };
        if (node is null && YamlKeys.Find(root, list) is not null)
        {
            // A list of its own would hide the one that is merged.
            throw KubernetesErrors.KubeConfigNotEditable(path, null);
        }

        switch (entries?.Children.OfType<YamlMappingNode>().Where(e => Scalar(e, "name") == name).ToList() ?? [])
        {
            case []:
                edit.AddItem(root, list, entry);
                break;
            case [var only] when Holds(Child(only, kind), Child(entry, kind), kind):
                break;
            case [_] when !force:
                throw KubernetesErrors.KubeConfigEntryDiffers(path, kind, name!);
            case [var only]:
                edit.ReplaceItem(only, WithForeignKeys(only, entry, kind));
                break;
            default:
                throw KubernetesErrors.KubeConfigUnreadable(
                    path, $"its '{list}' have '{name}' more than once, which kubectl does not read either");
        }
    }

    // A cluster or context may have keys that somebody added (namespace, proxy-url): they are no difference. A user's
    // keys are: a token beside a certificate is another credential.
    private static bool Holds(YamlNode? there, YamlNode? wanted, string kind)
    {
        if (kind == "user" || there is not YamlMappingNode has || wanted is not YamlMappingNode wants)
        {
            return YamlContent.Same(there, wanted);
        }

        return wants.Children.All(w => has.Children.TryGetValue(w.Key, out var value)
            && YamlContent.Same(value, w.Value));
    }

    private static YamlMappingNode WithForeignKeys(YamlMappingNode there, YamlMappingNode entry, string kind)
    {
        if (kind == "user"
            || Child(there, kind) is not YamlMappingNode has
            || Child(entry, kind) is not YamlMappingNode wants)
        {
            return entry;
        }

        var content = new YamlMappingNode(wants.Children.Concat(has.Children.Where(h =>
            !wants.Children.ContainsKey(h.Key) && !IsReplaced(wants, h.Key))));
        return new YamlMappingNode(entry.Children.Select(c =>
            new KeyValuePair<YamlNode, YamlNode>(c.Key, ReferenceEquals(c.Value, wants) ? content : c.Value)));
    }

    // An authority as data and one as a file exclude each other, and neither goes with insecure-skip-tls-verify.
    private static bool IsReplaced(YamlMappingNode wants, YamlNode key) =>
        key is YamlScalarNode { Value: "certificate-authority" or "insecure-skip-tls-verify" }
            && wants.Children.ContainsKey(new YamlScalarNode("certificate-authority-data"));

    // What is about to be written is read once more: ours is there, and nobody else's has changed.
    private static void Verify(
        string path,
        IReadOnlyList<YamlDocument> before,
        string merged,
        KubeConfigAddition addition,
        bool makeCurrent)
    {
        IReadOnlyList<YamlDocument> after;
        try
        {
            after = YamlDocuments.Load(merged);
        }
        catch (YamlException exception)
        {
            throw KubernetesErrors.KubeConfigNotEditable(path, exception.Start.Line);
        }

        var root = after.Count > 0 ? after[0].RootNode as YamlMappingNode : null;
        var old = before.Count > 0 ? before[0].RootNode as YamlMappingNode : null;
        var ours = Lists.Select(l => l.List).Append("current-context").ToList();
        var fine = root is not null
            && KubeConfigForm.FaultOf(merged, after) is null
            && after.Count == Math.Max(before.Count, 1)
            && before.Zip(after).Skip(1).All(d => YamlContent.Same(d.First.RootNode, d.Second.RootNode))
            && (old is null || old.Children.Where(c => !ours.Contains((c.Key as YamlScalarNode)?.Value ?? "")).All(c => root.Children.TryGetValue(c.Key, out var same) && YamlContent.Same(c.Value, same)))
            && Lists.All(l => HasOursAndTheirs(old, root, l.List, l.Kind, addition.Entry(l.List)))
            && (makeCurrent ? Scalar(root, "current-context") == addition.ContextName : old is null || YamlContent.Same(Child(old, "current-context"), Child(root, "current-context")));
        if (!fine)
        {
            throw KubernetesErrors.KubeConfigNotEditable(path, null);
        }
    }

    private static bool HasOursAndTheirs(
        YamlMappingNode? old,
        YamlMappingNode root,
        string list,
        string kind,
        YamlMappingNode entry)
    {
        var name = Scalar(entry, "name");
        var there = Items(root, list);
        return there.Count(e => Scalar(e, "name") == name
            && Holds(Child((YamlMappingNode)e, kind), Child(entry, kind), kind)) == 1
            && Items(old, list).Where(e => Scalar(e, "name") != name).SequenceEqual(there.Where(e => Scalar(e, "name") != name), YamlContent.Comparer);
    }

    private static IReadOnlyList<YamlNode> Items(YamlMappingNode? root, string list)
    {
        if (root is not null && Child(root, list) is YamlSequenceNode sequence)
        {
            return [.. sequence.Children];
        }

        return [];
    }

    /// <summary>
    /// The first document, which is the one that kubectl reads; null where there is none or it is empty.
    /// </summary>
    private static YamlMappingNode? Root(string path, IReadOnlyList<YamlDocument> documents)
    {
        if (documents.Count == 0)
        {
            return null;
        }

        return documents[0].RootNode switch
        {
            YamlMappingNode root => root,
            YamlScalarNode scalar when YamlScalars.KindOf(scalar) == YamlScalarKind.Nothing => null,
            _ => throw KubernetesErrors.KubeConfigUnreadable(path, "it holds no keys such as clusters and contexts"),
        };
    }

    private static string? Scalar(YamlNode? node, string key)
    {
        if (node is YamlMappingNode mapping)
        {
            return (Child(mapping, key) as YamlScalarNode)?.Value;
        }

        return null;
    }

    private static YamlNode? Child(YamlMappingNode node, string key)
    {
        if (node.Children.TryGetValue(new YamlScalarNode(key), out var child))
        {
            return child;
        }

        return null;
    }
}
