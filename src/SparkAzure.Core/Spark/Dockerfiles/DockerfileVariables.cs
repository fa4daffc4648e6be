using System.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>
/// Replaces <c>$var</c>, <c>${var}</c>, <c>${var:-word}</c>, <c>${var-word}</c>, <c>${var:+word}</c>,
/// <c>${var+word}</c> as Docker does.
/// </summary>
/// <param name="valueOf">Gives a variable's value; null when it is not set.</param>
/// <param name="escape">The file's escape character.</param>
/// <param name="fail">Makes the exception for text that cannot be understood.</param>
internal sealed class DockerfileVariables(Func<string, string?> valueOf, char escape, Func<string, Exception> fail)
{
    private const char NoQuote = '\0';

    // Linux passes no longer string to a program (execve(2), MAX_ARG_STRLEN), so no build could use more; and a few
    // lines that name each other twice would fill any memory.
    private const int LongestWord = 128 * 1024;
    private const int LongestText = 8 * LongestWord;
    private const int Deepest = 32;

    private int _depth;

    /// <summary>Replaces variables and takes quotes away: one word.</summary>
    public string Word(string text) => new Scan(this, text, escape) { TakesQuotes = true }.Whole();

    /// <summary>Splits at blanks outside quotes, then replaces variables and takes quotes away.</summary>
    public IReadOnlyList<string> Words(string text) => new Scan(this, text, escape) { TakesQuotes = true }.Words();

    /// <summary>
    /// Replaces variables in a here-document: quotes stay, and what protects the next character is the backslash,
    /// whatever the file's escape character is; it goes, also where it protects nothing (BuildKit, dockerfile2llb,
    /// "lex.SkipProcessQuotes").
    /// </summary>
    public string Text(string text) => new Scan(this, text, '\\').Whole();

    private string? ValueOf(string name) => valueOf(name);

    private Exception Unreadable(string why) => fail(why);

    private static int NameLength(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && IsNameCharacter(text[length], first: length == 0))
        {
            length++;
        }

        return length;
    }

    private static bool IsNameCharacter(char c, bool first) =>
        c == '_' || char.IsAsciiLetter(c) || (!first && char.IsAsciiDigit(c));

    // What stands between the braces: a name, and perhaps what to do when it is set or not; a colon counts an empty
    // value as none.
    private string Substitute(string inner, Func<string, string> expand)
    {
        var length = NameLength(inner);
        if (length == 0)
        {
            throw fail($"'${{{inner}}}' names no variable");
        }

        if (_depth == Deepest)
        {
            throw fail($"substitutions are nested more than {Deepest} deep");
        }

        var value = valueOf(inner[..length]);
        var rest = inner[length..];
        var isSet = value is not null && (!rest.StartsWith(':') || value.Length > 0);
        return (rest.TrimStart(':'), isSet) switch
        {
            ("", _) when rest.Length == 0 => value ?? "",
            (['-', ..], true) => value!,
            (['-', .. var word], false) => Deeper(word, expand),
            (['+', .. var word], true) => Deeper(word, expand),
            (['+', ..], false) => "",
            (['?', ..], true) => value!,
            _ => throw fail($"'${{{inner}}}' is not a substitution that is understood here"),
        };
    }

    private string Deeper(string word, Func<string, string> expand)
    {
        _depth++;
        try
        {
            return expand(word);
        }
        finally
        {
            _depth--;
        }
    }

    /// <summary>One reading of a text, from its beginning to its end.</summary>
    /// <param name="variables">What replaces variables.</param>
    /// <param name="text">The text.</param>
    /// <param name="protects">The character that protects the next one.</param>
    private sealed class Scan(DockerfileVariables variables, string text, char protects)
    {
        private readonly StringBuilder _word = new();
        private int _at;
        private char _quote = NoQuote;

        // An empty word that was quoted is a word too.
        private bool _begun;

        /// <summary>Whether quotes quote; in a here-document they are characters as any other.</summary>
        public bool TakesQuotes { get; init; }

        /// <summary>The text as one word, blanks and all.</summary>
        public string Whole()
        {
            while (_at < text.Length)
            {
                Step();
            }

            RequireClosed();
            return _word.ToString();
        }

        /// <summary>The words of the text.</summary>
        public List<string> Words()
        {
            var words = new List<string>();
            while (_at < text.Length)
            {
                if (_quote == NoQuote && char.IsWhiteSpace(text[_at]))
                {
                    _at++;
                    Finish(words);
                }
                else
                {
                    Step();
                }
            }

            RequireClosed();
            Finish(words);
            return words;
        }

        private void Finish(List<string> words)
        {
            if (_begun)
            {
                words.Add(_word.ToString());
            }

            _word.Clear();
            _begun = false;
        }

        private void RequireBounded()
        {
            var longest = TakesQuotes ? LongestWord : LongestText;
            if (_word.Length > longest)
            {
                throw variables.Unreadable($"with its variables replaced it has more than {longest} characters");
            }
        }

        private void RequireClosed()
        {
            if (_quote != NoQuote)
            {
                throw variables.Unreadable($"a {_quote} is opened and not closed");
            }
        }

        // Takes the next character, or what it begins.
        private void Step()
        {
            var c = text[_at];
            _begun = true;
            if (_quote == '\'')
            {
                _at++;
                CloseOrAppend(c);
            }
            else if (c == protects && _at + 1 < text.Length)
            {
                AppendProtected(text[_at + 1]);
                _at += 2;
            }
            else if (TakesQuotes && (c == '"' || (c == '\'' && _quote == NoQuote)))
            {
                _at++;
                _quote = _quote == c ? NoQuote : c;
            }
            else if (c == '$')
            {
                _word.Append(Variable());
                RequireBounded();
            }
            else
            {
                _at++;
                _word.Append(c);
            }
        }

        private void CloseOrAppend(char c)
        {
            if (c == _quote)
            {
                _quote = NoQuote;
            }
            else
            {
                _word.Append(c);
            }
        }

        // Inside double quotes the escape only counts before what it could protect.
        private void AppendProtected(char next)
        {
            if (_quote == '"' && next != '"' && next != '$' && next != protects)
            {
                _word.Append(protects);
            }

            _word.Append(next);
        }

        // At the $; goes on behind what it names.
        private string Variable()
        {
            _at++;
            if (_at < text.Length && text[_at] == '{')
            {
                var end = ClosingBrace();
                var inner = text[(_at + 1)..end];
                _at = end + 1;
                return variables.Substitute(inner, TakesQuotes ? variables.Word : variables.Text);
            }

            var length = NameLength(text.AsSpan(_at));
            if (length == 0)
            {
                return "$";
            }

            var name = text.Substring(_at, length);
            _at += length;
            return variables.ValueOf(name) ?? "";
        }

        private int ClosingBrace()
        {
            var depth = 0;
            for (var i = _at; i < text.Length; i++)
            {
                depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
                if (depth == 0)
                {
                    return i;
                }
            }

            throw variables.Unreadable("a ${ is opened and not closed");
        }
    }
}
