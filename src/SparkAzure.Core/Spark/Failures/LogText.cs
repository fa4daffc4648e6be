using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Spark.Failures;

/// <summary>
/// Makes lines to be judged of what stands in a log: prefixes are off, JSON and escapes are unfolded, a line that the
/// container runtime or a YAML document has cut is whole again, and one without an end comes in pieces.
/// </summary>
internal sealed class LogText
{
    private const int LongestPiece = 15_000;
    private const int LongestJson = 1 << 18;
    private const int Overlap = 1_000;
    private const int MostFolds = 30;

    private string _part = "";
    private string _fold = "";
    private int _folds;

    /// <summary>Whether the next line belongs to this one, whatever stands in it.</summary>
    public bool IsOpen => _part.Length > 0 || _fold.Length > 0;

    /// <summary>The lines of a line.</summary>
    public IEnumerable<LogLine> Lines(string line)
    {
        if (line.Length <= LongestPiece)
        {
            return Piece(line, 0);
        }

        if (line.Length <= LongestJson && line.Contains("{\"", StringComparison.Ordinal) && line.EndsWith('}'))
        {
            return Piece(line, 0).SelectMany(l => PiecesOf(l.Text).Select(p => l with { Text = p }));
        }

        return PiecesOf(line).SelectMany(p => Piece(p, 0));
    }

    private static IEnumerable<string> PiecesOf(string line)
    {
        if (line.Length <= LongestPiece)
        {
            yield return line;
            yield break;
        }

        for (var at = 0; at < line.Length; at += LongestPiece - Overlap)
        {
            yield return line.Substring(at, Math.Min(LongestPiece, line.Length - at));
        }
    }

    private IEnumerable<LogLine> Piece(string piece, int depth)
    {
        var line = LogLayouts.Strip(Clean(piece));
        if (Joined(line) is not { } whole)
        {
            return [];
        }

        var text = whole.Text;
        if (depth < 3 && text.StartsWith('{') && LogJson.LinesOf(text) is { } lines)
        {
            return lines.SelectMany(l => Piece(l, depth + 1));
        }

        return Unfolded(whole);
    }

    // As it is judged and told; ForeignText also cuts, which pieces make needless.
    private static string Clean(string piece)
    {
        if (piece.Length > LongestPiece)
        {
            return piece;
        }

        return ForeignText.Line(piece);
    }

    // CRI marks a line that it has cut with P; docker leaves it to the reader.
    private LogLine? Joined(LogLine line)
    {
        if (line.IsPart)
        {
            var all = _part + line.Text;
            _part = all[^Math.Min(all.Length, Overlap)..];
            return line with { Text = all };
        }

        if (_part.Length > 0)
        {
            var rest = _part + line.Text;
            _part = "";
            return line with { Text = rest };
        }

        return line;
    }

    private IEnumerable<LogLine> Unfolded(LogLine line)
    {
        var text = Folded(line.Text);
        if (text.Contains("\\\"", StringComparison.Ordinal))
        {
            text = text.Replace("\\\"", "\"", StringComparison.Ordinal);
        }

        if (!text.Contains("\\nCaused by: ", StringComparison.Ordinal) && !text.Contains("\\n\\tat ", StringComparison.Ordinal))
        {
            return [line with { Text = text }];
        }

        return text.Split("\\n").Select((part, i) => i == 0 ? line with { Text = part } : new LogLine(part.Replace("\\t", " ", StringComparison.Ordinal), null));
    }

    // kubectl get -o yaml folds a message in quotes over several lines.
    private string Folded(string text)
    {
        const string Key = "message: ";
        if (_fold.Length > 0 && text.StartsWith("  ", StringComparison.Ordinal))
        {
            var all = $"{_fold} {text.Trim()}";
            _folds++;
            _fold = IsOpenQuote(all) && _folds < MostFolds && all.Length < LongestPiece ? all : "";
            return all;
        }

        var trimmed = text.TrimStart(' ', '-');
        _fold = "";
        if (trimmed.StartsWith(Key, StringComparison.Ordinal) && trimmed.Length > Key.Length && IsOpenQuote(trimmed))
        {
            _fold = trimmed;
            _folds = 0;
        }

        return text;
    }

    // A quote in such a text stands twice.
    private static bool IsOpenQuote(string message)
    {
        var value = message.AsSpan("message: ".Length);
        if (value.Length == 0 || value[0] is not ('\'' or '"'))
        {
            return false;
        }

        return value.Count(value[0]) % 2 == 1;
    }
}
