using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace SparkAzure.Core.Text;

/// <summary>
/// Reads a YAML text of others. A few lines of YAML can stand for more than any memory holds, nest deeper than any stack,
/// or hold themselves; the library builds them nonetheless, and what then walks over them ends the process. So a text
/// is looked through event by event before a document is made of it.
/// </summary>
internal static class YamlDocuments
{
    // No kubeconfig comes near: the API server's own objects nest some twelve deep.
    private const int Deepest = 64;
    private const int MostNodes = 200_000;

    /// <summary>The documents of a text.</summary>
    /// <exception cref="YamlException">
    /// It is not YAML, or not such as can be walked over. The message can quote the text.
    /// </exception>
    public static IReadOnlyList<YamlDocument> Load(string text)
    {
        try
        {
            LookThrough(text);
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return [.. yaml.Documents];
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // What the library says where a value is missing between brackets, or a key is there twice.
            throw new YamlException(exception.Message, exception);
        }
    }

    /// <summary>
    /// What is wrong, as a clause, and on which line: never the parser's own words, which can quote a file that holds
    /// credentials.
    /// </summary>
    public static string FaultOf(YamlException exception)
    {
        if (exception is YamlLimitException)
        {
            return $"{exception.Message} on line {exception.Start.Line}";
        }

        // The library's words for it. Others, kubectl among them, take the last one.
        if (exception.Message.Contains("Duplicate key", StringComparison.Ordinal))
        {
            return $"it is not YAML, as line {exception.Start.Line} has a key for the second time";
        }

        return $"it is not YAML, as line {exception.Start.Line} shows";
    }

    private static void LookThrough(string text)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<(AnchorName Anchor, int From)>();
        var sizes = new Dictionary<AnchorName, int>();
        var nodes = 0;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case MappingStart or SequenceStart:
                    open.Push((((NodeEvent)parser.Current).Anchor, nodes));
                    nodes++;
                    break;
                case MappingEnd or SequenceEnd:
                    var (anchor, from) = open.Pop();
                    sizes[anchor] = nodes - from;
                    break;
                case Scalar scalar:
                    sizes[scalar.Anchor] = 1;
                    nodes++;
                    break;
                case AnchorAlias alias:
                    if (open.Any(o => o.Anchor == alias.Value))
                    {
                        throw Refusal(alias, "a value holds itself");
                    }

                    nodes += sizes.GetValueOrDefault(alias.Value, 1);
                    break;
                default:
                    break;
            }

            if (open.Count > Deepest)
            {
                throw Refusal(parser.Current!, $"values are nested more than {Deepest} deep");
            }

            if (nodes > MostNodes)
            {
                throw Refusal(parser.Current!, $"it stands for more than {MostNodes} values");
            }
        }
    }

    private static YamlLimitException Refusal(ParsingEvent at, string why) => new(at, why);

    // Its message is ours, and quotes nothing.
    private sealed class YamlLimitException(ParsingEvent at, string why) : YamlException(at.Start, at.End, why);
}
