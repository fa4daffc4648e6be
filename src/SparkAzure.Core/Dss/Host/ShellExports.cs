using System.Text.RegularExpressions;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>
/// The <c>export NAME=value</c> lines of DSS's <c>bin/env-*.sh</c>. Values stand in double quotes (env-default.sh,
/// env-hadoop.sh) or single quotes (env-spark.sh); nothing is expanded.
/// </summary>
internal static partial class ShellExports
{
    internal static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string path, CancellationToken cancellationToken)
    {
        var exports = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return exports;
        }

        foreach (var line in await RegularFile.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            var match = Export().Match(line);
            if (match.Success)
            {
                exports[match.Groups["name"].Value] = Unquote(match.Groups["value"].Value.Trim());
            }
        }

        return exports;
    }

    private static string Unquote(string value)
    {
        if (value.Length > 1 && value[0] is '"' or '\'' && value[^1] == value[0])
        {
            return value[1..^1];
        }

        return value;
    }

    [GeneratedRegex(
        """^\s*(?:export\s+)?(?<name>[A-Za-z_]\w*)=(?<value>.*)$""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Export();
}
