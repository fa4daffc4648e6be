using System.Text;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Aks;

/// <summary>
/// Whether kubectl reads a kubeconfig. It takes the whole file or nothing of it, so a fault in an entry of somebody
/// else keeps it from ours.
/// </summary>
internal static class KubeConfigForm
{
    // What kubectl makes a map of, and so takes no name twice.
    private static readonly string[] Named = ["clusters", "users", "contexts"];

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a kubeconfig, its byte order mark included.</summary>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable.</exception>
    public static string TextOf(string path, byte[] content)
    {
        try
        {
            return Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            throw KubernetesErrors.KubeConfigUnreadable(path, "it is not UTF-8");
        }
    }

    /// <summary>Reads a kubeconfig's documents; kubectl reads the first alone.</summary>
    /// <param name="path">The file, for errors.</param>
    /// <param name="text">Its text, without a byte order mark.</param>
    /// <exception cref="SparkAzureException">KubeConfigUnreadable.</exception>
    public static IReadOnlyList<YamlDocument> Read(string path, string text)
    {
        if (YamlForGo.FaultOf(text) is { } fault)
        {
            throw Unreadable(path, fault);
        }

        var documents = Load(path, text);
        if (FaultOf(text, documents) is { } inside)
        {
            throw Unreadable(path, inside);
        }

        return documents;
    }

    /// <summary>Why kubectl does not read what our parser does, as a clause; null where it does.</summary>
    public static string? FaultOf(string text, IReadOnlyList<YamlDocument> documents)
    {
        if (documents.Count == 0 || documents[0].RootNode is not YamlMappingNode root)
        {
            return null;
        }

        return YamlForGo.FaultOf(text, root)
            ?? VersionFault(root)
            ?? ObjectFault(root, KubeConfigFields.Root, "the file")
            ?? Named.Select(l => NameFault(root, l)).FirstOrDefault(f => f is not null);
    }

    private static IReadOnlyList<YamlDocument> Load(string path, string text)
    {
        try
        {
            return YamlDocuments.Load(text);
        }
        catch (YamlException exception)
        {
            throw KubernetesErrors.KubeConfigUnreadable(path, YamlDocuments.FaultOf(exception));
        }
    }

    private static SparkAzureException Unreadable(string path, string fault) =>
        KubernetesErrors.KubeConfigUnreadable(path, $"kubectl cannot read it, as {fault}");

    // Without them it is a Config of v1.
    private static string? VersionFault(YamlMappingNode root)
    {
        if (YamlKeys.Text(root, "kind") is { Length: > 0 } kind && kind != "Config")
        {
            return $"it says kind: {ForeignName(kind)}, and a kubeconfig is of kind: Config";
        }

        if (YamlKeys.Text(root, "apiVersion") is { Length: > 0 } version && version != "v1")
        {
            return $"it says apiVersion: {ForeignName(version)}, and a kubeconfig is of apiVersion: v1";
        }

        return null;
    }

    private static string? ObjectFault(YamlNode node, string type, string named)
    {
        if (IsNothing(node))
        {
            return null;
        }

        if (node is not YamlMappingNode mapping)
        {
            return $"{named} on line {node.Start.Line} {WhatIs(node)} where keys are wanted";
        }

        return YamlKeys.Members(mapping)
            .Select(m => (Row: KubeConfigFields.Find(type, m.Key), m.Value))
            .Where(m => m.Row is not null)
            .Select(m => FieldFault(m.Value, m.Row!))
            .FirstOrDefault(f => f is not null);
    }

    private static string? FieldFault(YamlNode value, KubeField row) => row.Kind switch
    {
        KubeFieldKind.Object => ObjectFault(value, row.Content, Quoted(row)),
        KubeFieldKind.Objects => ListFault(value, row, i => ObjectFault(i, row.Content, $"an entry of {Quoted(row)}")),
        KubeFieldKind.Texts => ListFault(value, row, i => ScalarFault(i, row, YamlScalarKind.Text)),
        KubeFieldKind.TextMap => MapFault(value, row, i => ScalarFault(i, row, YamlScalarKind.Text)),
        KubeFieldKind.TextsMap => MapFault(
            value, row, v => ListFault(v, row, i => ScalarFault(i, row, YamlScalarKind.Text))),
        KubeFieldKind.Flag => ScalarFault(value, row, YamlScalarKind.Flag),
        KubeFieldKind.Data => ScalarFault(value, row, YamlScalarKind.Text) ?? DataFault(value, row),
        _ => ScalarFault(value, row, YamlScalarKind.Text),
    };

    private static string? ListFault(YamlNode value, KubeField row, Func<YamlNode, string?> itemFault)
    {
        if (value is YamlSequenceNode list)
        {
            return list.Children.Select(itemFault).FirstOrDefault(f => f is not null);
        }

        return IsNothing(value) ? null : $"{Quoted(row)} on line {value.Start.Line} {WhatIs(value)} and no list";
    }

    private static string? MapFault(YamlNode value, KubeField row, Func<YamlNode, string?> itemFault)
    {
        if (value is YamlMappingNode mapping)
        {
            return YamlKeys.Members(mapping).Select(m => itemFault(m.Value)).FirstOrDefault(f => f is not null);
        }

        return IsNothing(value)
            ? null
            : $"{Quoted(row)} on line {value.Start.Line} {WhatIs(value)} where keys are wanted";
    }

    private static string? ScalarFault(YamlNode value, KubeField row, YamlScalarKind wanted)
    {
        if (IsNothing(value) || (value is YamlScalarNode scalar && YamlScalars.KindOf(scalar) == wanted))
        {
            return null;
        }

        var cure = wanted == YamlScalarKind.Text
            ? "where text is wanted (between quotes it is one)"
            : "where true or false is wanted (without quotes)";
        return $"{Quoted(row)} on line {value.Start.Line} {WhatIs(value)} {cure}";
    }

    private static string? DataFault(YamlNode value, KubeField row)
    {
        if (value is not YamlScalarNode { Value: { } text } || IsNothing(value) || GoBase64.IsValid(text))
        {
            return null;
        }

        return $"{Quoted(row)} on line {value.Start.Line} is not base64";
    }

    private static string? NameFault(YamlMappingNode root, string list)
    {
        var twice = YamlKeys.List(root, list)
            .GroupBy(e => e is YamlMappingNode entry ? YamlKeys.Text(entry, "name") ?? "" : "")
            .FirstOrDefault(g => g.Count() > 1);
        if (twice is null)
        {
            return null;
        }

        return $"the name '{ForeignName(twice.Key)}' stands {Times(twice.Count())} in its '{list}'";
    }

    private static string Times(int count) => count == 2 ? "twice" : $"{count} times";

    private static string Quoted(KubeField row) => $"'{row.Name}'";

    private static string ForeignName(string name) => ForeignText.Line(name);

    private static string WhatIs(YamlNode node) => node switch
    {
        YamlScalarNode scalar => YamlScalars.KindOf(scalar) switch
        {
            YamlScalarKind.Number => "is a number",
            YamlScalarKind.Flag => "is true or false",
            _ => "is text",
        },
        YamlSequenceNode => "is a list",
        _ => "has keys",
    };

    private static bool IsNothing(YamlNode node) =>
        node is YamlScalarNode scalar && YamlScalars.KindOf(scalar) == YamlScalarKind.Nothing;
}
