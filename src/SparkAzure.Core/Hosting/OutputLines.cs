using System.Text;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// The output of a build or program, however it is cut: passed on line by line, without what steers a terminal, the
/// last lines kept for the error that may end it. A line without an end is cut, so that it fills no memory.
/// </summary>
internal sealed class OutputLines(Action<string> onLine)
{
    private const int LinesKept = 20;
    private const int LongestLine = 8_000;

    private readonly Queue<string> _last = new();
    private readonly StringBuilder _line = new();

    public IReadOnlyList<string> LastLines => [.. _last];

    /// <summary>As <see cref="Write"/>, and asks for more.</summary>
    public bool Take(ReadOnlyMemory<char> text)
    {
        Write(text.Span);
        return true;
    }

    /// <summary>Takes a part of a line, or several.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character is '\n' or '\r')
            {
                End();
                continue;
            }

            _line.Append(character);
            if (_line.Length == LongestLine)
            {
                End();
            }
        }
    }

    /// <summary>Takes a whole line.</summary>
    public void WriteLine(string line)
    {
        var clean = ForeignText.Lines(line);
        if (string.IsNullOrWhiteSpace(clean))
        {
            return;
        }

        _last.Enqueue(clean);
        if (_last.Count > LinesKept)
        {
            _last.Dequeue();
        }

        onLine(clean);
    }

    /// <summary>Ends the line that has begun.</summary>
    public void End()
    {
        WriteLine(_line.ToString());
        _line.Clear();
    }
}
