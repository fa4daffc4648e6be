namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// Something that several checks look at: read once, by the first that asks, for as long as the whole run may take. A
/// check whose own time is over leaves it to the others.
/// </summary>
/// <typeparam name="T">What it is.</typeparam>
/// <param name="read">Reads it.</param>
/// <param name="whole">Ends with the whole run.</param>
internal sealed class SharedFact<T>(Func<CancellationToken, Task<T>> read, CancellationToken whole)
{
    private readonly Lazy<Task<T>> _reading = new(() => Task.Run(() => read(whole), whole));

    /// <summary>True once somebody has asked.</summary>
    public bool IsAsked => _reading.IsValueCreated;

    /// <summary>What was read, or is being read.</summary>
    public Task<T> Reading => _reading.Value;

    /// <summary>The fact.</summary>
    /// <param name="cancellationToken">Ends the wait for it, not the reading.</param>
    public Task<T> GetAsync(CancellationToken cancellationToken) => _reading.Value.WaitAsync(cancellationToken);
}
