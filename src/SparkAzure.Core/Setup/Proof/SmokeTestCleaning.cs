using System.Diagnostics;
using SparkAzure.Core.Aks.Api;
using SparkAzure.Core.Aks.Pods;
using SparkAzure.Core.Hosting;

namespace SparkAzure.Core.Setup.Proof;

/// <summary>Takes away what the drivers of smoke tests made in the cluster, and what killed runs have left.</summary>
/// <param name="client">The API server.</param>
/// <param name="space">The namespace.</param>
/// <param name="caller">Is told.</param>
internal sealed class SmokeTestCleaning(ApiServerClient client, string space, ICaller caller)
{
    private readonly List<string> _left = [];

    /// <summary>What could not be removed.</summary>
    public IReadOnlyList<string> LeftBehind => _left;

    /// <summary>The last run that was cleaned up after.</summary>
    public string LastName { get; private set; } = "";

    /// <summary>The cleaning as a stage of the whole.</summary>
    public SparkSmokeTestStage Stage { get; private set; } = new()
    {
        Name = "CleanUp", State = SparkSmokeTestState.NotRun,
    };

    /// <summary>Removes what a run made, and what runs that are over have left.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        LastName = name;
        var clock = Stopwatch.StartNew();
        var state = SparkSmokeTestState.Passed;
        string detail;
        try
        {
            var now = DateTimeOffset.UtcNow;
            var (removed, left) = await new ApplicationObjects(client, space)
                .RemoveAsync(ApplicationObjects.Label, id => id == name || RunName.IsOver(id, now), cancellationToken)
                .ConfigureAwait(false);
            _left.AddRange(left);
            detail = removed.Count == 0 ? "nothing was left" : $"removed {string.Join(", ", removed)}";
            caller.Verbose($"Clean-up of namespace '{space}': {detail}.");
        }
        catch (Exception exception) when (exception is SparkAzureException or OperationCanceledException)
        {
            detail = $"it could not be looked whether anything was left: {exception.Message}";
            _left.Add($"whatever has the label {ApplicationObjects.Label}={name}");
        }

        if (_left.Count > 0)
        {
            state = SparkSmokeTestState.Failed;
        }

        Stage = Stage with { State = state, Duration = Stage.Duration + clock.Elapsed, Detail = detail };
    }
}
