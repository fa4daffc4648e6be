using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;


namespace SparkAzure.Core.Spark.Jars;

/// <summary>What a plan is made from.</summary>
internal sealed record JarPlanRequest
{
    public required SparkHome Home { get; init; }

    /// <summary>The jars of the distribution.</summary>
    public required IReadOnlyList<Jar> Current { get; init; }

    /// <summary>DSS's Hadoop libraries.</summary>
    public required JarSources Libraries { get; init; }

    /// <summary>DSS's own libraries.</summary>
    public required JarSources Companions { get; init; }

    /// <summary>The Hadoop line wanted; null for the one of the libraries.</summary>
    public int? HadoopVersion { get; init; }

    public SparkJarRecipe Recipe { get; init; }

    public bool ExcludeAws { get; init; }
}

/// <summary>What a swap would do, worked out from what is there, without touching anything.</summary>
internal sealed record JarPlan(
    int HadoopVersion,
    string HadoopRelease,
    IReadOnlyList<SparkJarChange> Rows,
    IReadOnlyList<Jar> Removed,
    IReadOnlyList<JarSource> Added)
{
    /// <summary>Whether Hadoop is shaded in this Spark, so that only its add-ons come in.</summary>
    public bool AddOnsOnly { get; private init; }

    internal bool ChangesNothing => Removed.Count == 0 && Added.Count == 0;

    /// <summary>What the user must know of the plan.</summary>
    internal IReadOnlyList<string> Notes => AddOnsOnly ? [ShadedNote] : [];

    /// <summary>What is to be done, for the person who is asked.</summary>
    internal string Action
    {
        get
        {
            var what = AddOnsOnly ? "Bring the add-ons of Hadoop" : "Swap Hadoop for";
            return $"{what} {HadoopRelease}: remove {Removed.Count} jars, add {Added.Count}";
        }
    }

    private string ShadedNote =>
        $"This Spark ships Hadoop {HadoopRelease} shaded (hadoop-client-api and hadoop-client-runtime), as every " +
        $"Spark since 3.2.0 does: there are no separate Hadoop jars to take out, so nothing is swapped. Only the " +
        $"add-ons of the same Hadoop {HadoopRelease} come in.";

    /// <summary>Plans the procedure's swap, or, where Hadoop is shaded, the add-ons alone.</summary>
    /// <exception cref="SparkAzureException">
    /// ShadedHadoop, NoHadoopJars, HadoopLineMissing, RequiredJarMissing.
    /// </exception>
    internal static async Task<JarPlan> MakeAsync(JarPlanRequest request, CancellationToken cancellationToken)
    {
        var there = request.Current.Select(j => new Standing(j, JarName.Parse(j.Name))).ToList();
        var shaded = there.Find(j => j.Name.Artifact is "hadoop-client-api" or "hadoop-client-runtime");
        var exchange = shaded is null ? Swap(request, there) : AddOns(request, shaded.Name);
        var arrivals = await ArrivalsAsync(request, exchange.Incoming, cancellationToken).ConfigureAwait(false);
        var departures = there.Select(j => Departure(j, arrivals, exchange, request.ExcludeAws)).ToList();
        var rows = arrivals.Where(a => !a.IsThere)
            .Select(a => Row(SparkJarAction.Add, a.Jar.Name, a.Jar.Source.Length, a.Jar.Reason))
            .Concat(departures.Select(d => d.Row))
            .OrderBy(r => Order(r.Action))
            .ThenBy(r => r.Name, StringComparer.Ordinal);
        return new JarPlan(
            ReleaseNumber.Parse(exchange.Release).Major,
            exchange.Release,
            [.. rows],
            [.. departures.Where(d => d.Row.Action == SparkJarAction.Remove).Select(d => d.Jar)],
            [.. arrivals.Where(a => !a.IsThere).Select(a => a.Jar.Source)])
        {
            AddOnsOnly = shaded is not null,
        };
    }

    private static Exchange Swap(JarPlanRequest request, IReadOnlyList<Standing> there)
    {
        // Several versions at once are what a half-done swap by hand leaves behind: all of them go.
        var own = there
            .Where(j => j.Name.Artifact == "hadoop-common")
            .Select(j => j.Name.Version)
            .ToHashSet(StringComparer.Ordinal);
        if (own.Count == 0)
        {
            throw SparkErrors.NoHadoopJars(request.Home.Path);
        }

        var release = HadoopOf(request);
        var recipe = JarRecipe.For(request.Recipe, ReleaseNumber.Parse(release).Major);
        var hadoop = request.Libraries.Jars
            .Select(s => new Incoming(s, JarName.Parse(s.FileName), $"Hadoop {release} of DSS"))
            .Where(i => IsHadoop(i.Name) && i.Name.Version == release);
        var incoming = Newest([.. hadoop, .. Matching(recipe.Bring, request, n => !IsHadoop(n))], request);
        return new Exchange(release, incoming, own, recipe.Remove);
    }

    private static Exchange AddOns(JarPlanRequest request, JarName shaded)
    {
        var azure = request.Libraries.Jars
            .Select(s => JarName.Parse(s.FileName))
            .Where(n => n.Artifact == "hadoop-azure")
            .ToList();
        if (!azure.Exists(n => n.Version == shaded.Version))
        {
            throw SparkErrors.ShadedHadoop(
                request.Home.Path,
                shaded.FileName,
                shaded.Version,
                request.Libraries.At,
                azure.Select(n => n.Version));
        }

        var addOns = Matching(JarRecipe.AddOns, request, n => !IsHadoop(n) || n.Version == shaded.Version);
        return new Exchange(shaded.Version, Newest(addOns, request), Own: [], Remove: []);
    }

    private static string HadoopOf(JarPlanRequest request)
    {
        var releases = request.Libraries.Jars.Select(l => JarName.Parse(l.FileName))
            .Where(n => n.Artifact == "hadoop-common" && n.Classifier.Length == 0)
            .Select(n => ReleaseNumber.TryParse(n.Version))
            .OfType<ReleaseNumber>()
            .OrderDescending()
            .ToList();
        if (releases.Count == 0)
        {
            throw SparkErrors.RequiredJarMissing(
                "hadoop-common-*.jar",
                request.Libraries.At,
                "without it nothing says which Hadoop the libraries are of");
        }

        var release = releases.FirstOrDefault(r =>
            (request.HadoopVersion is null || r.Major == request.HadoopVersion)
                && JarRecipe.All.Any(recipe => recipe.HadoopVersion == r.Major));
        if (release is null)
        {
            var found = string.Join(", ", releases.Select(r => r.Text));
            throw SparkErrors.HadoopLineMissing(request.HadoopVersion ?? 3, request.Libraries.At, found);
        }

        return release.Text;
    }

    private static IEnumerable<Incoming> Matching(
        IReadOnlyList<BringRow> rows, JarPlanRequest request, Func<JarName, bool> fits)
    {
        foreach (var row in rows)
        {
            var origin = row.Origin == JarOrigin.Libraries ? request.Libraries : request.Companions;
            var matching = origin.Jars.Select(j => new Incoming(j, JarName.Parse(j.FileName), row.Reason))
                .Where(i => row.Pattern.IsMatch(i.Name.Artifact) && fits(i.Name))
                .ToList();
            if (matching.Count == 0 && row.Required)
            {
                throw SparkErrors.RequiredJarMissing(
                    $"{row.Artifact}-*.jar".Replace("*-*", "*", StringComparison.Ordinal), origin.At, row.Reason);
            }

            foreach (var jar in matching)
            {
                yield return jar;
            }
        }
    }

    // One artifact, one version: of several the newest.
    private static List<Incoming> Newest(IEnumerable<Incoming> jars, JarPlanRequest request) =>
    [
        .. jars.Where(i => !(request.ExcludeAws && JarRecipe.Aws.IsMatch(i.Name.Artifact)))
            .GroupBy(i => (i.Name.Artifact, i.Name.Classifier))
            .Select(g => g.MaxBy(i => ReleaseNumber.TryParse(i.Name.Version))!)
            .OrderBy(i => i.Source.FileName, StringComparer.Ordinal),
    ];

    private static async Task<IReadOnlyList<Arrival>> ArrivalsAsync(
        JarPlanRequest request, IReadOnlyList<Incoming> incoming, CancellationToken cancellationToken)
    {
        var arrivals = new List<Arrival>();
        foreach (var jar in incoming)
        {
            var isThere = await IsThereAsync(jar.Source, request, cancellationToken).ConfigureAwait(false);
            arrivals.Add(new Arrival(jar, isThere));
        }

        return arrivals;
    }

    // What becomes of a jar that is there: it stays, or it goes.
    private static (Jar Jar, SparkJarChange Row) Departure(
        Standing standing, IReadOnlyList<Arrival> arrivals, Exchange exchange, bool excludeAws)
    {
        var (jar, name) = standing;
        if (arrivals.FirstOrDefault(a => a.IsThere && a.Jar.Source.FileName == jar.Name) is { } same)
        {
            return (jar, Row(SparkJarAction.Keep, name, jar.Length, $"there already: {same.Jar.Reason}"));
        }

        if (ReasonToRemove(name, exchange, excludeAws) is { } cause)
        {
            return (jar, Row(SparkJarAction.Remove, name, jar.Length, cause));
        }

        return (jar, Row(SparkJarAction.Keep, name, jar.Length, "not touched by the recipe"));
    }

    // What changes first, as a person reads it: what goes, what comes, and then the rest.
    private static int Order(SparkJarAction action) => action switch
    {
        SparkJarAction.Remove => 0,
        SparkJarAction.Add => 1,
        _ => 2,
    };

    private static SparkJarChange Row(SparkJarAction action, JarName name, long length, string reason) =>
        new(action, name.FileName, name.Artifact, name.Version, length, reason);

    private static string? ReasonToRemove(JarName jar, Exchange exchange, bool excludeAws)
    {
        if (IsHadoop(jar) && exchange.Own.Contains(jar.Version))
        {
            return $"Hadoop {jar.Version} of the distribution";
        }

        var successor = exchange.Incoming.FirstOrDefault(i =>
            i.Name.Artifact == jar.Artifact && i.Name.Classifier == jar.Classifier);
        if (successor is not null)
        {
            return $"replaced by {successor.Source.FileName}";
        }

        if (excludeAws && JarRecipe.Aws.IsMatch(jar.Artifact))
        {
            return "AWS is not wanted";
        }

        return exchange.Remove.FirstOrDefault(r => r.Pattern.IsMatch(jar.Artifact))?.Reason;
    }

    private static bool IsHadoop(JarName jar) => JarRecipe.Hadoop.IsMatch(jar.Artifact);

    private static async Task<bool> IsThereAsync(
        JarSource source, JarPlanRequest request, CancellationToken cancellationToken)
    {
        var there = request.Current.FirstOrDefault(j => j.Name == source.FileName && j.Length == source.Length);
        if (there is null || source.Path is null)
        {
            // A rehearsal reads names and sizes from the archive; that is as near as it gets.
            return there is not null;
        }

        // In an interrupted swap the jar may still be on its way; the hash it is remembered with tells as well.
        var path = Path.Combine(request.Home.Jars, there.Name);
        var hash = there.Sha256;
        if (!there.IsHashed && File.Exists(path))
        {
            hash = await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false);
        }

        return hash == await FileHash.OfAsync(source.Path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A jar that is there.</summary>
    private sealed record Standing(Jar Jar, JarName Name);

    /// <summary>A jar that the recipe wants.</summary>
    private sealed record Incoming(JarSource Source, JarName Name, string Reason);

    /// <summary>A jar that the recipe wants, and whether it is there already, byte for byte.</summary>
    private sealed record Arrival(Incoming Jar, bool IsThere);

    /// <summary>What is to be exchanged.</summary>
    /// <param name="Release">The Hadoop that is wanted.</param>
    /// <param name="Incoming">What comes.</param>
    /// <param name="Own">The versions of the distribution's own Hadoop, which go.</param>
    /// <param name="Remove">What else goes.</param>
    private sealed record Exchange(
        string Release, IReadOnlyList<Incoming> Incoming, HashSet<string> Own, IReadOnlyList<RemoveRow> Remove);
}
