using System.Buffers;
using System.Text;
using SparkAzure.Core.Oci.Files;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// Expands words as a shell does: variables, the few commands that only cut a path, splitting at blanks, patterns.
/// </summary>
/// <param name="valueOf">A variable's value; null when it is not set.</param>
/// <param name="glob">What a pattern matches in the image, in order.</param>
internal sealed class ShellExpansion(Func<string, string?> valueOf, Func<string, IEnumerable<string>> glob)
{
    // Linux passes no longer string to a program (execve(2), MAX_ARG_STRLEN): a command that is given one fails.
    private const int LongestWord = 128 * 1024;
    private const int Deepest = 16;

    private static readonly SearchValues<char> Special = SearchValues.Create("$`\"'\\*?[");

    // How many commands' outputs are being worked out, one inside the other.
    private int _depth;

    /// <summary>The words that a word becomes.</summary>
    /// <exception cref="ShellNotFollowedException">It has an expansion that is not followed here.</exception>
    public IReadOnlyList<string> Expand(ShellWord word)
    {
        var fields = new List<Field>();
        Field? field = null;
        var length = 0;
        foreach (var piece in word.Pieces)
        {
            var text = piece.Kind switch
            {
                ShellPieceKind.Variable => Variable(piece.Text),
                ShellPieceKind.Command => Command(piece.Text),
                _ => piece.Text,
            };
            length += text.Length;
            if (length > LongestWord)
            {
                throw new ShellNotFollowedException($"a word of it has more than {LongestWord} characters");
            }

            if (piece.Kind == ShellPieceKind.Literal
                && !piece.IsQuoted
                && (text.Contains('{', StringComparison.Ordinal) || (text.StartsWith('~') && field is null)))
            {
                throw new ShellNotFollowedException($"it has the expansion '{text}', which is not followed here");
            }

            if (piece.IsQuoted || piece.Kind == ShellPieceKind.Literal)
            {
                (field ??= new Field()).Add(text, piece.IsQuoted);
                continue;
            }

            // An unquoted value falls apart at its blanks.
            for (var i = 0; i < text.Length; i++)
            {
                if (!char.IsWhiteSpace(text[i]))
                {
                    (field ??= new Field()).Add(text[i].ToString(), isQuoted: false);
                }
                else if (field is not null)
                {
                    fields.Add(field);
                    field = null;
                }
            }
        }

        if (field is not null)
        {
            fields.Add(field);
        }

        return [.. fields.SelectMany(
            f => f.HasPattern && glob(f.Pattern).ToList() is { Count: > 0 } found ? found : [f.Text])];
    }

    /// <summary>A word that stays one: the value of an assignment, the file of a redirection.</summary>
    /// <exception cref="ShellNotFollowedException">It has an expansion that is not followed here.</exception>
    public string One(ShellWord word) =>
        string.Join(' ', Expand(new ShellWord([.. word.Pieces.Select(p => p with { IsQuoted = true })])));

    private string Variable(string text)
    {
        var length = text.TakeWhile(c => c == '_' || char.IsAsciiLetterOrDigit(c)).Count();
        var (name, rest) = (text[..length], text[length..]);
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            throw new ShellNotFollowedException($"it uses '${text}', which is not known before it runs");
        }

        var value = valueOf(name);
        var isSet = value is not null && (!rest.StartsWith(':') || value.Length > 0);
        return rest.TrimStart(':') switch
        {
            "" when rest.Length == 0 => value ?? "",
            ['-', .. var other] when IsPlain(other) => isSet ? value! : other,
            ['+', .. var other] when IsPlain(other) => isSet ? other : "",
            _ => throw new ShellNotFollowedException($"it has the expansion '${{{text}}}', which is not followed here"),
        };

        static bool IsPlain(string word) => !word.AsSpan().ContainsAny(Special);
    }

    private string Command(string text)
    {
        if (_depth == Deepest
            || ShellScript.Parse(text) is not [{ Problem: null, Redirections.Count: 0 } command])
        {
            throw NotFollowed();
        }

        return WordsOf(command) switch
        {
            ["basename", var path] => ImagePath.Name(path.TrimEnd('/')),
            ["basename", var path, var ending] => Without(ending, ImagePath.Name(path.TrimEnd('/'))),
            ["dirname", ['/', ..] path] => "/" + ImagePath.Parent(ImagePath.Of(path)),
            _ => throw NotFollowed(),
        };

        static string Without(string ending, string name)
        {
            var isLonger = name.Length > ending.Length;
            if (isLonger && name.EndsWith(ending, StringComparison.Ordinal))
            {
                return name[..^ending.Length];
            }

            return name;
        }

        ShellNotFollowedException NotFollowed() =>
            new($"it uses the output of '{text}', which is not known before it runs");
    }

    private List<string> WordsOf(ShellCommand command)
    {
        _depth++;
        try
        {
            return [.. command.Words.SelectMany(Expand)];
        }
        finally
        {
            _depth--;
        }
    }

    private sealed class Field
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _pattern = new();

        public string Text => _text.ToString();

        /// <summary>The text with a backslash before each quoted character.</summary>
        public string Pattern => _pattern.ToString();

        public bool HasPattern { get; private set; }

        public void Add(string text, bool isQuoted)
        {
            foreach (var c in text)
            {
                _text.Append(c);
                var isActive = !isQuoted && c is '*' or '?' or '[';
                HasPattern |= isActive && !isQuoted;
                if (isQuoted && c != '/')
                {
                    _pattern.Append('\\');
                }

                _pattern.Append(c);
            }
        }
    }
}
