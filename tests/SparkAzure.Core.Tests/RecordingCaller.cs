using System.Collections.Concurrent;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Tests;

/// <summary>A caller that says yes, or no as under -WhatIf, and remembers everything it was told and asked.</summary>
internal sealed class RecordingCaller(bool consents = true) : ICaller
{
    public static RecordingCaller WhatIf() => new(consents: false);

    public ConcurrentQueue<string> VerboseLines { get; } = new();

    /// <summary>Those of the verbose lines that only -Debug shows.</summary>
    public ConcurrentQueue<string> DebugLines { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    /// <summary>
    /// Those beside what every new connection in a file is told: that its secret stands in clear, and who may read it.
    /// </summary>
    public IEnumerable<string> OtherWarnings => Warnings.Where(w =>
        !w.Contains(" stands in clear: ", StringComparison.Ordinal) && !w.StartsWith("Nobody but administrators", StringComparison.Ordinal));

    public ConcurrentQueue<(string Target, string Action)> Asked { get; } = new();

    public ConcurrentQueue<StationProgress> ProgressRecords { get; } = new();

    public void Verbose(string message) => VerboseLines.Enqueue(message);

    public void Debug(string message)
    {
        VerboseLines.Enqueue(message);
        DebugLines.Enqueue(message);
    }

    public void Warning(string message) => Warnings.Enqueue(message);

    public void Progress(StationProgress progress) => ProgressRecords.Enqueue(progress);

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken)
    {
        Asked.Enqueue((target, action));
        return Task.FromResult(consents);
    }
}
