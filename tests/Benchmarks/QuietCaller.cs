using System.Diagnostics;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Benchmarks;

/// <summary>Consents to everything and says nothing.</summary>
internal sealed class QuietCaller : ICaller
{
    /// <summary>When it was last asked, which is when a plan stands and the change begins; a time stamp of <see cref="Stopwatch"/>.</summary>
    public long AskedAt { get; private set; }

    public void Verbose(string message)
    {
    }

    public void Debug(string message)
    {
    }

    public void Warning(string message)
    {
    }

    public void Progress(StationProgress progress)
    {
    }

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken)
    {
        AskedAt = Stopwatch.GetTimestamp();
        return Task.FromResult(true);
    }
}
