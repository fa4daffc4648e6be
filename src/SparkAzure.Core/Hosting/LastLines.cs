namespace SparkAzure.Core.Hosting;

/// <summary>The last lines that a program printed; each is passed on as it comes, from whatever thread.</summary>
/// <param name="count">How many are kept.</param>
/// <param name="onLine">Is given every line.</param>
internal sealed class LastLines(int count, Action<string> onLine)
{
    private readonly Queue<string> _lines = new();

    /// <summary>The lines so far, oldest first.</summary>
    public IReadOnlyList<string> Kept
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Takes a line; null, which a stream gives at its end, is none.</summary>
    public void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > count)
            {
                _lines.Dequeue();
            }
        }

        onLine(line);
    }
}
