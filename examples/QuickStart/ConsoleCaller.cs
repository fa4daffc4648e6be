using System.Collections.Concurrent;
using SparkAzure.Core.Hosting;

namespace SparkAzure.QuickStart;

/// <summary>
/// Consents to everything, keeps what the stations say in a log, and holds warnings back until their station is shown.
/// </summary>
internal sealed class ConsoleCaller(TextWriter log, bool verbose) : ICaller
{
    private readonly TextWriter _log = TextWriter.Synchronized(log);
    private readonly ConcurrentQueue<string> _warnings = new();

    public void Verbose(string message)
    {
        _log.WriteLine(message);
        if (verbose)
        {
            Console.WriteLine($"       {message}");
        }
    }

    public void Debug(string message) => _log.WriteLine($"({message})");

    public void Warning(string message)
    {
        _log.WriteLine($"WARNING: {message}");
        _warnings.Enqueue(message);
    }

    public void Progress(StationProgress progress)
    {
        // The sample inputs are too small to need it.
    }

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken)
    {
        _log.WriteLine($"{target}: {action}");
        return Task.FromResult(true);
    }

    /// <summary>The warnings since the last call.</summary>
    public IReadOnlyList<string> TakeWarnings()
    {
        var taken = new List<string>();
        while (_warnings.TryDequeue(out var warning))
        {
            taken.Add(warning);
        }

        return taken;
    }
}
