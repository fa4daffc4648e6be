using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Chooses what comes beside Hadoop's own jars: what the recipe brings for its behaviour, and what the result needs to
/// link. Where classes do not tell, the names of the recipe do.
/// </summary>
/// <param name="request">What is wanted.</param>
/// <param name="exchange">Which of Hadoop's jars go and come.</param>
/// <param name="there">The jars of the distribution.</param>
internal sealed class JarChoice(JarPlanRequest request, JarExchange exchange, IReadOnlyList<StandingJar> there)
{
    private readonly List<IncomingJar> _incoming = [.. exchange.Incoming];
    private readonly List<string> _notes = [];
    private readonly List<SparkAzureException> _lacks = [];
    private readonly LibraryVersions _versions = new(ContextOf(request, exchange));
    private readonly LibraryCatalog _catalog = new(ContextOf(request, exchange));

    /// <summary>All that comes, ordered by name.</summary>
    public IReadOnlyList<IncomingJar> Incoming =>
        [.. _incoming.OrderBy(i => i.Source.FileName, StringComparer.Ordinal)];

    /// <summary>What is to be said of it.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Jars that the recipe names, that are needed, and that neither folder has.</summary>
    public IReadOnlyList<SparkAzureException> Lacks => _lacks;

    /// <summary>What the exchange would make, linked; null where the classes do not tell.</summary>
    public JarLinkage? Linkage { get; private set; }

    /// <summary>Chooses.</summary>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        BringByBehaviour();
        var linking = await JarLinking.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        if (linking is null)
        {
            BringByName(feature => true);
            return;
        }

