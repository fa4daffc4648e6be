using System.Text.RegularExpressions;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// Modes as chmod takes them: octal, or symbolic such as <c>ug+rw,o-x</c> (POSIX.1-2017, chmod, "Extended
/// Description").
/// </summary>
internal static partial class ChmodMode
{
    private const int SetUser = 0x800;
    private const int SetGroup = 0x400;
    private const int Sticky = 0x200;

    // What the shell of a build has: 022.
    private const int Mask = 0x12;

    /// <summary>The mode that a file gets; null when the text is none that is known.</summary>
    /// <param name="text">The mode as it is given to chmod.</param>
    /// <param name="current">The file's mode.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public static UnixFileMode? Of(string text, UnixFileMode current, bool isFolder)
    {
        var mode = (int)current;
        if (text.Length is > 0 and <= 5 && text.All(c => c is >= '0' and <= '7'))
        {
            // GNU chmod leaves the set-id bits of a folder alone unless five digits are given.
            var octal = Convert.ToInt32(text, 8) & 0xFFF;
            if (isFolder && text.Length < 5)
            {
                octal |= mode & (SetUser | SetGroup);
            }

            return (UnixFileMode)octal;
        }

        foreach (var clause in text.Split(','))
        {
            var match = Clause().Match(clause);
            if (!match.Success)
            {
                return null;
            }

            var who = match.Groups["who"].Value;
            for (var i = 0; i < match.Groups["operator"].Captures.Count; i++)
            {
                mode = Apply(
                    mode,
                    who,
                    match.Groups["operator"].Captures[i].Value[0],
                    match.Groups["bits"].Captures[i].Value,
                    isFolder);
            }
        }

        return (UnixFileMode)mode;
    }

    private static int Apply(int mode, string who, char operation, string letters, bool isFolder)
    {
        var classes = who.Length == 0 || who.Contains('a', StringComparison.Ordinal) ? "ugo" : who;
        var bits = 0;
        var all = 0;
        foreach (var (letter, shift, special) in new[] { ('u', 6, SetUser), ('g', 3, SetGroup), ('o', 0, 0) })
        {
            if (!classes.Contains(letter, StringComparison.Ordinal))
            {
                continue;
            }

            all |= (7 << shift) | (isFolder ? 0 : special);
            foreach (var c in letters)
            {
                bits |= c switch
                {
                    'r' => 4 << shift,
                    'w' => 2 << shift,
                    'x' => 1 << shift,
                    'X' when isFolder || (mode & 0x49) != 0 => 1 << shift,
                    's' => special,
                    't' when letter == 'o' || who.Length == 0 => Sticky,
                    'u' => ((mode >> 6) & 7) << shift,
                    'g' => ((mode >> 3) & 7) << shift,
                    'o' => (mode & 7) << shift,
                    _ => 0,
                };
            }
        }

        // Without a class, what the mask forbids is not touched.
        var touched = who.Length == 0 ? ~Mask : ~0;
        return operation switch
        {
            '+' => mode | (bits & touched),
            '-' => mode & ~(bits & touched),
            _ => (mode & ~all) | (bits & touched),
        };
    }

    [GeneratedRegex(
        "^(?<who>[ugoa]*)(?:(?<operator>[+=-])(?<bits>[rwxXst]*|[ugo]))+$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Clause();
}
