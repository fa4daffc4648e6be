using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Which features meet a reference that comes to nothing, as their runs tell; of each exception of a feature the one that
/// is met first. For one thread.
/// </summary>
/// <param name="links">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="selection">Which of the runs tell of this distribution.</param>
/// <param name="providers">The file systems that are made for every job.</param>
internal sealed class MetFaults(
    ClassPathLinks links, SparkRuns runs, RunSelection selection, FileSystemProviders providers)
{
    private readonly Dictionary<(SparkFeature Feature, string Problem), FeatureFault> _faults = [];

    /// <summary>The class path.</summary>
    public ClassPathLinks Links => links;

    /// <summary>All that is met.</summary>
    public IReadOnlyCollection<FeatureFault> All => _faults.Values;

    /// <summary>Takes a reference that comes to nothing, for each feature that meets it.</summary>
    /// <param name="site">Where it stands.</param>
    /// <param name="outcome">What it comes to.</param>
    /// <param name="target">What runs tell of the class that it leads to; null where none loaded it.</param>
    /// <param name="name">That class, with slashes, where <paramref name="target"/> does not tell it.</param>
    public void Add(FaultSite site, LinkOutcome outcome, RecordedClass? target, string? name = null)
    {
        var recorded = site.Recorded;
        var done = runs.DoneWithout(recorded.NameHash, outcome.Problem!.Message);
        foreach (var feature in selection.Features)
        {
            var own = selection.Of(feature);
            var told = recorded.Runs & own & site.Only;
            if (told == 0 || (done & own) != 0 || IsPassedOver(site.Class, feature))
            {
                continue;
            }

            // Where the class is the same as in a run, it comes to what it came to there, and to nothing else.
            if ((site.Known & own) != 0)
            {
                told &= site.Known;
            }

            var isReached = target is not null && (target.Runs & told) != 0;
            if (isReached || site.IsOfChange || site.Basis == LinkBasis.Calls)
            {
                Keep(feature, site, outcome, target ?? recorded, name);
            }
        }
    }

    private bool IsPassedOver(int number, SparkFeature feature) =>
        providers.IsPassedOver(number, feature) && links.Hierarchy.Load(number) is null;

    private void Keep(
        SparkFeature feature, FaultSite site, LinkOutcome outcome, RecordedClass target, string? name)
    {
        // A missing class is missed where it would have been loaded; one that lacks a member is there before.
        var rank = selection.RankOf(target);
        var referrer = selection.RankOf(site.Recorded);
        if (rank == int.MaxValue)
        {
            rank = referrer;
        }

        if (outcome.Definition >= 0)
        {
            rank = Math.Max(rank, referrer);
        }

        var key = (feature, outcome.Problem!.ToString());
        if (_faults.TryGetValue(key, out var known) && (known.Basis, known.Rank).CompareTo((site.Basis, rank)) <= 0)
        {
            return;
        }

        var method = "";
        if (site.Method >= 0)
        {
            method = links.MethodName(site.Class, site.Method);
        }

        var fault = links.Fault(site.Class, method, site.Use, outcome);
        _faults[key] = new FeatureFault(feature, fault, site.Class, name ?? target.Name, rank, site.Basis);
    }
}
