namespace SparkAzure.Core.Releases;

/// <summary>Releases from one on, up to another.</summary>
/// <param name="From">The first of them; null where none is too old.</param>
/// <param name="Before">The release that ends them, not included; null where none has ended them yet.</param>
internal sealed record ReleaseSpan(string? From, string? Before)
{
    /// <summary>Every release.</summary>
    public static readonly ReleaseSpan Any = new(null, null);

    private readonly ReleaseNumber? _from = ReleaseNumber.TryParse(From);
    private readonly ReleaseNumber? _before = ReleaseNumber.TryParse(Before);

    /// <summary>Whether a release is one of them.</summary>
    public bool Covers(ReleaseNumber release) =>
        (_from is null || release >= _from) && (_before is null || release < _before);
}
