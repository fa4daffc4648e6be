using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// The faults of a class path that features meet. A feature loads the classes that recorded runs of it loaded, looks up
/// the classes that they looked up, and enters the methods that they entered; what cannot be resolved there is met, but
/// for what a run did without. Where a class is another one than the runs had, its new references count as well, with
/// less weight. Where only neighbours' runs tell, <see cref="NeighbourLinks"/> says which of those count in full.
/// For one thread: several have one each.
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="selection">Which of the runs tell of this distribution.</param>
/// <param name="met">Takes what is met.</param>
/// <param name="neighbours">What counts where only neighbours' runs tell; null where the line's own do.</param>
internal sealed class FeatureLinks(
    JavaClassPath path,
    SparkRuns runs,
    RunSelection selection,
    MetFaults met,
    NeighbourLinks? neighbours)
{
    private static readonly ulong Initializer = NameHash.Of("<clinit>");
    private static readonly ulong Constructor = NameHash.Of("<init>");

    private readonly ClassPathLinks _links = met.Links;
    private readonly MissingNames _missing = new(path);
    private readonly UnattributedClasses _unattributed = new(path, runs, selection);

    private IReadOnlyCollection<FeatureFault> Met => met.All;

    /// <summary>
    /// Finds the faults, each exception of a feature once; what is met first comes first, and what only calls lead to
    /// last.
    /// </summary>
    /// <param name="path">The class path.</param>
    /// <param name="runs">What was recorded.</param>
    /// <param name="selection">Which of the runs tell of this distribution.</param>
    /// <param name="providers">The file systems that are made for every job.</param>
    /// <param name="context">What the jars are of.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<FeatureFault>> FindAsync(
        JavaClassPath path,
        SparkRuns runs,
        RunSelection selection,
        FileSystemProviders providers,
        LibraryContext context,
        CancellationToken cancellationToken)
    {
        var classes = runs.Classes.Where(c => (c.Runs & selection.All) != 0).ToList();

        // A share of the classes per core: what one of them has loaded, most of its neighbours need too.
        var shares = classes.Chunk(Math.Max(1, (classes.Count / Environment.ProcessorCount) + 1)).ToList();
        FeatureLinks Search(IEnumerable<RecordedClass> share)
        {
            var neighbours = selection.IsOfOwnLine ? null : new NeighbourLinks(context, path);
            var met = new MetFaults(new ClassPathLinks(path), runs, selection, providers);
            var links = new FeatureLinks(path, runs, selection, met, neighbours);
            links.LookAtAll(share, cancellationToken);
            return links;
        }

        var work = shares.Select(s => Task.Run(() => Search(s), cancellationToken));
        var found = await Task.WhenAll(work).ConfigureAwait(false);
        var faults = found.SelectMany(l => l.Met)
            .GroupBy(f => (f.Feature, f.Fault.Problem))
            .Select(g => g.MinBy(f => (f.Basis, f.Rank))!)
            .ToList();
        if (selection.IsOfOwnLine && found is [var any, ..])
        {
            faults.AddRange(new CutClasses(path, runs, selection).Among(any._unattributed.Missing));
        }

        return [.. faults.OrderBy(f => f.Basis == LinkBasis.Calls).ThenBy(f => f.Rank)];
    }

    private void LookAtAll(IEnumerable<RecordedClass> classes, CancellationToken cancellationToken)
    {
        foreach (var recorded in classes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var number = DefinitionOf(recorded); number >= 0; number = path.Next(number))
            {
                if (!path.JarOf(number).IsJdk)
                {
                    Look(recorded, number);
                }
            }
        }
    }

    // Where neighbours' runs tell, a class may be here under the name that it has inside Hadoop's client, or outside.
    private int DefinitionOf(RecordedClass recorded)
    {
        var number = path.Find(recorded.NameHash);
        if (number >= 0 || neighbours is null)
        {
            return number;
        }

        return NeighbourLinks.OtherNamesOf(recorded.Name).Select(path.Find).FirstOrDefault(n => n >= 0, -1);
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
        LookAtRenamed(recorded, number, known);
    }

    // A neighbour's class of that name looked up one that is another library's here, or of another package: Hadoop's
    // client carries libraries under names of its own, ASM's package tells its version.
    private void LookAtRenamed(RecordedClass recorded, int number, UInt128 known)
    {
        if (neighbours is null || known != 0 || _links.Hierarchy.Load(number) is not null)
        {
            return;
        }

        var missing = MissingIn(number, recorded.Entered).Union(HandedOnAs(number))
            .Where(neighbours.IsLacking)
            .ToLookup(NeighbourLinks.SimpleName, StringComparer.Ordinal);
        foreach (var target in missing.Count > 0 ? recorded.Targets : [])
        {
            var other = runs.Classes[target];
            foreach (var name in missing[NeighbourLinks.SimpleName(other.Name)].Where(n => n != other.Name))
            {
                var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.Runs);
                met.Add(site, LinkOutcome.Fails(LinkMessages.MissingClass(name)), other, name);
            }
        }
    }

    // The classes that stand in types of what is called and are not used themselves: what is handed on is of another
    // class, so a JVM loads both when it verifies the code, whether that is entered or not.
    private HashSet<string> HandedOnAs(int number)
    {
        var references = _links.Hierarchy.Details(number).References;
        var types = references.SelectMany(r => _missing.InType(number, r)).ToHashSet(StringComparer.Ordinal);
        if (types.Count > 0)
        {
            types.ExceptWith(references.SelectMany(r => _missing.Used(number, r)));
        }

        return types;
    }

    // The missing classes that methods name, also in the types of what they call.
    private HashSet<string> MissingIn(int number, Func<ulong, bool> means)
    {
        var details = _links.Hierarchy.Details(number);
        var segment = path.JarOf(number).Segment;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var method = 0; method < details.Methods.Length; method++)
        {
            if (!means(segment.NameHashes[details.Methods[method].Name]))
            {
                continue;
            }

            foreach (var place in details.UsesOf(method))
            {
                names.UnionWith(_missing.Used(number, details.References[place]));
                names.UnionWith(_missing.InType(number, details.References[place]));
            }
        }

        return names;
    }

    // A class that the runs looked up for this one is in no jar here.
    private void Miss(RecordedClass recorded, int number, UInt128 known, RecordedClass missing)
    {
        if ((known & missing.Runs) == 0 && !NamedClasses.Have(path, number, missing.Name)
            && !(neighbours?.IsLacking(missing.Name) == true && NamedClasses.Declare(path, number, missing.Name)))
        {
            return;
        }

        var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.RunsAndCalls);
        met.Add(site, LinkOutcome.Fails(LinkMessages.MissingClass(missing.Name)), missing);
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
            var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.Runs)
            {
                Only = silently,
            };

            // For whom it was loaded may be what this release has not; here it is met only where nothing leads by.
            if (neighbours is not null && known == 0
                && !MissingIn(number, m => IsSureToRun(recorded, m)).Contains(missing.Name))
            {
                site = site with { Basis = LinkBasis.Calls };
            }

            met.Add(site, LinkOutcome.Fails(LinkMessages.MissingClass(missing.Name)), missing);
        }

        // Many references stand in several methods, and nearly all resolve: each of those is looked up once.
        var fine = new bool[details.References.Length];
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
                fine[place] = fine[place] || LookAt(site, details.References[place]);
            }
        }

        if (known == 0)
        {
            LookAtAbstract(recorded, number);
        }

        if (neighbours is not null && known == 0)
        {
            LookAtCatches(recorded, number);
            LookAtUnseenSupers(recorded, number);
        }
    }

    // A method that runs entered in this class, and that has no code in the one that is here.
    private void LookAtAbstract(RecordedClass recorded, int number)
    {
        foreach (var problem in _links.Abstract.Of(number, recorded.Entered))
        {
            var site = new FaultSite(recorded, number, 0, -1, ReferenceUse.InvokeVirtual, LinkBasis.Runs);
            met.Add(site, LinkOutcome.Fails(problem, number), recorded);
        }
    }

    // What a JVM meets when it verifies a class: what its code catches, whether that code is entered or not.
    private void LookAtCatches(RecordedClass recorded, int number)
    {
        foreach (var reference in _links.Hierarchy.Details(number).References)
        {
            if (UseList.UseOf(reference) == ReferenceUse.Catch)
            {
                LookAt(new FaultSite(recorded, number, 0, -1, default, LinkBasis.Runs), reference);
            }
        }
    }

    // A superclass that the release has and its neighbours have not is loaded with its class, and made with it.
    private void LookAtUnseenSupers(RecordedClass recorded, int number)
    {
        var super = path.Row(number).Super;
        if (super < 0 || path.Find(path.JarOf(number).Segment.NameHashes[super]) is not (>= 0 and var definition)
            || path.JarOf(definition).IsJdk || runs.Find(path.HashOf(definition)) is not null
            || _links.Hierarchy.Load(definition) is not null)
        {
            return;
        }

        LookAtCatches(recorded, definition);
        var details = _links.Hierarchy.Details(definition);
        for (var method = 0; method < details.Methods.Length; method++)
        {
            foreach (var place in details.UsesOf(method))
            {
                var site = new FaultSite(recorded, definition, 0, method, default, LinkBasis.Runs);
                if (IsSureToRun(site))
                {
                    LookAt(site, details.References[place]);
                }
            }
        }

        LookAtUnseenSupers(recorded, definition);
    }

    // A class that is there and cannot be loaded: what it derives from is missing, or of another kind.
    private void LookAtLoading(RecordedClass recorded, int number, UInt128 known, LinkProblem problem)
    {
        var site = new FaultSite(recorded, number, known, -1, ReferenceUse.Class, LinkBasis.RunsAndCalls);
        var missing = LinkMessages.MissingIn(problem);
        if (missing is null)
        {
            met.Add(site, LinkOutcome.Fails(problem, number), recorded);
            return;
        }

        // The runs' own look-ups have told of it, where they had this class.
        if (known == 0 && (neighbours is not null || runs.Find(NameHash.Of(missing)) is null))
        {
            WeighNew(site, LinkOutcome.Fails(problem), null, missing);
        }
    }

    // True for what resolves.
    private bool LookAt(FaultSite site, int reference)
    {
        var outcome = _links.Resolver.Resolve(site.Class, reference);
        if (outcome.Problem is null)
        {
            return true;
        }

        Weigh(site, reference, outcome);
        return false;
    }

    // What does not resolve.
    private void Weigh(FaultSite site, int reference, LinkOutcome outcome)
    {
        var target = NamedClasses.Of(path.JarOf(site.Class).Segment, reference);
        if (LinkMessages.MissingIn(outcome.Problem!) is { } missing)
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
            WeighKnown(site, outcome, recorded);
        }
        else if (site.Known == 0)
        {
            WeighNew(site, outcome, recorded, NamedClasses.Name(path.JarOf(site.Class).Segment, reference));
        }
    }

    // A reference that runs have met. Of a jar of another release that release's runs tell, in a static initializer: this
    // release's may never come to what else they entered.
    private void WeighKnown(FaultSite site, LinkOutcome outcome, RecordedClass target)
    {
        if (site.Known == 0 && (target.Runs & selection.All) == 0)
        {
            var others = site.Recorded.RunsOf(path.Row(site.Class).Crc32) & target.Runs;
            var isMet = others != 0 && IsOfInitializer(site) && path.IsOnlyOne(site.Class);
            site = site with { Basis = isMet ? LinkBasis.Runs : LinkBasis.Calls, IsOfChange = isMet };
        }

        met.Add(site, outcome, target);
    }

    // A reference that no run has met.
    private void WeighNew(FaultSite site, LinkOutcome outcome, RecordedClass? target, string name)
    {
        var missing = LinkMessages.MissingIn(outcome.Problem!);
        if (neighbours?.IsOfChange(outcome, missing) == true && (missing is null || IsSureToRun(site)))
        {
            met.Add(site with { Basis = LinkBasis.Runs, IsOfChange = true }, outcome, target, name);
        }
        else
        {
            met.Add(site with { Basis = LinkBasis.Calls }, outcome, target, name);
        }
    }

    private bool IsSureToRun(FaultSite site)
    {
        if (site.Method < 0)
        {
            return true;
        }

        var method = _links.Hierarchy.Details(site.Class).Methods[site.Method];
        return IsSureToRun(site.Recorded, path.JarOf(site.Class).Segment.NameHashes[method.Name]);
    }

    private bool IsOfInitializer(FaultSite site)
    {
        if (site.Method < 0 || !site.Recorded.Entered(Initializer))
        {
            return false;
        }

        var method = _links.Hierarchy.Details(site.Class).Methods[site.Method];
        return path.JarOf(site.Class).Segment.NameHashes[method.Name] == Initializer;
    }

    // Where no branch leads by, as a rule: a constructor, and a static initializer that runs entered.
    private static bool IsSureToRun(RecordedClass recorded, ulong method) =>
        method == Constructor || (method == Initializer && recorded.Entered(method));
}
