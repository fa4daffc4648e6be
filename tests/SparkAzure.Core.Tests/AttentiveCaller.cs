using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Tests;

/// <summary>Consents to everything, and lets a test act at the moment at which something is told.</summary>
internal sealed class AttentiveCaller(Action<string> onVerbose) : ICaller
{
    public void Verbose(string message) => onVerbose(message);

    public void Debug(string message)
    {
    }

    public void Warning(string message)
    {
    }

    public void Progress(StationProgress progress)
    {
    }

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken) =>
        Task.FromResult(true);
}
