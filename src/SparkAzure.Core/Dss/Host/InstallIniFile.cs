using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Dss.Host;

/// <summary>DSS's <c>install.ini</c>, flattened to <c>section.key</c> in lower case.</summary>
internal static class InstallIniFile
{
    internal static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        string path, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return values;
        }

        var section = "";
        foreach (var raw in await RegularFile.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[' && line[^1] == ']')
            {
                section = line[1..^1].Trim().ToLowerInvariant();
            }
            else if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                values[$"{section}.{line[..equals].Trim().ToLowerInvariant()}"] = line[(equals + 1)..].Trim();
            }
        }

        return values;
    }
}
