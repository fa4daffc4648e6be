using SparkAzure.Core.Hosting;


namespace SparkAzure.Benchmarks;

/// <summary>Consents to everything and says nothing.</summary>
internal sealed class QuietCaller : ICaller
{
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

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken) => Task.FromResult(true);
}
