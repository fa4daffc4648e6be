using System.Text.RegularExpressions;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>
/// A line of JVM options such as <c>spark.executor.extraJavaOptions</c> holds: words apart by white space, quotes
/// allowed.
/// </summary>
internal static partial class JvmOptions
{
    /// <summary>
    /// Gives the line with a system property in it. A line that has it already is returned as it is; another value of
    /// the same property gives way; every other word keeps its place.
    /// </summary>
    /// <param name="line">The options so far; null or empty for none.</param>
    /// <param name="flag">The property with its value: <c>-Dname=value</c>.</param>
    public static string Extend(string? line, string flag)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return flag;
        }

        var name = flag[..flag.IndexOf('=', StringComparison.Ordinal)];

        // Of several the last one counts for the JVM.
        var last = Word().Matches(line).LastOrDefault(w => NameOf(w.Value) == name);
        if (last is null)
        {
            return $"{line.TrimEnd()} {flag}";
        }

        if (Unquote(last.Value) == flag)
        {
            return line;
        }

        return line[..last.Index] + flag + line[(last.Index + last.Length)..];
    }

    private static string NameOf(string word) => Unquote(word).Split('=', 2)[0];

    private static string Unquote(string word) =>
        word.Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);

    [GeneratedRegex(
        """(?:[^\s"']|"(?:\\.|[^"\\])*"|'[^']*'|["'])+""",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
