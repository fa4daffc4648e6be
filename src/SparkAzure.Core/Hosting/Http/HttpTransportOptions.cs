namespace SparkAzure.Core.Hosting.Http;

/// <summary>How one service is asked: how often, how long, how much.</summary>
internal sealed record HttpTransportOptions
{
    /// <summary>How often a request is made that may succeed in a moment.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>
    /// How long an attempt may take until its answer begins, and how long an answer may stand still. Whoever sends a
    /// large body says with <see cref="HttpPatience"/> that it moves.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long an attempt may take as a whole, however steadily it drips; null for what is as long as it is, such as
    /// a layer.
    /// </summary>
    public TimeSpan? WholeTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest pause between two attempts, whatever the service asks for.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The pause before the second attempt where the service names none; it doubles with every attempt.
    /// </summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The largest answer that is read, in bytes; null for what is read as a stream, such as a layer.
    /// </summary>
    public long? LargestAnswer { get; init; }

    /// <summary>Whether a request may be made again although it may have been carried out; reads always may.</summary>
    public bool MayRepeatWrites { get; init; }

    /// <summary>Whether a connection that nobody takes is tried again: the service is sure to be there.</summary>
    public bool WaitsForListener { get; init; }

    /// <summary>Whether an answer is worth another attempt; null for the statuses that pass with any service.</summary>
    public Func<HttpResponseMessage, CancellationToken, Task<bool>>? IsPassing { get; init; }

    /// <summary>How to wait between attempts.</summary>
    public Func<TimeSpan, CancellationToken, Task> Pause { get; init; } = Task.Delay;
}
