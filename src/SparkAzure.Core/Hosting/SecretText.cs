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

    /// <inheritdoc cref="SecretMask"/>
    public static string Mask(string text, IEnumerable<string?> secrets) => new SecretMask(secrets).Of(text);
}
