namespace SparkAzure.Core.Hosting;

/// <summary>What a program prints, read while it runs, in bounded memory.</summary>
internal sealed class ProgramPipes : IDisposable
{
    // What was printed before the end is there at once. Whoever keeps the other end open after it is a child that goes
    // on by itself, and need not be waited for.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _readings = [];

    /// <summary>Reads a stream to its end, a piece at a time.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="onText">Is given each piece; false ends the reading.</param>
    /// <returns>Ends with the stream, or with the reading.</returns>
    public Task Read(StreamReader stream, Func<ReadOnlyMemory<char>, bool> onText)
    {
        var reading = ReadAsync(stream, onText, _stop.Token);
        _readings.Add(reading);
        return reading;
    }

    /// <summary>Waits for what is still in the pipes of a program that has ended, and no longer than a moment.</summary>
    public async Task DrainAsync()
    {
        var all = Task.WhenAll(_readings);
        await Task.WhenAny(all, Task.Delay(Moment)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(all, Task.Delay(Moment)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static async Task ReadAsync(
        StreamReader stream, Func<ReadOnlyMemory<char>, bool> onText, CancellationToken stop)
    {
        var buffer = new char[1 << 13];
        try
        {
            int read;
            do
            {
                read = await stream.ReadAsync(buffer, stop).ConfigureAwait(false);
            }
            while (read > 0 && !stop.IsCancellationRequested && onText(buffer.AsMemory(0, read)));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException
            or ObjectDisposedException)
        {
            // The other end is gone, or nobody wants to know any more.
        }
    }
}
