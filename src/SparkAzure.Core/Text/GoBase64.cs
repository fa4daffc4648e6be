namespace SparkAzure.Core.Text;

/// <summary>
/// Base64 as Go's encoding/base64 reads it: padded, over as many lines as there are, and without spaces.
/// </summary>
internal static class GoBase64
{
    /// <summary>Whether Go decodes it.</summary>
    public static bool IsValid(string text)
    {
        var characters = text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        return !characters.AsSpan().ContainsAny(' ', '\t')
            && Convert.TryFromBase64String(characters, new byte[characters.Length], out _);
    }
}
