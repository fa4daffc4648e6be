using System.Text;

namespace SparkAzure.Core.Spark.Dockerfiles;

/// <summary>Replaces <c>$var</c>, <c>${var}</c>, <c>${var:-word}</c>, <c>${var-word}</c>, <c>${var:+word}</c>, <c>${var+word}</c> as Docker does.</summary>
/// <param name="valueOf">Gives a variable's value; null when it is not set.</param>
/// <param name="escape">The file's escape character.</param>
/// <param name="fail">Makes the exception for text that cannot be understood.</param>
internal sealed class DockerfileVariables(Func<string, string?> valueOf, char escape, Func<string, Exception> fail)
{
    /// <summary>Replaces variables and takes quotes away: one word.</summary>
    public string Word(string text) => string.Concat(Scan(text, splitWords: false));

    /// <summary>Splits at blanks outside quotes, then replaces variables and takes quotes away.</summary>
    public IReadOnlyList<string> Words(string text) => Scan(text, splitWords: true);

    /// <summary>
    /// Replaces variables in a here-document: quotes stay, and what protects the next character is the backslash, whatever the file's escape
    /// character is; it goes, also where it protects nothing (BuildKit, dockerfile2llb, "lex.SkipProcessQuotes").
    /// </summary>
    public string Text(string text) => string.Concat(Scan(text, splitWords: false, isText: true));

    private List<string> Scan(string text, bool splitWords, bool isText = false)
    {
        var protects = isText ? '\\' : escape;
        var words = new List<string>();
        var word = new StringBuilder();
        var begun = false;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\'')
            {
                if (c == '\'')
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c == protects && i + 1 < text.Length)
            {
                // Inside double quotes the escape only counts before what it could protect.
                if (quote == '"' && text[i + 1] != '"' && text[i + 1] != '$' && text[i + 1] != protects)
                {
                    word.Append(c);
                }

                word.Append(text[++i]);
                begun = true;
            }
            else if (c == '"' && !isText)
            {
                quote = quote == '"' ? '\0' : '"';
                begun = true;
            }
            else if (c == '\'' && quote == '\0' && !isText)
            {
                quote = '\'';
                begun = true;
            }
            else if (c == '$')
            {
                word.Append(Variable(text, ref i, isText));
                begun = true;
            }
            else if (splitWords && quote == '\0' && char.IsWhiteSpace(c))
            {
                Finish();
            }
            else
            {
                word.Append(c);
                begun = true;
            }
        }

        if (quote != '\0')
        {
            throw fail($"a {quote} is opened and not closed");
        }

        Finish();
        return words;

        void Finish()
        {
            if (begun || word.Length > 0)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            begun = false;
        }
    }

    // At the $; leaves the index on the last character used.
    private string Variable(string text, ref int i, bool isText)
    {
        if (i + 1 >= text.Length)
        {
            return "$";
        }

        if (text[i + 1] != '{')
        {
            var end = i + 1;
            while (end < text.Length && IsNameCharacter(text[end], first: end == i + 1))
            {
                end++;
            }

            if (end == i + 1)
            {
                return "$";
            }

            var name = text[(i + 1)..end];
            i = end - 1;
            return valueOf(name) ?? "";
        }

        var depth = 0;
        var close = i + 1;
        for (; close < text.Length; close++)
        {
            depth += text[close] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                break;
            }
        }

        if (depth != 0)
        {
            throw fail("a ${ is opened and not closed");
        }

        var inner = text[(i + 2)..close];
        i = close;
        var length = inner.TakeWhile((c, index) => IsNameCharacter(c, index == 0)).Count();
        var variable = inner[..length];
        var rest = inner[length..];
        if (variable.Length == 0)
        {
            throw fail($"'${{{inner}}}' names no variable");
        }

        var value = valueOf(variable);
        var emptyCounts = !rest.StartsWith(':');
        var set = value is not null && (emptyCounts || value.Length > 0);
        var operation = rest.TrimStart(':');
        return operation.Length == 0 && rest.Length == 0 ? value ?? ""
            : operation.StartsWith('-') ? set ? value! : isText ? Text(operation[1..]) : Word(operation[1..])
            : operation.StartsWith('+') ? set ? isText ? Text(operation[1..]) : Word(operation[1..]) : ""
            : operation.StartsWith('?') && set ? value!
            : throw fail($"'${{{inner}}}' is not a substitution that is understood here");
    }

    private static bool IsNameCharacter(char c, bool first) => c == '_' || char.IsAsciiLetter(c) || (!first && char.IsAsciiDigit(c));
}