        BringByName(feature => !linking.Tells(feature));
        await LinkAsync(linking, cancellationToken).ConfigureAwait(false);
    }

    private static LibraryContext ContextOf(JarPlanRequest request, JarExchange exchange) =>
        new(request.Home.SparkVersion)
        {
            HadoopVersion = exchange.Release.Text,
            JarLayout = exchange.IsShaded ? SparkJarLayout.Shaded : SparkJarLayout.Split,
        };

    private void BringByBehaviour()
    {
        var isFull = request.Recipe == SparkJarRecipe.Full;
        foreach (var row in JarRecipe.ByBehaviour.Where(r => IsFor(r) && (isFull || !r.IsOfFull)))
        {
            var isForAws = row.IsForAws && row.Origin == JarOrigin.Companions;
            if (!isForAws || _incoming.Exists(i => JarRecipe.Aws.IsMatch(i.Name.Artifact)))
            {
                Bring(row);
            }
        }
    }

    private bool IsFor(BringRow row) =>
        row.Covers(request.Spark, exchange.Release) && !(exchange.IsShaded && row.Origin == JarOrigin.Companions);

    private void Bring(BringRow row)
    {
        var jars = Matching(row);
        _incoming.AddRange(jars);
        if (jars.Count > 0 && row.Caution.Length > 0)
        {
            var names = string.Join(", ", jars.Select(j => j.Source.FileName));
            _notes.Add($"{names} comes, as it {row.Reason}. {row.Caution}");
        }
        else if (jars.Count == 0 && row.Origin == JarOrigin.Companions && !row.IsOfFull)
        {
            _notes.Add($"No {row.Artifact} comes ({row.Reason}): {CompanionsAt()} has none, so Spark's own stays.");
        }
    }

    private string CompanionsAt()
    {
        if (request.Companions.At.Length > 0)
        {
            return $"'{request.Companions.At}'";
        }

        return "-CompanionPath was not given and";
    }

    private void BringByName(Predicate<SparkFeature> isUntold)
    {
        foreach (var row in JarRecipe.ByName.Where(IsFor))
        {
            var feature = row.Feature!.Value;
            if (!isUntold(feature) || !request.Wants(feature) || !Changes(feature))
            {
                continue;
            }

            _incoming.AddRange(Matching(row));
            var names = there.Select(j => j.Name).Concat(_incoming.Select(i => i.Name));
            if (request.Needs(feature) && !names.Any(n => row.Pattern.IsMatch(n.Artifact)))
            {
                _lacks.Add(SparkErrors.RequiredJarMissing(
                    $"{row.Artifact}-*.jar".Replace("*-*", "*", StringComparison.Ordinal),
                    request.Libraries.At,
                    $"{SparkFeatures.Of(feature).Words} need it, as {row.Reason}"));
            }
        }
    }

    // What is shaded has all that every job needs; a storage whose file system does not come needs nothing.
    private bool Changes(SparkFeature feature)
    {
        var addOns = JarRecipe.AddOns.Where(r => r.Feature == feature).ToList();
        if (addOns.Count == 0)
        {
            return !exchange.IsShaded;
        }

        return addOns.Exists(r => _incoming.Exists(i => r.Pattern.IsMatch(i.Name.Artifact)));
    }

    // One artifact, one version: the one that belongs there, else the newest. What comes already is not brought twice.
    private List<IncomingJar> Matching(BringRow row)
    {
        var origin = row.Origin == JarOrigin.Libraries ? request.Libraries : request.Companions;
        return
        [
            .. origin.Jars.Select(s => new IncomingJar(s, JarName.Parse(s.FileName), row.Reason))
                .Where(i => row.Pattern.IsMatch(i.Name.Artifact) && !HadoopLibraries.IsPart(i.Name.Artifact))
                .Where(i => !(request.ExcludeAws && JarRecipe.Aws.IsMatch(i.Name.Artifact)))
                .GroupBy(i => (i.Name.Artifact, i.Name.Classifier))
                .Select(g => g.MaxBy(i => (Belongs(i.Name), ReleaseNumber.TryParse(i.Name.Version)))!)
                .Where(i => !Comes(i.Name)),
        ];
    }

    private bool Belongs(JarName name) =>
        _versions.Of(name.ArtifactWithoutScala).Any(s => s.Version == name.Version);

    private bool Comes(JarName name) =>
        _incoming.Exists(i => i.Name.Artifact == name.Artifact && i.Name.Classifier == name.Classifier);

    private List<StandingJar> Staying() =>
        [.. there.Where(j => exchange.ReasonToRemove(j.Name, _incoming, request.ExcludeAws) is null)];

    // Brings what is missing until nothing is: a jar that comes in is linked, too. What runs looked up is known
    // quickly, and linking has the last word.
    private async Task LinkAsync(JarLinking linking, CancellationToken cancellationToken)
    {
        IReadOnlyList<SparkFeature> features = [.. SparkFeatures.All.Select(r => r.Feature).Where(request.Wants)];
        while (true)
        {
            var staying = Staying();
            var contested = staying.Where(IsContested).ToList();
            var missed = linking.Missed(staying.Except(contested), _incoming, features);
            if (await BringAsync(linking, [.. missed], cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            var linkage = await linking.LinkAsync(staying, _incoming, cancellationToken).ConfigureAwait(false);
            if (!await BringAsync(linking, Missing(linkage), cancellationToken).ConfigureAwait(false))
            {
                Linkage = linkage;
                return;
            }
        }
    }

    // What Hadoop calls is of Hadoop's version: another one that is there, left by an earlier exchange, yields to the
    // libraries' where it is needed.
    private bool IsContested(StandingJar standing) =>
        JarRecipe.ByName.Any(r => r.Pattern.IsMatch(standing.Name.Artifact))
            && request.Libraries.Jars.Select(j => JarName.Parse(j.FileName)).Any(n =>
                n.Artifact == standing.Name.Artifact
                    && n.Classifier == standing.Name.Classifier
                    && n.Version != standing.Name.Version);

    private List<(string Class, SparkFeature Feature)> Missing(JarLinkage linkage) =>
    [
        .. linkage.Verdicts
            .Where(v => v.IsThere && request.Wants(v.Feature))
            .SelectMany(v => v.Faults)
            .Where(f => f.Basis != LinkBasis.Calls && f.Fault.FaultyClass is null)
            .Select(f => (f.Target, f.Feature)),
    ];

    private async Task<bool> BringAsync(
        JarLinking linking,
        IReadOnlyList<(string Class, SparkFeature Feature)> missing,
        CancellationToken cancellationToken)
    {
        var before = _incoming.Count;
        foreach (var (name, feature) in missing.DistinctBy(m => m.Class))
        {
            var jar = await linking.BringingAsync(name, _catalog, cancellationToken).ConfigureAwait(false);
            if (jar is not null && !Comes(JarName.Parse(jar.FileName)))
            {
                var reason = $"{SparkFeatures.Of(feature).Words} need {JavaNames.Dotted(name)}";
                _incoming.Add(new IncomingJar(jar, JarName.Parse(jar.FileName), reason));
            }
        }

        return _incoming.Count > before;
    }
}
