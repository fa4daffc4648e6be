using System.Net;
using System.Security;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Takes secrets out of their wrapping, at the one place where they are sent or written, and out of foreign messages.
/// </summary>
internal static class SecretText
{
    /// <summary>The secret in clear.</summary>
    public static string Reveal(this SecureString secret) => new NetworkCredential("", secret).Password;

    /// <summary>A text of somebody else's with secrets blotted out.</summary>
    public static string Mask(string text, IEnumerable<string> secrets) => secrets
        .Where(s => s.Length > 0)
        .SelectMany(s => new[] { s, Uri.EscapeDataString(s) })
        .Aggregate(text, (masked, secret) => masked.Replace(secret, "***", StringComparison.Ordinal));
}
