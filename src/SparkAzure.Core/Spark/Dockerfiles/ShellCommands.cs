using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>A package line of a RUN instruction: <c>apk add --no-cache bash tini …</c>.</summary>
/// <param name="Tool">The package manager: apk, apt, apt-get, yum, dnf or microdnf.</param>
/// <param name="Packages">The packages it names, options left out.</param>
/// <param name="Line">The physical line, counted from 0, on which the last of them stands.</param>
/// <param name="Column">Where in that line the last of them ends.</param>
internal sealed record PackageLine(string Tool, IReadOnlyList<string> Packages, int Line, int Column);

/// <summary>
/// What the RUN instructions of a Dockerfile give to the shell, as one text without continuations and comments, and for
/// each character the place in the file where it stands. Immutable, as the document is.
/// </summary>
internal sealed partial class ShellCommands
{
    // The column of a character of the text that stands for a continuation or the end of a line.
    private const int Nowhere = -1;

    private readonly DockerfileDocument _document;
    private readonly StringBuilder _text = new();
    private readonly List<(int Line, int Column)> _positions = [];

    private ShellCommands(DockerfileDocument document, IEnumerable<DockerfileInstruction> instructions)
    {
        _document = document;
        foreach (var run in instructions.Where(i => i.Keyword == "RUN"))
        {
            Append(run);
        }

        Text = _text.ToString();
        LinksLoader = LinkLoader().IsMatch(Text);
    }

    /// <summary>The commands; each instruction ends in a newline.</summary>
    public string Text { get; }

    /// <summary>
    /// How many commands there are, as <c>&amp;&amp;</c>, <c>;</c>, pipes and lines of here-documents part them.
    /// </summary>
    public int Count => Separator().Split(Quoted().Replace(Text, "q")).Count(c => !string.IsNullOrWhiteSpace(c));

    /// <summary>
    /// True when a RUN instruction puts the loader where a glibc library looks for it: Spark's own cure since 2.4.4, or
    /// its like.
    /// </summary>
    public bool LinksLoader { get; }

    internal static ShellCommands Of(DockerfileDocument document, IEnumerable<DockerfileInstruction> instructions) =>
        new(document, instructions);

    /// <summary>The package lines, in order.</summary>
    public IReadOnlyList<PackageLine> PackageLines()
    {
        var found = new List<PackageLine>();
        foreach (Match match in Install().Matches(Text))
        {
            var packages = new List<Match>();
            var isValue = false;

            // What follows a substitution, a redirection or a comment is not the line's own text any more.
            foreach (var word in Word()
                .Matches(match.Groups["words"].Value)
                .TakeWhile(w => PlainWord().IsMatch(w.Value)))
            {
                if (!isValue && !word.Value.StartsWith('-') && !word.Value.StartsWith('$'))
                {
                    packages.Add(word);
                }

                isValue = ValueOption().IsMatch(word.Value);
            }

            if (packages.Count > 0)
            {
                var (line, column) = _positions[
                    match.Groups["words"].Index + packages[^1].Index + packages[^1].Length - 1];
                found.Add(new PackageLine(
                    match.Groups["tool"].Value, [.. packages.Select(p => p.Value.Trim('"', '\''))], line, column + 1));
            }
        }

        return found;
    }

    /// <summary>
    /// The document with every match of a pattern replaced. A line of which nothing but its continuation stays is taken
    /// out.
    /// </summary>
    public DockerfileDocument Replace(Regex pattern, string replacement)
    {
        var document = _document;

        // A match across two instructions is of no command.
        var matches = pattern.Matches(Text).Where(m => !m.Value.Contains('\n', StringComparison.Ordinal));

        // From the last to the first, so that none moves that is still to come.
        foreach (var match in matches.Reverse())
        {
            document = Replace(document, match, match.Result(replacement));
        }

        return document;
    }

