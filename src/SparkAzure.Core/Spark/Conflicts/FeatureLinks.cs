using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// The faults of a class path that features meet. A feature loads the classes that recorded runs of it loaded, looks up
/// the classes that they looked up, and enters the methods that they entered; what cannot be resolved there is met, but
/// for what a run did without. Where a class is another one than the runs had, its new references count as well, with
/// less weight. Not for several threads at once.
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="selection">Which of the runs tell of this distribution.</param>
internal sealed class FeatureLinks(JavaClassPath path, SparkRuns runs, RunSelection selection)
{
    private static readonly ulong Initializer = NameHash.Of("<clinit>");

    private readonly ClassPathLinks _links = new(path);
    private readonly UnattributedClasses _unattributed = new(path, runs, selection);
    private readonly Dictionary<(SparkFeature Feature, string Problem), FeatureFault> _faults = [];

    /// <summary>
    /// Finds the faults, each exception of a feature once; what is met first comes first, and what only calls lead to
    /// last.
    /// </summary>
    public IReadOnlyList<FeatureFault> Find(CancellationToken cancellationToken)
    {
        foreach (var recorded in runs.Classes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((recorded.Runs & selection.All) == 0)
            {
                continue;
            }

            for (var number = path.Find(recorded.NameHash); number >= 0; number = path.Next(number))
            {
                if (!path.JarOf(number).IsJdk)
                {
                    Look(recorded, number);
                }
            }
        }

        return [.. _faults.Values.OrderBy(f => f.Basis == LinkBasis.Calls).ThenBy(f => f.Rank)];
    }

    private void Look(RecordedClass recorded, int number)
    {
        var known = recorded.RunsOf(path.Row(number).Crc32) & selection.All;
        foreach (var target in recorded.Targets)
        {
            var missing = runs.Classes[target];
            if (path.Find(missing.NameHash) < 0)
            {
                Miss(recorded, number, known, missing);
            }
        }

        LookAtCode(recorded, number, known);
    }

    // A class that the runs looked up for this one is in no jar here.
    private void Miss(RecordedClass recorded, int number, UInt128 known, RecordedClass missing)
    {
        if ((known & missing.Runs) == 0 && !NamedClasses.Have(path, number, missing.Name))
        {
            return;
        }

        var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.RunsAndCalls);
        Weigh(site, LinkOutcome.Fails(LinkMessages.MissingClass(missing.Name)), missing);
    }

    private void LookAtCode(RecordedClass recorded, int number, UInt128 known)
    {
        if (_links.Hierarchy.Load(number) is { } problem)
        {
            LookAtLoading(recorded, number, known, problem);
            return;
        }

        var details = _links.Hierarchy.Details(number);
        foreach (var (missing, silently) in _unattributed.NamedBy(number, details))
        {
            var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.Runs) { Only = silently };
            Weigh(site, LinkOutcome.Fails(LinkMessages.MissingClass(missing.Name)), missing);
        }

        var hashes = path.JarOf(number).Segment.NameHashes;
        for (var method = 0; method < details.Methods.Length; method++)
        {
            var name = hashes[details.Methods[method].Name];
            if (name != Initializer && !recorded.Entered(name))
            {
                continue;
            }

            foreach (var place in details.UsesOf(method))
            {
                var site = new FaultSite(recorded, number, known, method, default, LinkBasis.RunsAndCalls);
                LookAt(site, details.References[place]);
            }
        }
    }

    // A class that is there and cannot be loaded: what it derives from is missing, or of another kind.
    private void LookAtLoading(RecordedClass recorded, int number, UInt128 known, LinkProblem problem)
    {
        var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.RunsAndCalls);
        var missing = LinkMessages.MissingIn(problem);
        if (missing is null)
        {
            Weigh(site, LinkOutcome.Fails(problem, number), recorded);
            return;
        }

        // The runs' own look-ups have told of it, where they had this class.
        if (known == 0 && runs.Find(NameHash.Of(missing)) is null)
        {
            Weigh(site with { Basis = LinkBasis.Calls }, LinkOutcome.Fails(problem), null, missing);
        }
    }

    private void LookAt(FaultSite site, int reference)
    {
        var outcome = _links.Resolver.Resolve(site.Class, reference);
        if (outcome.Problem is null)
        {
            return;
        }

        var target = NamedClasses.Of(path.JarOf(site.Class).Segment, reference);
        if (LinkMessages.MissingIn(outcome.Problem) is { } missing)
        {
            // One that is there and cannot be loaded tells of it where it is looked at itself.
            if (NameHash.Of(missing) != target)
            {
                return;
            }

            outcome = outcome with { Definition = -1 };
        }

        var recorded = runs.Find(target);
        site = site with { Use = UseList.UseOf(reference) };
        if (recorded is not null && site.Recorded.LookedUp(recorded))
        {
            Weigh(site, outcome, recorded);
        }
        else if (site.Known == 0)
        {
            Weigh(site with { Basis = LinkBasis.Calls }, outcome, recorded, NamedClasses.Name(path.JarOf(site.Class).Segment, reference));
        }
    }

    // Which features meet it.
    private void Weigh(FaultSite site, LinkOutcome outcome, RecordedClass? target, string? name = null)
    {
        var recorded = site.Recorded;
        var done = runs.DoneWithout(recorded.NameHash, outcome.Problem!.Message);
        foreach (var feature in selection.Features)
        {
            var own = selection.Of(feature);
            var told = recorded.Runs & own & site.Only;
            if (told == 0 || (done & own) != 0)
            {
                continue;
            }

            // Where the class is the same as in a run, it comes to what it came to there, and to nothing else.
            if ((site.Known & own) != 0)
            {
                told &= site.Known;
            }

            var isReached = target is not null && (target.Runs & told) != 0;
            if (isReached || site.Basis == LinkBasis.Calls)
            {
                Keep(feature, site, outcome, target ?? recorded, name);
            }
        }
    }

    private void Keep(
        SparkFeature feature, FaultSite site, LinkOutcome outcome, RecordedClass target, string? name)
    {
        // A missing class is missed where it would have been loaded; one that lacks a member is there before.
        var rank = selection.RankOf(target);
        if (outcome.Definition >= 0)
        {
            rank = Math.Max(rank, selection.RankOf(site.Recorded));
        }

        var key = (feature, outcome.Problem!.ToString());
        if (_faults.TryGetValue(key, out var known) && (known.Basis, known.Rank).CompareTo((site.Basis, rank)) <= 0)
        {
            return;
        }

        var method = "";
        if (site.Method >= 0)
        {
            method = _links.MethodName(site.Class, site.Method);
        }

        var fault = _links.Fault(site.Class, method, site.Use, outcome);
        _faults[key] = new FeatureFault(feature, fault, site.Class, name ?? target.Name, rank, site.Basis);
    }

    /// <summary>Where a reference stands.</summary>
    /// <param name="Recorded">What runs tell of the class.</param>
    /// <param name="Class">The class's number.</param>
    /// <param name="Known">The runs that had the very same class; 0 when it is another one.</param>
    /// <param name="Method">The method's place; -1 where the class as a whole refers.</param>
    /// <param name="Use">What is done with it.</param>
    /// <param name="Basis">What says that a JVM comes there.</param>
    private readonly record struct FaultSite(
        RecordedClass Recorded, int Class, UInt128 Known, int Method, ReferenceUse Use, LinkBasis Basis)
    {
        /// <summary>The runs that it counts for.</summary>
        public UInt128 Only { get; init; } = UInt128.MaxValue;
    }
}
