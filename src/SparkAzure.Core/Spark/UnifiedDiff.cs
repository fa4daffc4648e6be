using System.Globalization;
using System.Text;

namespace SparkAzure.Core.Spark;

/// <summary>A change of a text as a unified diff with three lines of context, as <c>diff -u</c> prints it.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const string NoNewline = "\\ No newline at end of file";

    internal static string Of(string path, IReadOnlyList<PhysicalLine> before, IReadOnlyList<PhysicalLine> after)
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

    private static void AppendHunk(StringBuilder text, List<(char Sign, PhysicalLine Line)> steps, int first, int end)
    {
        var hunk = steps.GetRange(first, end - first);
        var oldStart = steps.Take(first).Count(s => s.Sign != '+') + 1;
        var newStart = steps.Take(first).Count(s => s.Sign != '-') + 1;
        text.Append(CultureInfo.InvariantCulture, $"@@ -{oldStart},{hunk.Count(s => s.Sign != '+')} +{newStart},{hunk.Count(s => s.Sign != '-')} @@\n");
        foreach (var (sign, line) in hunk)
        {
            text.Append(sign).Append(line.Text).Append('\n');
            if (line.Ending.Length == 0)
            {
                text.Append(NoNewline).Append('\n');
            }
        }
    }

    // Longest common subsequence; a Dockerfile has some hundred lines, so the plain table is small.
    private static List<(char Sign, PhysicalLine Line)> Steps(IReadOnlyList<PhysicalLine> before, IReadOnlyList<PhysicalLine> after)
    {
        var common = new int[before.Count + 1, after.Count + 1];
        for (var i = before.Count - 1; i >= 0; i--)
        {
            for (var j = after.Count - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var steps = new List<(char, PhysicalLine)>();
        int x = 0, y = 0;
        while (x < before.Count || y < after.Count)
        {
            if (x < before.Count && y < after.Count && before[x] == after[y])
            {
                steps.Add((' ', before[x++]));
                y++;
            }
            else if (x < before.Count && (y == after.Count || common[x + 1, y] >= common[x, y + 1]))
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
