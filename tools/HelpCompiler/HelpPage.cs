namespace SparkAzure.HelpCompiler;

/// <summary>
/// The help of one cmdlet, as <c>docs/help/&lt;Cmdlet&gt;.md</c> has it. The form of such a page is fixed; see
/// docs/help/README.md.
/// </summary>
internal sealed record HelpPage
{
    /// <summary>The sections that every page has, in this order.</summary>
    internal static readonly string[] Sections =
        ["Synopsis", "Description", "Examples", "Parameters", "Inputs", "Outputs", "Notes", "Related links"];

    public required string File { get; init; }

    public required string Command { get; init; }

    public required string Synopsis { get; init; }

    public required IReadOnlyList<string> Description { get; init; }

    public required IReadOnlyList<HelpExample> Examples { get; init; }

    public required IReadOnlyList<HelpEntry> Parameters { get; init; }

    public required IReadOnlyList<HelpEntry> Inputs { get; init; }

    public required IReadOnlyList<HelpEntry> Outputs { get; init; }

    public required IReadOnlyList<string> Notes { get; init; }

    public required IReadOnlyList<HelpLink> Links { get; init; }

    internal static HelpPage Read(string path) => Parse(Path.GetFileName(path), System.IO.File.ReadAllText(path));

    internal static HelpPage Parse(string file, string markdown)
    {
        var document = MarkdownDocument.Parse(file, markdown);
        var sections = document.Sections(2);
        foreach (var (section, wanted) in sections.Zip(Sections))
        {
            if (section.Title != wanted)
            {
                throw new HelpFormatException(
                    file,
                    section.Line,
                    $"here the section '{wanted}' is expected, not '{section.Title}'; the order is " +
                    $"{string.Join(", ", Sections)}");
            }
        }

        if (sections.Count != Sections.Length)
        {
            throw new HelpFormatException(
                file, 1, $"{sections.Count} sections found; a page has {string.Join(", ", Sections)}");
        }

        return new HelpPage
        {
            File = file,
            Command = document.Title,
            Synopsis = string.Join(' ', sections[0].Paragraphs()),
            Description = sections[1].Paragraphs(),
            Examples = [.. sections[2].Sections(3).Select(HelpExample.From)],
            Parameters = [.. sections[3].Sections(3).Select(HelpEntry.From)],
            Inputs = [.. sections[4].Sections(3).Select(HelpEntry.From)],
            Outputs = [.. sections[5].Sections(3).Select(HelpEntry.From)],
            Notes = sections[6].Paragraphs(),
            Links = [.. sections[7].Paragraphs().Select(HelpLink.From)],
        };
    }
}

/// <summary>One example: a title, code, and what happens.</summary>
internal sealed record HelpExample(int Line, string Title, string Code, IReadOnlyList<string> Remarks)
{
    internal static HelpExample From(MarkdownSection section)
    {
        var open = section.Lines.FindIndex(l => l.StartsWith("```", StringComparison.Ordinal));
        var close = open < 0
            ? -1
            : section.Lines.FindIndex(open + 1, l => l.StartsWith("```", StringComparison.Ordinal));
        if (close < 0)
        {
            throw new HelpFormatException(
                section.File, section.Line, $"the example '{section.Title}' has no code block");
        }

        var remarks = section with { Lines = section.Lines[(close + 1)..], Line = section.Line + close + 1 };
        return new HelpExample(
            section.Line + open + 1,
            section.Title,
            string.Join('\n', section.Lines[(open + 1)..close]),
            remarks.Paragraphs());
    }
}

/// <summary>A named piece: a parameter (<c>-Name</c>) or a type.</summary>
/// <param name="Line">The line of its heading.</param>
/// <param name="Name">The parameter without its dash, or the type's name.</param>
/// <param name="Text">Paragraphs.</param>
/// <param name="Default">What a line <c>Default: …</c> states; null when nothing does.</param>
internal sealed record HelpEntry(int Line, string Name, IReadOnlyList<string> Text, string? Default)
{
    private const string DefaultMark = "Default: ";

    internal static HelpEntry From(MarkdownSection section)
    {
        var paragraphs = section.Paragraphs();
        return new HelpEntry(
            section.Line,
            section.Title.TrimStart('-'),
            [.. paragraphs.Where(p => !p.StartsWith(DefaultMark, StringComparison.Ordinal))],
            paragraphs.FirstOrDefault(
                p => p.StartsWith(DefaultMark, StringComparison.Ordinal))?[DefaultMark.Length..].TrimEnd('.'));
    }
}

/// <summary>A related link: a cmdlet, a topic or an address.</summary>
internal sealed record HelpLink(string Text, string Uri)
{
    internal static HelpLink From(string paragraph)
    {
        var text = paragraph.StartsWith(MarkdownText.Bullet, StringComparison.Ordinal)
            ? paragraph[MarkdownText.Bullet.Length..]
            : paragraph;
        var address = text.IndexOf("http", StringComparison.Ordinal);
        if (address < 0)
        {
            return new HelpLink(text, "");
        }

        return new HelpLink(text[..address].TrimEnd(' ', '('), text[address..].TrimEnd(')'));
    }
}
