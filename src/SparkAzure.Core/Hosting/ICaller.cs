namespace SparkAzure.Core.Hosting;

/// <summary>How far a long piece of work has come.</summary>
/// <param name="Activity">What is being done, the same text throughout: "Publishing spark-py".</param>
/// <param name="Status">What is happening just now.</param>
/// <param name="Percent">0 to 100, or null when it cannot be told.</param>
/// <param name="Completed">True for the last record.</param>
public sealed record StationProgress(string Activity, string Status, int? Percent = null, bool Completed = false);

/// <summary>
/// The person or script for whom a station works: is told what happens and is asked before anything is changed.
/// At a prompt this is the cmdlet; in tests and examples something simpler. Every member may be called from any thread.
/// </summary>
public interface ICaller
{
    /// <summary>One line before and after each external action.</summary>
    void Verbose(string message);

    /// <summary>A decision and why it was taken.</summary>
    void Debug(string message);

    /// <summary>Only what the caller can act on.</summary>
    void Warning(string message);

    /// <summary>Tells how far the work has come; correctness never depends on it.</summary>
    void Progress(StationProgress progress);

    /// <summary>Asks immediately before a change.</summary>
    /// <param name="target">The full name of what would be changed.</param>
    /// <param name="action">What would be done with it.</param>
    /// <param name="cancellationToken">Ends the wait for an answer.</param>
    /// <returns>False when the change must not be made: a rehearsal (-WhatIf) or a declined confirmation.</returns>
    Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken);
}
