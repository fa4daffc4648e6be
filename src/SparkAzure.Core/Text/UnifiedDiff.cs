using System.Globalization;
using System.Text;

namespace SparkAzure.Core.Text;

/// <summary>An edit of a document as a unified diff with three lines of context, as <c>diff -u</c> prints it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const string NoNewline = "\\ No newline at end of file";

    internal static string Of(string path, IReadOnlyList<TextLine> before, IReadOnlyList<TextLine> after)
    {
        var steps = Steps(before, after);
        var text = new StringBuilder();
        var start = 0;
        while ((start = steps.FindIndex(start, s => s.Sign != ' ')) >= 0)
        {
            if (text.Length == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"--- {path}\n+++ {path}\n");
            }

            // A hunk goes on as long as the next change is within two contexts of the last one.
            var last = start;
            for (var i = start; i < steps.Count && i <= last + (2 * Context); i++)
            {
                last = steps[i].Sign == ' ' ? last : i;
            }

            var first = Math.Max(0, start - Context);
            var end = Math.Min(steps.Count, last + Context + 1);
            AppendHunk(text, steps, first, end);
            start = end;
        }

        return text.ToString();
    }

    private static void AppendHunk(StringBuilder text, List<(char Sign, TextLine Line)> steps, int first, int end)
    {
        var hunk = steps.GetRange(first, end - first);
        var oldStart = steps.Take(first).Count(s => s.Sign != '+') + 1;
        var newStart = steps.Take(first).Count(s => s.Sign != '-') + 1;
        text.Append(
            CultureInfo.InvariantCulture,
            $"@@ -{oldStart},{hunk.Count(s => s.Sign != '+')} +{newStart},{hunk.Count(s => s.Sign != '-')} @@\n");
        foreach (var (sign, line) in hunk)
        {
            text.Append(sign).Append(line.Text).Append('\n');
            if (line.Ending.Length == 0)
            {
                text.Append(NoNewline).Append('\n');
            }
        }
    }

    // An edited document shares the lines that it did not touch, as objects: what is the same needs no search.
    private static List<(char Sign, TextLine Line)> Steps(IReadOnlyList<TextLine> before, IReadOnlyList<TextLine> after)
    {
        var kept = after.ToHashSet<TextLine>(ReferenceEqualityComparer.Instance);

        // One that was made anew with the text that it had was not touched either.
        bool IsSame(TextLine old, TextLine line) => ReferenceEquals(old, line) || (old == line && !kept.Contains(old));

        var steps = new List<(char, TextLine)>();
        int x = 0, y = 0;
        while (x < before.Count || y < after.Count)
        {
            if (x < before.Count && y < after.Count && IsSame(before[x], after[y]))
            {
                steps.Add((' ', before[x++]));
                y++;
            }
            else if (x < before.Count && !kept.Contains(before[x]))
            {
                steps.Add(('-', before[x++]));
            }
            else
            {
                steps.Add(('+', after[y++]));
            }
        }

        return steps;
    }
}
