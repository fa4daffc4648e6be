using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Blots secrets out of texts of others, in every form that they have on the wire: as they are, in Base64 (also inside
/// of it, as in Basic's <c>user:secret</c>), escaped for a URL, a form or JSON.
/// </summary>
internal sealed class SecretMask
{
    private const string Mark = "***";

    // What is shorter would also blot out words that have nothing to do with a secret.
    private const int ShortestPiece = 8;

    private readonly string[] _forms;

    /// <param name="secrets">The secrets; nothing where there is none.</param>
    public SecretMask(IEnumerable<string?> secrets) => _forms =
    [
        .. secrets
            .OfType<string>()
            .Where(s => s.Length > 0)
            .SelectMany(Forms)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(f => f.Length),
    ];

    /// <summary>The text without them.</summary>
    public string Of(string text) => _forms.Aggregate(
        text, (masked, form) => masked.Replace(form, Mark, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Forms(string secret) =>
    [
        secret,
        Uri.EscapeDataString(secret),
        WebUtility.UrlEncode(secret),
        JavaScriptEncoder.Default.Encode(secret),
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret),
        secret.Replace("/", "\\/", StringComparison.Ordinal),
        .. Base64(Encoding.UTF8.GetBytes(secret)).SelectMany(Alphabets),
    ];

    // Base64 takes three bytes at a time, so a secret inside of something longer has one of three forms, by where it
    // begins. What its neighbours have a part in is left out; alone it is also written to its end.
    private static IEnumerable<string> Base64(byte[] secret)
    {
        var alone = Convert.ToBase64String(secret);
        yield return alone;
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. secret]);
            var first = (before * 8 + 5) / 6;
            var last = (before + secret.Length) * 8 / 6;
            if (last - first >= ShortestPiece)
            {
                yield return whole[first..last];
            }
        }
    }

    private static IEnumerable<string> Alphabets(string base64)
    {
        yield return base64;
        yield return base64.Replace('+', '-').Replace('/', '_');
        yield return Uri.EscapeDataString(base64);
    }
}
