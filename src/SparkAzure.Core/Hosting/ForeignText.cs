using System.Text;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Text that somebody else wrote (a server, a program, a build), made fit for a person's terminal. Control characters
/// steer terminals (colours, titles, what is typed next; kubectl had CVE-2021-25743 of it), and overrides of the
/// writing direction show other words than stand there (CVE-2021-42574).
/// </summary>
public static class ForeignText
{
    /// <summary>The most that is told of one text, in characters; what decides stands well before.</summary>
    private const int Longest = 16_000;

    private const char Escape = '\u001B';

    /// <summary>A text of several lines: new lines and tabs stay, everything else that steers is gone.</summary>
    public static string Lines(string text)
    {
        if (text.Length <= Longest && !text.AsSpan().ContainsAnyInRange('\u0000', '\u001F') && !text.Any(Steers))
        {
            return text;
        }

        return Cleaned(text);
    }

    /// <summary>A text for one line: new lines and tabs become blanks.</summary>
    public static string Line(string text)
    {
        var clean = Lines(text);
        if (!clean.AsSpan().ContainsAny('\n', '\t'))
        {
            return clean;
        }

        return clean.Replace('\n', ' ').Replace('\t', ' ').Trim();
    }

    private static string Cleaned(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, Longest));
        for (var i = 0; i < text.Length; i++)
        {
            if (clean.Length >= Longest)
            {
                return clean.Append(" …").ToString();
            }

            var character = text[i];
            if (character is Escape or '\u009B' or '\u009D')
            {
                i = EndOfSequence(text, i);
            }
            else if (character is '\r' && i + 1 < text.Length && text[i + 1] != '\n')
            {
                // Alone it would write over the line.
                clean.Append('\n');
            }
            else if (!Steers(character))
            {
                clean.Append(character);
            }
        }

        return clean.ToString();
    }

    // C0 but for new line and tab, DEL and C1, embeddings, overrides and isolates.
    private static bool Steers(char character) =>
        (character < ' ' && character is not ('\n' or '\t'))
        || character is (>= '\u007F' and <= '\u009F') or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    // ECMA-48: a control sequence ends with a byte from @ to ~, a string (OSC and its like) with BEL or ST, another
    // escape with one letter. Not further than its line: what is never ended must not swallow the rest.
    private static int EndOfSequence(string text, int start)
    {
        var kind = Kind(text, start, out var i);
        switch (kind)
        {
            case '[':
                while (i < text.Length && text[i] is >= ' ' and <= '?')
                {
                    i++;
                }

                return i < text.Length && text[i] is >= '@' and <= '~' ? i : i - 1;

            case ']' or 'P' or 'X' or '^' or '_':
                while (i < text.Length && text[i] is not ('\a' or '\n' or '\u009C' or Escape))
                {
                    i++;
                }

                return EndOfString(text, i);

            case >= ' ' and <= '~':
                return i - 1;

            default:
                return start;
        }
    }

    private static char Kind(string text, int start, out int next)
    {
        next = start + 1;
        if (text[start] == '\u009B')
        {
            return '[';
        }

        if (text[start] == '\u009D')
        {
            return ']';
        }

        if (next == text.Length)
        {
            return '\0';
        }

        return text[next++];
    }

    private static int EndOfString(string text, int i)
    {
        if (i + 1 < text.Length && text[i] == Escape && text[i + 1] == '\\')
        {
            return i + 1;
        }

        if (i < text.Length && text[i] is '\a' or '\u009C')
        {
            return i;
        }

        return i - 1;
    }
}
