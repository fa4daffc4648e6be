namespace SparkAzure.Core.Hosting.Http;

/// <summary>What may stand in a header.</summary>
internal static class HeaderText
{
    /// <summary>
    /// Whether a text can be sent as a token (RFC 6750, 2.1, and what is found beyond it): visible characters of ASCII,
    /// of which a new line, with which a header of somebody else's could begin, is none.
    /// </summary>
    public static bool IsToken(string text) => text.Length > 0 && text.All(c => c is > ' ' and <= '~');
}
