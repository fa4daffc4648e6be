using System.Text.RegularExpressions;
using SparkAzure.Core.Text;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Blots secrets out of a line of a log before it is told: keys, passwords and signatures stand in the properties that
/// Spark and Hadoop print, in addresses with a shared access signature, in headers.
/// </summary>
internal static partial class LogSecrets
{
    /// <summary>The line without them.</summary>
    public static string Masked(string line) =>
        UserInfo().Replace(Secret().Replace(line, "${name}***"), "${name}***@");

    [GeneratedRegex(
        @"(?<name>\w+://[^\s/:@]+:)[^\s/@]+@",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex UserInfo();

    [GeneratedRegex(
        """
        (?<name>(
            (account\.key|\.key|credential|client\.secret|client_secret|clientsecret|password|passwd|pwd|secret|token|api_?key|accountkey|sharedaccesskey|sas\.fixed\.token|sas)[\w.\-]*(["']\s*[:,=]|\s*=|\s->)\s*["']?
            |[?&](sig|code|key)=
            |\b(bearer|basic|sharedkey(lite)?\s+[\w]+:)\s*
        ))
        (?<value>[^\s"'&,;)\]}@]{6,})
        """,
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: PatternLimit.Milliseconds)]
    private static partial Regex Secret();
}
