using System.Text;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// The output of a build, however it is cut: passed on line by line, the last lines kept for the error that may end it.
/// </summary>
internal sealed class OutputLines(Action<string> onLine)
{
    private const int LinesKept = 20;

    private readonly Queue<string> _last = new();
    private readonly StringBuilder _line = new();

    public IReadOnlyList<string> LastLines => [.. _last];

    /// <summary>Takes a part of a line, or several.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character is '\n' or '\r')
            {
                End();
            }
            else
            {
                _line.Append(character);
            }
        }
    }

    /// <summary>Takes a whole line.</summary>
    public void WriteLine(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        _last.Enqueue(line);
        if (_last.Count > LinesKept)
        {
            _last.Dequeue();
        }

        onLine(line);
    }

    /// <summary>Ends the line that has begun.</summary>
    public void End()
    {
        WriteLine(_line.ToString());
        _line.Clear();
    }
}
