using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Checks;

/// <summary>
/// What stations hear from that only look here: what they would warn of is the outcome of a check, not a warning, and
/// whatever they would change stays as it is.
/// </summary>
/// <param name="caller">Who wants the checks.</param>
internal sealed class QuietCaller(ICaller caller) : ICaller
{
    public void Verbose(string message) => caller.Debug(message);

    public void Debug(string message) => caller.Debug(message);

    public void Warning(string message) => caller.Debug(message);

    public void Progress(StationProgress progress)
    {
        // A check takes seconds, and dozens run at once.
    }

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
