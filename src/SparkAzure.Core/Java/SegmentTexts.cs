namespace SparkAzure.Core.Java;

/// <summary>What a jar's manifest and the scan say in words.</summary>
/// <param name="IsMultiRelease">True when classes below META-INF/versions count.</param>
/// <param name="ClassPath">The manifest's Class-Path.</param>
/// <param name="Note">What an administrator should know of the jar; empty when nothing.</param>
internal readonly record struct SegmentTexts(bool IsMultiRelease, string ClassPath, string Note)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static SegmentTexts Parse(string text)
    {
        var words = text.Split('\n', 3);
        return new SegmentTexts(words[0] == "1", words[1], words[2]);
    }

    /// <inheritdoc />
    public override string ToString() => $"{(IsMultiRelease ? 1 : 0)}\n{ClassPath}\n{Note}";
}
