using SparkAzure.Core.Hosting;


namespace SparkAzure.Core.Tests.Dss;

/// <summary>Consents, after having done something behind the caller's back.</summary>
internal sealed class InterferingCaller(Action interfere) : ICaller
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

    public Task<bool> ShouldProcessAsync(string target, string action, CancellationToken cancellationToken)
    {
        interfere();
        return Task.FromResult(true);
    }
}
