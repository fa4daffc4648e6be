using System.Text.RegularExpressions;

namespace SparkAzure.HelpCompiler;

/// <summary>A page that does not have the form pages have.</summary>
internal sealed class HelpFormatException(string file, int line, string message) : Exception(message)
{
    public string File => file;

    public int Line => line;
}

/// <summary>
/// The little markdown that help is written in: one title, headings, paragraphs, bullets, fenced code.
/// </summary>
internal sealed record MarkdownDocument(string Title, MarkdownSection Body)
{
    internal static MarkdownDocument Parse(string file, string markdown)
    {
        var lines = markdown.ReplaceLineEndings("\n").Split('\n').ToList();
        if (!lines[0].StartsWith("# ", StringComparison.Ordinal))
        {
            throw new HelpFormatException(file, 1, "the first line must be the title, '# Name'");
        }

        return new MarkdownDocument(lines[0][2..].Trim(), new MarkdownSection(file, "", 1, lines[1..]));
    }

    internal IReadOnlyList<MarkdownSection> Sections(int level) => Body.Sections(level);
}

/// <summary>The lines under a heading.</summary>
/// <param name="File">The page, for messages.</param>
/// <param name="Title">The heading's text.</param>
/// <param name="Line">The heading's line, counted from 1.</param>
/// <param name="Lines">What stands under it, deeper headings included.</param>
internal sealed record MarkdownSection(string File, string Title, int Line, List<string> Lines)
{
    /// <summary>Splits at headings of a level; what stands before the first is left out.</summary>
    internal IReadOnlyList<MarkdownSection> Sections(int level)
    {
        var mark = new string('#', level) + " ";
        var sections = new List<MarkdownSection>();
        var fenced = false;
        for (var i = 0; i < Lines.Count; i++)
        {
            fenced ^= Lines[i].StartsWith("```", StringComparison.Ordinal);
            if (!fenced && Lines[i].StartsWith(mark, StringComparison.Ordinal))
            {
                sections.Add(new MarkdownSection(File, Lines[i][mark.Length..].Trim(), Line + i + 1, []));
            }
            else if (sections.Count > 0)
            {
                sections[^1].Lines.Add(Lines[i]);
            }
        }

        return sections;
    }

    /// <summary>Joins lines to paragraphs, each bullet one of its own; inline marks are taken off.</summary>
    internal IReadOnlyList<string> Paragraphs()
    {
        var paragraphs = new List<string>();
        var open = false;
        for (var i = 0; i < Lines.Count; i++)
        {
            var line = Lines[i].Trim();
            if (line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith('#') || line.StartsWith('|'))
            {
                throw new HelpFormatException(
                    File, Line + i + 1, $"only paragraphs and bullets may stand under '{Title}', not '{line}'");
            }

            if (line.Length == 0)
            {
                open = false;
            }
            else if (open && !line.StartsWith(MarkdownText.Bullet, StringComparison.Ordinal))
            {
                paragraphs[^1] += " " + MarkdownText.Plain(line);
            }
            else
            {
                paragraphs.Add(MarkdownText.Plain(line));
                open = true;
            }
        }

        return paragraphs;
    }
}

/// <summary>Inline marks.</summary>
internal static partial class MarkdownText
{
    /// <summary>How a bullet begins.</summary>
    internal const string Bullet = "- ";

    /// <summary>Takes off `code`, **bold** and [text](address), which a console cannot show.</summary>
    internal static string Plain(string text) =>
        LocalLink().Replace(AddressLink().Replace(text, "${text} (${address})"), "${text}")
            .Replace("`", "", StringComparison.Ordinal)
            .Replace("**", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?<address>https?://[^)\s]+)\)")]
    private static partial Regex AddressLink();

    [GeneratedRegex(@"\[(?<text>[^\]]+)\]\((?!https?:)[^)\s]+\)")]
    private static partial Regex LocalLink();
}
