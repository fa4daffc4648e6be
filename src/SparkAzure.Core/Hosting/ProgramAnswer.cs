namespace SparkAzure.Core.Hosting;

/// <summary>What a program answered that was asked something.</summary>
/// <param name="ExitCode">Its exit code; of no meaning where it was ended.</param>
/// <param name="Output">Its standard output, which may hold a secret.</param>
/// <param name="Errors">The last lines of its standard error, fit for a terminal.</param>
/// <param name="IsTooLong">Whether it printed more than an answer may have, and was ended for it.</param>
internal sealed record ProgramAnswer(int ExitCode, string Output, IReadOnlyList<string> Errors, bool IsTooLong)
{
    /// <summary>The last words of its standard error, for the end of a sentence; empty where it said nothing.</summary>
    public string LastWords
    {
        get
        {
            if (Errors.Count == 0)
            {
                return "";
            }

            return $", saying: {string.Join(" / ", Errors.TakeLast(LinesQuoted).Select(l => l.Trim()))}";
        }
    }

    private const int LinesQuoted = 5;
}
