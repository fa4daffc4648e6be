using System.Globalization;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// A shared access signature: the query string of Azure Storage, whose fields say what it is good for.
/// </summary>
internal static class SasText
{
    /// <summary>
    /// Why a signature cannot work, without repeating it; null when nothing is to be seen. Source: Microsoft, "Create
    /// an account / a service SAS".
    /// </summary>
    /// <param name="token">The signature, without the question mark.</param>
    /// <param name="now">The time.</param>
    public static string? Problem(string token, DateTimeOffset now)
    {
        var fields = token.Split('&')
            .Select(f => f.Split('=', 2))
            .Where(f => f.Length == 2)
            .GroupBy(f => f[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => Uri.UnescapeDataString(g.First()[1]), StringComparer.Ordinal);
        if (!fields.ContainsKey("sig") || !fields.ContainsKey("sv"))
        {
            if (token.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            {
                return "it is a whole address; give what follows the question mark";
            }

            return "it has no signature (sig=) or no version (sv=)";
        }

        if (fields.TryGetValue("se", out var end)
            && DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            && until <= now)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it ended at {until:u}");
        }

        return null;
    }
}
