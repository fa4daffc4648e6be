namespace SparkAzure.Sandbox.Lake;

/// <summary>An answer of the lake.</summary>
/// <param name="Status">The status.</param>
/// <param name="Error">The code of the refusal; null for none.</param>
internal sealed record LakeAnswer(int Status, string? Error = null)
{
    /// <summary>Headers beside those that every answer has.</summary>
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>The body.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>What the body is; null where it is a file's.</summary>
    public string? ContentType { get; init; }

    /// <summary>The length that is told, where the body is left out.</summary>
    public long? Length { get; set; }
}
