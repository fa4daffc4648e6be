using System.Text.Json;

namespace SparkAzure.Core.Text;

/// <summary>
/// A text that is not JSON. It knows what and where; what that means for the caller's document is the caller's to say.
/// </summary>
internal sealed class JsonTextException(string document, JsonException inner) : FormatException(inner.Message, inner)
{
    /// <summary>Where the text came from: a path or an address.</summary>
    public string Document { get; } = document;

    /// <summary>The line at which it goes wrong or breaks off, from 1.</summary>
    public long Line { get; } = (inner.LineNumber ?? 0) + 1;

    /// <summary>The byte in that line, from 1.</summary>
    public long Column { get; } = (inner.BytePositionInLine ?? 0) + 1;
}
