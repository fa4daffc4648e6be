using System.Text.Json;

namespace SparkAzure.Core.Text;

/// <summary>Strings of a JSON document as the text that they mean.</summary>
internal static class JsonStrings
{
    /// <summary>A string without quotes and escapes; null for one that is not Unicode.</summary>
    public static string? Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return Of(ref reader);
    }

    /// <summary>The string or name that a reader stands on; null for one that is not Unicode.</summary>
    public static string? Of(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes that are not UTF-8, or half a surrogate pair; nobody looks for such a one by name.
            return null;
        }
    }
}
