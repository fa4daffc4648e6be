using System.Text;
using System.Text.RegularExpressions;

namespace SparkAzure.Core.Oci.Files;

/// <summary>
/// Patterns for the names of files, as COPY and shells have them: <c>*</c>, <c>?</c> and classes of characters, within
/// one part of a path.
/// </summary>
internal static partial class PathPattern
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(1);

    /// <summary>Whether a text is a pattern rather than a name.</summary>
    public static bool Is(string text) => text.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>
    /// Go's filepath.Match, by which Docker matches: <c>[a-z]</c>, <c>[^a-z]</c>, and a backslash before what stands
    /// for itself.
    /// </summary>
    public static Regex OfDocker(string part)
    {
        var expression = Token().Replace(part, token => token.Value switch
        {
            "*" => ".*",
            "?" => ".",
            ['[', ..] => token.Value,
            ['\\', _] => Regex.Escape(token.Value[1..]),
            _ => Regex.Escape(token.Value),
        });
        return Whole(expression);
    }

    /// <summary>
    /// A shell's pattern (POSIX.1-2017, Shell Command Language, 2.13): <c>[!a-z]</c>; null for one that is none.
    /// </summary>
    public static Regex? OfShell(string part)
    {
        var text = new StringBuilder();
        for (var i = 0; i < part.Length; i++)
        {
            if (ClassAt(part, i) is { } end)
            {
                text.Append(part[i..end].Replace("[!", "[^", StringComparison.Ordinal));
                i = end - 1;
                continue;
            }

            if (part[i] == '\\' && i + 1 < part.Length)
            {
                text.Append(Regex.Escape(part[++i].ToString()));
                continue;
            }

            text.Append(part[i] switch { '*' => ".*", '?' => ".", var c => Regex.Escape(c.ToString()) });
        }

        try
        {
            return Whole(text.ToString());
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Where a class of characters that begins at a place ends; null when none begins there.
    private static int? ClassAt(string part, int at)
    {
        if (part[at] != '[')
        {
            return null;
        }

        var close = part.IndexOf(']', Math.Min(at + 2, part.Length));
        if (close > 0)
        {
            return close + 1;
        }

        return null;
    }

    private static Regex Whole(string expression) =>
        new($"^{expression}$", RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeLimit);

    [GeneratedRegex(
        @"\*|\?|\[\^?(?:\\.|[^\]\\])+\]|\\.|.",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Token();
}
