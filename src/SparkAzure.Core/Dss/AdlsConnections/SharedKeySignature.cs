using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SparkAzure.Core.Dss.AdlsConnections;

/// <summary>
/// Signs a request to Azure Storage with an access key. Source: Microsoft, "Authorize with Shared Key", the form of
/// Blob Storage since version 2009-09-19, which the address <c>dfs</c> takes too.
/// </summary>
internal static class SharedKeySignature
{
    /// <summary>Puts date and signature on a request without a body.</summary>
    /// <param name="request">The request; its address and its x-ms headers must be complete.</param>
    /// <param name="account">The account.</param>
    /// <param name="key">The access key, base64.</param>
    /// <param name="now">The time; Azure takes no more than 15 minutes of difference.</param>
    public static void Sign(HttpRequestMessage request, string account, string key, DateTimeOffset now)
    {
        request.Headers.TryAddWithoutValidation("x-ms-date", now.ToString("R", CultureInfo.InvariantCulture));
        var signature = HMACSHA256.HashData(
            Convert.FromBase64String(key), Encoding.UTF8.GetBytes(TextFor(request, account)));
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"SharedKey {account}:{Convert.ToBase64String(signature)}");
    }

    // VERB, then eleven standard headers (none of which is set here; an empty Content-Length stands for 0), then x-ms
    // headers and resource.
    private static string TextFor(HttpRequestMessage request, string account)
    {
        var headers = request.Headers
            .Where(h => h.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase))
            .Select(h => $"{h.Key.ToLowerInvariant()}:{string.Join(',', h.Value).Trim()}\n")
            .Order(StringComparer.Ordinal);
        return $"{request.Method}{new string('\n', 12)}{string.Concat(headers)}/{account}{request.RequestUri!.AbsolutePath}{QueryOf(request.RequestUri)}";
    }

    private static string QueryOf(Uri address) => string.Concat(
        address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=', 2))
            .Select(p => (Name: Uri.UnescapeDataString(p[0]), Value: Uri.UnescapeDataString(p.ElementAtOrDefault(1)
                ?? "")))
            .Select(p => $"\n{p.Name.ToLowerInvariant()}:{p.Value}")
            .Order(StringComparer.Ordinal));
}