    // What replaces the match stands where the match begins. A match without a character is a place to insert at.
    private DockerfileDocument Replace(DockerfileDocument document, Match match, string replacement)
    {
        var lines = _positions
            .GetRange(match.Index, Math.Max(match.Length, 1))
            .Where(p => p.Column != Nowhere)
            .GroupBy(p => p.Line)
            .OrderByDescending(g => g.Key)
            .ToList();
        foreach (var line in lines)
        {
            var length = Math.Min(match.Length, line.Count());
            var text = line.Key == lines[^1].Key ? replacement : "";
            document = document.Replace(line.Key, line.Min(p => p.Column), length, text);
            if (length > 0 && document.PhysicalLines[line.Key].Text.Trim() == document.Escape.ToString())
            {
                document = document.Remove(line.Key);
            }
        }

        return document;
    }

    private void Append(DockerfileInstruction run)
    {
        foreach (var index in run.CodeLines)
        {
            Append(index, _document.Escape, ' ');
        }

        // A here-document is a script when a shell is to read it; its continuations are the shell's.
        if (run.Heredocs.Count > 0 && ShellHeredoc().IsMatch(run.Arguments))
        {
            for (var index = run.CodeLines[^1] + 1; index < run.LastLine; index++)
            {
                if (!_document.PhysicalLines[index].Text.AsSpan().TrimStart().StartsWith("#"))
                {
                    Append(index, '\\', '\n');
                }
            }
        }

        _text.Append('\n');
        _positions.Add((run.LastLine, Nowhere));
    }

    private void Append(int index, char escape, char lineEnd)
    {
        var line = _document.PhysicalLines[index].Text;
        var end = line.TrimEnd(' ', '\t');
        if (end.EndsWith(escape))
        {
            line = end[..^1];
            lineEnd = ' ';
        }

        for (var column = 0; column < line.Length; column++)
        {
            _text.Append(line[column]);
            _positions.Add((index, column));
        }

        _text.Append(lineEnd);
        _positions.Add((index, Nowhere));
    }

    // Where a command can begin: "apk add" in a quoted text is none.
    [GeneratedRegex(
        @"(?=apk|apt|yum|dnf|microdnf)" +
        @"(?<=(?:^[ \t]*(?:(?i:RUN)(?:\s+--\S+)*)?|[&;|({!]|\b(?:then|do|else|sudo|exec|[A-Za-z_]\w*=\S*))\s*)" +
        @"(?<tool>apk|apt-get|apt|yum|dnf|microdnf)\s+(?:-\S+\s+)*(?:add|install)(?=\s)(?<words>[^&;|()\n]*)",
        RegexOptions.CultureInvariant | RegexOptions.Multiline,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex Install();

    [GeneratedRegex(@"\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(
        @"^(?:\$?[\w.+@=~:/,-]+|\$\{\w+\}|""[^""\s]*""|'[^'\s]*')$",
        RegexOptions.CultureInvariant)]
    private static partial Regex PlainWord();

    // Options of apk, apt and dnf that take the next word as their value.
    [GeneratedRegex(
        @"^(?:-t|--target-release|--default-release|--virtual|-X|--repository|-p|--root|-o|--option|-c|--config-file|--repo|--enablerepo|--disablerepo|--setopt)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex ValueOption();

    // Two cures of SPARK-26995: /lib64 itself, or the loader's name under /lib.
    [GeneratedRegex(
        @"\bln\s+(?:-\S+\s+)*(?:/lib/?\s+/lib64(?![\w.-])|/\S+\s+/lib(?:64)?/ld-linux-x86-64\.so\.2)",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex LinkLoader();

    [GeneratedRegex(
        @"^(?:(?:/\S*/)?(?:ba|da|a)?sh\s+(?:-\S+\s+)*)?<<\S+$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex ShellHeredoc();

    [GeneratedRegex(@"""[^""]*""|'[^']*'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"&&|\|\||[;|\n]", RegexOptions.CultureInvariant)]
    private static partial Regex Separator();
}
