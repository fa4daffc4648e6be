using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// A Dockerfile, read without losing a byte: the physical lines as they stand, and the instructions found in them by
/// Docker's rules (parser directives, comments, continuations, here-documents, case-insensitive keywords). Immutable;
/// an edit gives a new document.
/// </summary>
internal sealed partial class DockerfileDocument
{
    private static readonly UTF8Encoding StrictUtf8 = new(
        encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly Encoding _encoding;
    private readonly bool _byteOrderMark;

    private DockerfileDocument(string path, IReadOnlyList<TextLine> lines, Encoding encoding, bool byteOrderMark)
    {
        Path = path;
        PhysicalLines = lines;
        _encoding = encoding;
        _byteOrderMark = byteOrderMark;
        var reader = new Reader(path, lines);
        Instructions = reader.Read();
        Escape = reader.Escape;
    }

    /// <summary>Where it was read.</summary>
    public string Path { get; }

    /// <summary>
    /// The escape and continuation character: a backslash unless the escape directive says otherwise.
    /// </summary>
    public char Escape { get; }

    public IReadOnlyList<TextLine> PhysicalLines { get; }

    public IReadOnlyList<DockerfileInstruction> Instructions { get; }

    /// <summary>The file's own line ending: that of its first line.</summary>
    public string LineEnding =>
        PhysicalLines.Count > 0 && PhysicalLines[0].Ending.Length > 0 ? PhysicalLines[0].Ending : "\n";

    /// <summary>Reads a Dockerfile.</summary>
    /// <exception cref="SparkAzureException">DockerfileNotFound, DockerfileUnreadable, CannotRead.</exception>
    public static async Task<DockerfileDocument> ReadAsync(string path, CancellationToken cancellationToken) =>
        Parse(path, await KeptDockerfile.ReadAsync(path, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads a Dockerfile's bytes.</summary>
    /// <exception cref="SparkAzureException">DockerfileUnreadable.</exception>
    public static DockerfileDocument Parse(string path, byte[] content)
    {
        var byteOrderMark = content.AsSpan().StartsWith(ByteOrderMark);
        var body = byteOrderMark ? content.AsSpan(ByteOrderMark.Length) : content;
        if (body.Contains((byte)0))
        {
            throw DockerfileErrors.DockerfileUnreadable(path, 0, "it is not a text file in UTF-8");
        }

        // Latin-1 maps every byte to one character and back: a comment in an old code page survives unchanged.
        Encoding encoding = StrictUtf8;
        string text;
        try
        {
            text = encoding.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            encoding = Encoding.Latin1;
            text = encoding.GetString(body);
        }

        return new DockerfileDocument(path, TextLine.Split(text), encoding, byteOrderMark);
    }

    /// <summary>The file's bytes; those that were read, where nothing was edited.</summary>
    public byte[] ToBytes()
    {
        var body = _encoding.GetBytes(string.Concat(PhysicalLines.Select(l => l.Text + l.Ending)));
        if (_byteOrderMark)
        {
            return [.. ByteOrderMark, .. body];
        }

        return body;
    }

    /// <summary>The document with one more line after the given one, ended as its neighbour is.</summary>
    public DockerfileDocument InsertAfter(int line, string text)
    {
        var lines = PhysicalLines.ToList();
        var neighbour = lines[line];
        var ending = neighbour.Ending.Length > 0 ? neighbour.Ending : LineEnding;

        // After a last line without a newline the new line becomes the last one, again without. Any other neighbour
        // stays the object that it is.
        if (ending != neighbour.Ending)
        {
            lines[line] = neighbour with { Ending = ending };
        }

        lines.Insert(line + 1, new TextLine(text, neighbour.Ending));
        return new DockerfileDocument(Path, lines, _encoding, _byteOrderMark);
    }

    /// <summary>The document with a piece of one line replaced.</summary>
    public DockerfileDocument Replace(int line, int start, int length, string text)
    {
        var lines = PhysicalLines.ToList();
        lines[line] = lines[line] with
        {
            Text = string.Concat(lines[line].Text.AsSpan(0, start), text, lines[line].Text.AsSpan(start + length))
        };
        return new DockerfileDocument(Path, lines, _encoding, _byteOrderMark);
    }

    /// <summary>The document without one line.</summary>
    public DockerfileDocument Remove(int line)
    {
        var lines = PhysicalLines.ToList();
        lines.RemoveAt(line);
        return new DockerfileDocument(Path, lines, _encoding, _byteOrderMark);
    }

    /// <summary>
    /// The build stages, with the global build arguments (those before the first FROM) filled into their base images.
    /// </summary>
    /// <param name="buildArguments">Values given to the build; they count for declared arguments only.</param>
    /// <exception cref="SparkAzureException">DockerfileUnreadable.</exception>
    public IReadOnlyList<DockerfileStage> Stages(IReadOnlyDictionary<string, string> buildArguments)
    {
        var globals = GlobalArguments(buildArguments);
        var stages = new List<DockerfileStage>();
        for (var i = 0; i < Instructions.Count; i++)
        {
            if (Instructions[i].Keyword != "FROM")
            {
                continue;
            }

            var from = Instructions[i];
            var words = Variables(from, globals.GetValueOrDefault).Words(from.Arguments);
            var (image, name) = ImageAndName(words);
            var baseStage = stages.FindLastIndex(s =>
                s.Name is not null && string.Equals(s.Name, image, StringComparison.OrdinalIgnoreCase));
            stages.Add(new DockerfileStage
            {
                From = from,
                BaseImage = image,
                Name = name,
                BaseStage = baseStage >= 0 ? baseStage : null,
                Instructions = [.. Instructions.Skip(i + 1).TakeWhile(x => x.Keyword != "FROM")],
            });
        }

        return stages;
    }

    // "image AS name", or the image alone; without an image where its argument has neither value nor default.
    private static (string Image, string? Name) ImageAndName(IReadOnlyList<string> words) => words switch
    {
        [var image, .., var word, var name] when IsAs(word) => (image, name.ToLowerInvariant()),
        [var word, var name] when IsAs(word) => ("", name.ToLowerInvariant()),
        [var image, ..] => (image, null),
        _ => ("", null),
    };

    private static bool IsAs(string word) => string.Equals(word, "AS", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The values of the ARG instructions before the first FROM; an argument without value or default is not in it.
    /// </summary>
    public IReadOnlyDictionary<string, string> GlobalArguments(IReadOnlyDictionary<string, string> buildArguments)
    {
        var globals = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var argument in Instructions.TakeWhile(i => i.Keyword != "FROM").Where(i => i.Keyword == "ARG"))
        {
            Declare(argument, globals, buildArguments);
        }

        return globals;
    }

    /// <summary>Carries out one ARG: a value given to the build, else the instruction's default.</summary>
    /// <param name="argument">The ARG instruction.</param>
    /// <param name="values">What is known so far; the new value goes in.</param>
    /// <param name="buildArguments">Values given to the build.</param>
    public void Declare(
        DockerfileInstruction argument,
        Dictionary<string, string> values,
        IReadOnlyDictionary<string, string> buildArguments)
    {
        foreach (var word in Variables(argument, values.GetValueOrDefault).Words(argument.Arguments))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = word.Split('=')[0];
            if (buildArguments.TryGetValue(name, out var given))
            {
                values[name] = given;
            }
            else if (equals >= 0)
            {
                values[name] = word[(equals + 1)..];
            }
        }
    }

    /// <summary>Replaces variables in an instruction's text; failures name its line.</summary>
    public DockerfileVariables Variables(DockerfileInstruction instruction, Func<string, string?> valueOf) =>
        new(valueOf, Escape, why => DockerfileErrors.DockerfileUnreadable(Path, instruction.FirstLine + 1, why));

    [GeneratedRegex(
        @"^#\s*(?<name>[A-Za-z][A-Za-z0-9]*)\s*=\s*(?<value>\S.*?)\s*$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex Directive();

    [GeneratedRegex(
        @"^\d*<<(?<dash>-?)(?<quote>[""']?)(?<name>[A-Za-z_][A-Za-z0-9_.]*)\k<quote>$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Heredoc();

    // A word with its quotes: what looks like a here-document inside a quoted text is none.
    [GeneratedRegex(
        @"(?:""(?:[^""\\]|\\.)*""|'[^']*'|[^\s""']|[""'])+",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ShellWord();

    // The rules are those of Docker's own reference ("Dockerfile reference", sections Format, Parser directives,
    // Escape, Here-Documents).
    private sealed class Reader(string path, IReadOnlyList<TextLine> lines)
    {
        private int _next;

        public char Escape { get; private set; } = '\\';

        public List<DockerfileInstruction> Read()
        {
            ReadDirectives();
            var instructions = new List<DockerfileInstruction>();
            while (_next < lines.Count)
            {
                if (IsBlankOrComment(lines[_next].Text))
                {
                    _next++;
                }
                else
                {
                    instructions.Add(ReadInstruction());
                }
            }

            return instructions;
        }

        private static bool IsBlankOrComment(string text) =>
            text.AsSpan().TrimStart() is var trimmed && (trimmed.IsEmpty || trimmed[0] == '#');

        // Directives stand before everything else; the first other line ends them.
        private void ReadDirectives()
        {
            for (var i = 0; i < lines.Count; i++)
            {
                var directive = Directive().Match(lines[i].Text.TrimStart());
                if (!directive.Success)
                {
                    return;
                }

                switch (directive.Groups["name"].Value.ToLowerInvariant())
                {
                    case "escape":
                        Escape = directive.Groups["value"].Value switch
                        {
                            "\\" => '\\',
                            "`" => '`',
                            var other =>
                                throw DockerfileErrors.DockerfileUnreadable(
                                    path, i + 1, $"the escape character can be \\ or `, not '{other}'"),
                        };
                        break;
                    case "syntax" or "check":
                        break;
                    default:
                        return;
                }
            }
        }

        private DockerfileInstruction ReadInstruction()
        {
            var first = _next;
            var code = new List<int>();
            var text = new StringBuilder();
            for (var continues = true; continues && _next < lines.Count; _next++)
            {
                var line = lines[_next].Text;
                if (code.Count > 0 && IsBlankOrComment(line))
                {
                    continue;
                }

                var piece = line;
                if (code.Count == 0)
                {
                    piece = line.TrimStart();
                }

                continues = TakeContinuation(ref piece);
                text.Append(piece);
                code.Add(_next);
            }

            // Comments after a continuation that nothing follows belong to nobody.
            _next = code[^1] + 1;
            var (keyword, flags, arguments) = Dissect(text.ToString().Trim());
            var heredocs = new List<DockerfileHeredoc>();
            if (keyword is "RUN" or "COPY" or "ADD" && arguments.Contains("<<", StringComparison.Ordinal))
            {
                heredocs = ReadHeredocs(arguments, first);
            }

            return new DockerfileInstruction
            {
                Keyword = keyword,
                Flags = flags,
                Arguments = arguments,
                FirstLine = first,
                LastLine = _next - 1,
                CodeLines = code,
                Heredocs = heredocs,
            };
        }

        // A doubled escape at the end of a line is an escaped escape, not a continuation.
        private bool TakeContinuation(ref string piece)
        {
            var trimmed = piece.TrimEnd(' ', '\t');
            if (trimmed.Length == 0 || trimmed[^1] != Escape || (trimmed.Length > 1 && trimmed[^2] == Escape))
            {
                return false;
            }

            piece = trimmed[..^1];
            return true;
        }

        private static (string Keyword, List<DockerfileFlag> Flags, string Arguments) Dissect(string text)
        {
            var (keyword, rest) = FirstWord(text);
            var flags = new List<DockerfileFlag>();
            while (rest.StartsWith("--", StringComparison.Ordinal))
            {
                var (word, after) = FirstWord(rest);
                rest = after;
                if (word == "--")
                {
                    break;
                }

                var parts = word[2..].Split('=', 2);
                flags.Add(new DockerfileFlag(parts[0], parts.ElementAtOrDefault(1) ?? ""));
            }

            return (keyword.ToUpperInvariant(), flags, rest);
        }

        private static (string Word, string After) FirstWord(string text)
        {
            var end = 0;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            return (text[..end], text[end..].TrimStart());
        }

        private List<DockerfileHeredoc> ReadHeredocs(string arguments, int instruction)
        {
            var heredocs = new List<DockerfileHeredoc>();
            foreach (Match word in ShellWord().Matches(arguments))
            {
                var opening = Heredoc().Match(word.Value);
                if (opening.Success)
                {
                    heredocs.Add(ReadHeredoc(opening, instruction));
                }
            }

            return heredocs;
        }

        private DockerfileHeredoc ReadHeredoc(Match opening, int instruction)
        {
            var name = opening.Groups["name"].Value;
            var stripTabs = opening.Groups["dash"].Length > 0;
            var body = new StringBuilder();
            while (_next < lines.Count)
            {
                var line = stripTabs ? lines[_next].Text.TrimStart('\t') : lines[_next].Text;
                _next++;
                if (line == name)
                {
                    return new DockerfileHeredoc(name, body.ToString(), Expand: opening.Groups["quote"].Length == 0);
                }

                body.Append(line).Append('\n');
            }

            throw DockerfileErrors.DockerfileUnreadable(
                path, instruction + 1, $"its here-document is not ended by a line '{name}'");
        }
    }
}
