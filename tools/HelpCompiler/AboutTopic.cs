using System.Text;

namespace SparkAzure.HelpCompiler;

/// <summary>
/// An <c>about_</c> topic. Get-Help shows its text as it is, and takes the fifth line for the synopsis; so the text is
/// set here:
/// headings in capitals, 4 blanks of indent, lines of at most 80 characters.
/// </summary>
internal static class AboutTopic
{
    private const int Width = 80;
    private const string Indent = "    ";

    /// <summary>Sets a topic. The first paragraph is its short description and must fit one line.</summary>
    internal static string Compile(string file, string markdown)
    {
        var document = MarkdownDocument.Parse(file, markdown);
        string[] introduction =
        [
            .. document.Body.Lines.TakeWhile(l => !l.StartsWith('#')).SkipWhile(string.IsNullOrWhiteSpace)
        ];
        var shortLines = introduction.TakeWhile(l => !string.IsNullOrWhiteSpace(l)).ToList();
        var shortDescription = string.Join(' ', (document.Body with { Lines = shortLines }).Paragraphs());
        if (shortDescription.Length is 0 or > (Width - 4))
        {
            throw new HelpFormatException(
                file,
                3,
                $"the first paragraph is the short description: one line of at most {Width - Indent.Length} characters");
        }

        var text =
            new StringBuilder(
                $"TOPIC\n{Indent}{document.Title}\n\nSHORT DESCRIPTION\n{Indent}{shortDescription}\n\nLONG " +
                $"DESCRIPTION\n");
        AppendBody(text, document.Body with { Lines = [.. introduction[shortLines.Count..]] });
        foreach (var section in document.Sections(2))
        {
            text.Append(section.Title.ToUpperInvariant()).Append('\n');
            AppendBody(
                text,
                section with { Lines = [.. section.Lines.TakeWhile(l =>
                    !l.StartsWith("### ", StringComparison.Ordinal))] });
            foreach (var part in section.Sections(3))
            {
                text.Append("  ").Append(MarkdownText.Plain(part.Title)).Append('\n');
                AppendBody(text, part);
            }
        }

        return text.ToString().TrimEnd() + "\n";
    }

    // Fenced code keeps its lines; everything between two fences is paragraphs.
    private static void AppendBody(StringBuilder text, MarkdownSection body)
    {
        var from = 0;
        while (from < body.Lines.Count)
        {
            var fence = body.Lines.FindIndex(from, l => l.StartsWith("```", StringComparison.Ordinal));
            var to = fence < 0 ? body.Lines.Count : fence;
            AppendParagraphs(text, body with { Lines = body.Lines[from..to], Line = body.Line + from });
            if (fence < 0)
            {
                return;
            }

            var end = body.Lines.FindIndex(fence + 1, l => l.StartsWith("```", StringComparison.Ordinal));
            if (end < 0)
            {
                throw new HelpFormatException(body.File, body.Line + fence + 1, "the code block does not end");
            }

            foreach (var line in body.Lines[(fence + 1)..end])
            {
                text.Append(line.Length == 0 ? "" : Indent + Indent + line).Append('\n');
            }

            text.Append('\n');
            from = end + 1;
        }
    }

    private static void AppendParagraphs(StringBuilder text, MarkdownSection section)
    {
        var paragraphs = section.Paragraphs();
        for (var i = 0; i < paragraphs.Count; i++)
        {
            var bullet = paragraphs[i].StartsWith(MarkdownText.Bullet, StringComparison.Ordinal);
            Wrap(text, paragraphs[i], bullet ? Indent + "  " : Indent);
            if (!bullet
                || i == paragraphs.Count - 1
                || !paragraphs[i + 1].StartsWith(MarkdownText.Bullet, StringComparison.Ordinal))
            {
                text.Append('\n');
            }
        }
    }

    private static void Wrap(StringBuilder text, string paragraph, string followingIndent)
    {
        var line = new StringBuilder(Indent);
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length + word.Length > Width && !string.IsNullOrWhiteSpace(line.ToString()))
            {
                text.Append(line.ToString().TrimEnd()).Append('\n');
                line.Clear().Append(followingIndent);
            }

            line.Append(word).Append(' ');
        }

        text.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
