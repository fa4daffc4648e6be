namespace SparkAzure.Core.Spark.Failures;

/// <summary>Where the reading of one source is: in which entry of its log, and what that entry is about.</summary>
internal sealed class FailureTrail
{
    private const string OwnEntry = "Exception in thread ";

    private static readonly string[] Continued = ["Caused by: ", "at ", "... "];

    private readonly long[] _contexts = new long[Enum.GetValues<FailureContext>().Length];
    private long _entry = 1;
    private string? _level;

    /// <summary>The line that is read, from 1.</summary>
    public long Number { get; set; }

    /// <summary>What makes lines of it.</summary>
    public LogText Text { get; } = new();

    /// <summary>What the source is, as far as its lines told.</summary>
    public SparkFailureEvidenceKind Kind { get; set; }

    /// <summary>What a line of the source is: as it was given, or as other lines told.</summary>
    public SparkFailureEvidenceKind KindOf(FailureEvidence evidence)
    {
        if (evidence.Kind == SparkFailureEvidenceKind.Text)
        {
            return Kind;
        }

        return evidence.Kind;
    }

    /// <summary>Whether the entry is one of those that a good run has as well.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Goes to a line: into a new entry, or on in this one.</summary>
    public void Enter(LogLine line)
    {
        if (line.Level is not null)
        {
            Begin(line.Level);
            return;
        }

        if (line.Text.StartsWith(OwnEntry, StringComparison.Ordinal))
        {
            _entry = Number;
            _level = null;
        }

        IsQuiet = _level is "INFO" or "DEBUG" or "TRACE" && GoesOn(line.Text);
    }

    /// <summary>An entry of a level begins.</summary>
    public void Begin(string level)
    {
        _entry = Number;
        _level = level;
        IsQuiet = level is "INFO" or "DEBUG" or "TRACE";
    }

    /// <summary>Nothing in this entry counts.</summary>
    public void Hush()
    {
        _level = "INFO";
        IsQuiet = true;
    }

    /// <summary>The entry is about something.</summary>
    public void Begin(FailureContext context) => _contexts[(int)context] = Number;

    /// <summary>Whether it is.</summary>
    /// <param name="context">What it is asked for; nothing is always.</param>
    /// <param name="reach">How many lines ago it may have been said.</param>
    public bool IsIn(FailureContext context, int reach)
    {
        if (context == FailureContext.None)
        {
            return true;
        }

        var at = _contexts[(int)context];
        return at >= _entry && at > 0 && Number - at <= reach;
    }

    // An exception's lines belong to the entry before them. What is no line of an exception was printed by itself.
    private bool GoesOn(string text)
    {
        if (text.Length == 0 || char.IsWhiteSpace(text[0]) || Array.Exists(Continued, c => text.StartsWith(c, StringComparison.Ordinal)))
        {
            return true;
        }

        var head = text.AsSpan(0, Math.Min(text.Length, 200));
        var end = head.IndexOfAny(": ");
        var name = end < 0 ? head : head[..end];
        var isException = name.Contains('.')
            && (name.EndsWith("Exception", StringComparison.Ordinal) || name.EndsWith("Error", StringComparison.Ordinal));
        return isException && Number - _entry <= 2;
    }
}
