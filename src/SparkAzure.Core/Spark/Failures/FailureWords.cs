namespace SparkAzure.Core.Spark.Failures;

/// <summary>The words of all signs and marks, and which of them each needs.</summary>
internal sealed class FailureWords
{
    /// <summary>What says the level of an entry, by its beginning.</summary>
    private static readonly string[] LevelWords = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

    private static readonly Lazy<FailureWords> Only = new(() => new FailureWords());

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly WordSet _levels;
    private readonly WordSet _facts;
    private readonly WordSet _anchors;

    private FailureWords()
    {
        var rows = FailureCauses.All;
        var words = rows.SelectMany(r => r.Signs).SelectMany(s => s.Words.Concat(s.Without))
            .Concat(FailureFacts.Words)
            .Concat(FailureMarks.All.SelectMany(m => m.Words))
            .Concat(LogLayouts.Words)
            .Concat(LevelWords)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        for (var i = 0; i < words.Count; i++)
        {
            _numbers[words[i]] = i;
        }

        Finder = new WordFinder(words);
        _levels = SetOf(LevelWords);
        _facts = SetOf(FailureFacts.Words);
        Signs = [.. rows.SelectMany(r => r.Signs.Select(s => new SignWords(r, s, SetOf(s.Words), SetOf(s.Without))))];
        _anchors = SetOf(
        [
            .. rows.SelectMany(r => r.Signs).Select(s => Longest(s.Words)),
            .. FailureMarks.All.Select(m => Longest(m.Words)),
            .. FailureFacts.Words,
            .. LogLayouts.Words,
        ]);
        Marks = [.. FailureMarks.All.Select(m => new MarkWords(m, SetOf(m.Words)))];
    }

    /// <summary>The one set.</summary>
    public static FailureWords Instance => Only.Value;

    /// <summary>Finds them.</summary>
    public WordFinder Finder { get; }

    /// <summary>The signs.</summary>
    public IReadOnlyList<SignWords> Signs { get; }

    /// <summary>The marks.</summary>
    public IReadOnlyList<MarkWords> Marks { get; }

    /// <summary>An empty set.</summary>
    public WordSet NewSet() => new(_numbers.Count);

    /// <summary>Whether a line may begin an entry.</summary>
    public bool HasLevel(WordSet found) => found.HasAny(_levels);

    /// <summary>Whether a line has what a sign or mark needs, or must be looked at otherwise.</summary>
    public bool HasAnchor(WordSet found) => found.HasAny(_anchors);

    /// <summary>Whether a line tells something of the job.</summary>
    public bool HasFact(WordSet found) => found.HasAny(_facts);

    // The word that other lines have least.
    private static string Longest(string[] words) => words.MaxBy(w => w.Length)!;

    private WordSet SetOf(IEnumerable<string> words) => new(_numbers.Count, words.Select(w => _numbers[w]));

    /// <summary>A sign and its words.</summary>
    internal sealed record SignWords(FailureCauseRow Row, FailureSign Sign, WordSet All, WordSet None);

    /// <summary>A mark and its words.</summary>
    internal sealed record MarkWords(FailureMark Mark, WordSet All);
}
