namespace SparkAzure.Core.Hosting;

/// <summary>
/// A caller to whom everything can be told: much of it is text of others (servers, programs, builds), and what steers a
/// terminal is taken out before it reaches a person.
/// </summary>
/// <param name="person">Who is told.</param>
public sealed class TellingCaller(ICaller person) : ICaller
{
    /// <inheritdoc />
    public void Verbose(string message) => person.Verbose(ForeignText.Lines(message));

    /// <inheritdoc />
    public void Debug(string message) => person.Debug(ForeignText.Lines(message));

    /// <inheritdoc />
    public void Warning(string message) => person.Warning(ForeignText.Lines(message));

    /// <inheritdoc />
    public void Progress(StationProgress progress) => person.Progress(progress with
    {
        Activity = ForeignText.Line(progress.Activity),
        Status = ForeignText.Line(progress.Status),
    });

    /// <inheritdoc />
    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken) =>
        person.ShouldProcessAsync(ForeignText.Line(target), ForeignText.Line(action), cancellationToken);
}
