using System.Text;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>How much a cause explains where several are seen; the lower comes first.</summary>
internal enum FailureRank
{
    /// <summary>The line names what is wrong.</summary>
    Names,

    /// <summary>It names what happened; something else may be why.</summary>
    Follows,

    /// <summary>It is told only where nothing else is seen.</summary>
    Alone,
}

/// <summary>A cause that there is: a row of <see cref="FailureCauses"/>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Rank">How much it explains.</param>
/// <param name="Cause">
/// What is wrong, in one sentence; <c>{name:else}</c> stands for what the line says of it, or for what is said where it
/// says nothing.
/// </param>
/// <param name="Remedy">What to do; filled in likewise.</param>
/// <param name="Command">The cmdlet that cures it; null where none does.</param>
/// <param name="Source">Where it is known from.</param>
/// <param name="Signs">What lines say it.</param>
internal sealed record FailureCauseRow(
    string Id,
    FailureRank Rank,
    string Cause,
    string Remedy,
    string? Command,
    string Source,
    IReadOnlyList<FailureSign> Signs)
{
    // What is left around a value that the line does not give.
    private static readonly (string Found, string Instead)[] Gaps =
        [("  ", " "), (" ,", ","), (" ;", ";"), (" .", "."), (" :", ":"), (" ()", ""), ("( ", "("), (" )", ")"), (": .", ".")];

    /// <summary>The cause that, where it was seen as well, is why this one came; null for none.</summary>
    public string? ExplainedBy { get; init; }

    /// <summary>A text of the row with what the line says.</summary>
    public static string Filled(string text, IReadOnlyDictionary<string, string> values)
    {
        var filled = new StringBuilder();
        var at = 0;
        while (text.IndexOf('{', at) is var open and >= 0)
        {
            var close = text.IndexOf('}', open);
            var (name, other) = Placeholder(text[(open + 1)..close]);
            filled.Append(text, at, open - at).Append(values.GetValueOrDefault(name, other));
            at = close + 1;
        }

        var told = filled.Append(text, at, text.Length - at).ToString();
        return Gaps.Aggregate(told, (clean, gap) => clean.Replace(gap.Found, gap.Instead, StringComparison.Ordinal));
    }

    private static (string Name, string Else) Placeholder(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return (text, "");
        }

        return (text[..colon], text[(colon + 1)..]);
    }
}
