using System.Buffers;
using System.Text;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// Reads one word of a shell script: its quotes taken away, its expansions told apart (POSIX.1-2017, Shell Command
/// Language, 2.2 and 2.6).
/// </summary>
/// <param name="text">The script.</param>
/// <param name="start">Where the word begins.</param>
internal sealed class ShellWordReader(string text, int start)
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // Parameters whose name is one character: $?, $1.
    private static readonly SearchValues<char> SpecialParameters = SearchValues.Create("?$@*#!-0123456789");

    private readonly List<ShellPiece> _pieces = [];
    private readonly StringBuilder _literal = new();

    /// <summary>Where the reading has come.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Reads to the end of the word.</summary>
    /// <exception cref="ShellNotFollowedException">
    /// A quote or bracket is not closed, or something is calculated.
    /// </exception>
    public ShellWord Read()
    {
        while (Position < text.Length && !EndsWord(text[Position]))
        {
            ReadPiece();
        }

        Flush(isQuoted: false);
        return new ShellWord(_pieces);
    }

    private static bool EndsWord(char c) => char.IsWhiteSpace(c) || c is ';' or '&' or '|' or '<' or '>' or '(' or ')';

    private static ShellNotFollowedException Unclosed(char what) => new($"a {what} is opened and not closed");

    private void ReadPiece()
    {
        switch (text[Position])
        {
            case '\'':
                Flush(isQuoted: false);
                Add(ShellPieceKind.Literal, Until('\''), isQuoted: true);
                break;
            case '"':
                Flush(isQuoted: false);
                ReadDoubleQuoted();
                break;
            case '\\':
                Flush(isQuoted: false);
                ReadEscaped();
                break;
            case '$' or '`':
                Flush(isQuoted: false);
                ReadExpansion(isQuoted: false);
                break;
            default:
                _literal.Append(text[Position++]);
                break;
        }
    }

    private void ReadEscaped()
    {
        if (Position + 1 < text.Length && text[Position + 1] != '\n')
        {
            Add(ShellPieceKind.Literal, text[Position + 1].ToString(), isQuoted: true);
        }

        Position = Math.Min(Position + 2, text.Length);
    }

    private void ReadDoubleQuoted()
    {
        // Also when nothing is between the quotes: an empty word is one.
        Add(ShellPieceKind.Literal, "", isQuoted: true);
        for (Position++; Position < text.Length && text[Position] != '"';)
        {
            switch (text[Position])
            {
                case '$' or '`':
                    Flush(isQuoted: true);
                    ReadExpansion(isQuoted: true);
                    break;
                case '\\' when NextIs('\n'):
                    Position += 2;
                    break;
                case '\\' when NextIs('$') || NextIs('`') || NextIs('"') || NextIs('\\'):
                    // A backslash counts only before what it could protect.
                    _literal.Append(text[Position + 1]);
                    Position += 2;
                    break;
                default:
                    _literal.Append(text[Position++]);
                    break;
            }
        }

        if (Position >= text.Length)
        {
            throw Unclosed('"');
        }

        Position++;
        Flush(isQuoted: true);
    }

    private void ReadExpansion(bool isQuoted)
    {
        if (text[Position] == '`')
        {
            Add(ShellPieceKind.Command, Until('`'), isQuoted);
            return;
        }

        var rest = text.AsSpan(Position + 1);
        if (rest is ['(', '(', ..])
        {
            throw new ShellNotFollowedException("it calculates, which is not followed here");
        }

        if (rest is ['(', ..] or ['{', ..])
        {
            var kind = rest[0] == '(' ? ShellPieceKind.Command : ShellPieceKind.Variable;
            var close = Close(Position + 1);
            Add(kind, text[(Position + 2)..close], isQuoted);
            Position = close + 1;
            return;
        }

        var length = NameLength(rest);
        if (length == 0)
        {
            // A dollar that is nothing but one.
            Add(ShellPieceKind.Literal, "$", isQuoted: true);
        }
        else
        {
            Add(ShellPieceKind.Variable, rest[..length].ToString(), isQuoted);
        }

        Position += 1 + length;
    }

    private static int NameLength(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return 0;
        }

        if (rest[0] != '_' && !char.IsAsciiLetter(rest[0]))
        {
            if (SpecialParameters.Contains(rest[0]))
            {
                return 1;
            }

            return 0;
        }

        var end = rest.IndexOfAnyExcept(NameCharacters);
        if (end >= 0)
        {
            return end;
        }

        return rest.Length;
    }

    private bool NextIs(char c) => Position + 1 < text.Length && text[Position + 1] == c;

    private string Until(char quote)
    {
        var end = text.IndexOf(quote, Position + 1);
        if (end < 0)
        {
            throw Unclosed(quote);
        }

        var between = text[(Position + 1)..end];
        Position = end + 1;
        return between;
    }

    // The place of the bracket that closes the one at a place.
    private int Close(int at)
    {
        var open = text[at];
        var close = open == '(' ? ')' : '}';
        var depth = 0;
        for (var i = at; i < text.Length; i++)
        {
            if (text[i] == open)
            {
                depth++;
            }
            else if (text[i] == close && --depth == 0)
            {
                return i;
            }
        }

        throw Unclosed(open);
    }

    private void Flush(bool isQuoted)
    {
        if (_literal.Length > 0)
        {
            Add(ShellPieceKind.Literal, _literal.ToString(), isQuoted);
            _literal.Clear();
        }
    }

    private void Add(ShellPieceKind kind, string piece, bool isQuoted) =>
        _pieces.Add(new ShellPiece(kind, piece, isQuoted));
}
