using System.Diagnostics;

namespace SparkAzure.Core.Hosting;

/// <summary>
/// Tells a caller how many bytes have gone: at most twice a second, nothing for short work, always a last record if
/// there was a first.
/// </summary>
/// <param name="caller">Who is told.</param>
/// <param name="activity">What is being done.</param>
internal sealed class ByteProgress(ICaller caller, string activity) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly object _lock = new();
    private TimeSpan _next = Patience;
    private bool _shown;

    public long Total { get; set; }

    public long Done { get; private set; }

    /// <summary>
    /// Counts bytes; negative ones when a piece has to be sent again. Several uploads may tell at once.
    /// </summary>
    public void Add(long bytes)
    {
        lock (_lock)
        {
            Done += bytes;
            if (_clock.Elapsed < _next)
            {
                return;
            }

            _next = _clock.Elapsed + Interval;
            _shown = true;
            var percent = Total > 0 ? (int)Math.Clamp(100 * Done / Total, 0, 100) : (int?)null;
            caller.Progress(new StationProgress(activity, $"{Megabytes(Done)} of {Megabytes(Total)}", percent));
        }
    }

    public void Dispose()
    {
        if (_shown)
        {
            caller.Progress(new StationProgress(activity, "Done", 100, Completed: true));
        }
    }

    public static string Megabytes(long bytes) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
