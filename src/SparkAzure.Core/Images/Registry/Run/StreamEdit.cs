using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Oci.Files;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>
/// <c>sed -i s/…/…/ file</c>, the one form of sed that Spark's Dockerfiles have: a substitution by a basic regular
/// expression (POSIX.1-2017, Base Definitions, 9.3), carried out on a small file of the image.
/// </summary>
internal static class StreamEdit
{
    private const long LargestFile = 8 << 20;

    // Where it is said whence packages come; what changes that brings nothing into the image by itself.
    private static readonly string[] SourceFolders = ["etc/apt/", "etc/apk/", "etc/yum.repos.d/"];

    /// <summary>Carries the command out.</summary>
    /// <exception cref="ShellNotFollowedException">It is more than substitutions in place.</exception>
    public static async Task<RunFinding> ApplyAsync(
        RunContext context, string[] arguments, CancellationToken cancellationToken)
    {
        var line = CommandLine.Parse(arguments, "i", "e");
        var files = line.Operands;
        if (!line.Options.TryGetValue('e', out var script))
        {
            script = files.Count > 0 ? files[0] : "";
            files = [.. files.Skip(1)];
        }

        if (!line.Has('i') || files.Count == 0 || script.Length == 0)
        {
            throw new ShellNotFollowedException("of sed only -i with one substitution is followed here");
        }

        var substitution = Parse(script);
        foreach (var name in files)
        {
            var path = context.RealPathOf(name);
            if (context.Files.Find(path) is not { IsFile: true } file)
            {
                if (SourceFolders.Any(f => path.StartsWith(f, StringComparison.Ordinal)))
                {
                    continue;
                }

                return RunFinding.Missing($"'{name}' is no file in the image");
            }

            if (!context.MayChange(file) || file.Size > LargestFile)
            {
                return RunFinding.Missing($"'{name}' cannot be changed here");
            }

            var before = (await context.Files.ReadAsync([file], cancellationToken).ConfigureAwait(false))[file.Path];

            // Latin-1 maps every byte to one character and back.
            var after = Encoding.Latin1.GetBytes(
                string.Join('\n', Encoding.Latin1.GetString(before).Split('\n').Select(substitution)));
            if (!after.AsSpan().SequenceEqual(before))
            {
                context.Files.Set(ImageFile.Of(file.ToItem(after)));
            }
        }

        return RunFinding.Done();
    }

    private static Func<string, string> Parse(string script)
    {
        if (script.Length < 4 || script[0] != 's' || script[1] is '\\' or '\n' || !script.All(char.IsAscii))
        {
            throw NotFollowed(script);
        }

        var delimiter = script[1];
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 2; i < script.Length; i++)
        {
            if (script[i] == '\\' && i + 1 < script.Length)
            {
                // The delimiter with a backslash is itself.
                if (script[i + 1] != delimiter)
                {
                    part.Append(script[i]);
                }

                part.Append(script[++i]);
            }
            else if (script[i] == delimiter)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(script[i]);
            }
        }

        if (parts.Count != 2 || part.ToString() is not ("" or "g"))
        {
            throw NotFollowed(script);
        }

        var expression = new Regex(
            Expression(parts[0], script), RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));
        var times = part.Length == 0 ? 1 : -1;
        return text => expression.Replace(text, match => Replacement(parts[1], match, script), times);
    }

    // A basic regular expression in .NET's words; (, ), {, }, + and ? are plain characters there unless a backslash
    // makes them more.
    private static string Expression(string basic, string script)
    {
        var text = new StringBuilder();
        for (var i = 0; i < basic.Length; i++)
        {
            var c = basic[i];
            if (c == '\\' && i + 1 < basic.Length)
            {
                text.Append(basic[++i] switch
                {
                    '(' or ')' or '{' or '}' or '+' or '?' or '|' => basic[i].ToString(),
                    '.' or '*' or '[' or ']' or '^' or '$' or '/' or '\\' or '-' => "\\" + basic[i],
                    _ => throw NotFollowed(script),
                });
            }
            else if (c == '[')
            {
                var first = basic.AsSpan(i).StartsWith("[^") ? i + 3 : i + 2;
                var close = basic.IndexOf(']', Math.Min(basic.Length, first));
                if (close < 0 || basic.AsSpan(i + 1, close - i).ContainsAny("[\\"))
                {
                    throw NotFollowed(script);
                }

                text.Append(basic, i, close - i + 1);
                i = close;
            }
            else
            {
                var isAnchor = (c == '^' && i == 0) || (c == '$' && i == basic.Length - 1);
                var isSpecial = isAnchor || c == '.' || (c == '*' && i > 0);
                text.Append(isSpecial ? c.ToString() : Regex.Escape(c.ToString()));
            }
        }

        try
        {
            _ = new Regex(text.ToString(), RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(PatternLimit.Milliseconds));
        }
        catch (ArgumentException)
        {
            throw NotFollowed(script);
        }

        return text.ToString();
    }

    private static string Replacement(string template, Match match, string script)
    {
        var text = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            text.Append(template[i] switch
            {
                '&' => match.Value,
                '\\' when i + 1 < template.Length && char.IsAsciiDigit(template[i + 1]) =>
                    match.Groups[template[++i] - '0'].Value,
                '\\' when i + 1 < template.Length && !char.IsAsciiLetter(template[i + 1]) => template[++i].ToString(),
                '\\' => throw NotFollowed(script),
                var c => c.ToString(),
            });
        }

        return text.ToString();
    }

    private static ShellNotFollowedException NotFollowed(string script) =>
        new($"'{script}' is more of sed than is followed here");
}
