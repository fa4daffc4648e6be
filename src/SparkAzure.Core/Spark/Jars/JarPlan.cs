using SparkAzure.Core.Hosting;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>A jar that could come in: by name and size, and by path where it is on disk already.</summary>
internal sealed record JarSource(string FileName, long Length, string? Path)
{
    /// <summary>Lists the jars of a folder.</summary>
    internal static IReadOnlyList<JarSource> InFolder(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles("*.jar")
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new JarSource(f.Name, f.Length, f.FullName)),
    ];
}

/// <summary>What a plan is made from.</summary>
internal sealed record JarPlanRequest
{
    public required SparkHome Home { get; init; }

    /// <summary>The jars of the distribution.</summary>
    public required IReadOnlyList<Jar> Current { get; init; }

    /// <summary>DSS's Hadoop libraries, and where they are.</summary>
    public required (IReadOnlyList<JarSource> Jars, string At) Libraries { get; init; }

    /// <summary>DSS's own libraries, and where they are.</summary>
    public required (IReadOnlyList<JarSource> Jars, string At) Companions { get; init; }

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
    IReadOnlyList<JarSource> Added,
    IReadOnlyList<string> Notes)
{
    private sealed record Incoming(JarSource Source, JarName Name, string Reason);

    internal bool ChangesNothing => Removed.Count == 0 && Added.Count == 0;

    /// <summary>Plans the procedure's swap, or, where Hadoop is shaded, the add-ons alone.</summary>
    /// <exception cref="SparkAzureException">ShadedHadoop, NoHadoopJars, HadoopLineMissing, RequiredJarMissing.</exception>
    internal static async Task<JarPlan> MakeAsync(JarPlanRequest request, CancellationToken cancellationToken)
    {
        var there = request.Current.Select(j => (Jar: j, Name: JarName.Parse(j.Name))).ToList();
        var names = there.Select(j => j.Name).ToList();
        return names.Find(n => n.Artifact is "hadoop-client-api" or "hadoop-client-runtime") is { } shaded
            ? await FinishAsync(request, there, AddOns(request, shaded), shaded.Version, [], [], Shaded(shaded.Version), cancellationToken).ConfigureAwait(false)
            : await SwapAsync(request, there, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<JarPlan> SwapAsync(JarPlanRequest request, List<(Jar Jar, JarName Name)> there, CancellationToken cancellationToken)
    {
        // Several versions at once are what a half-done swap by hand leaves behind: all of them go.
        var own = there.Where(j => j.Name.Artifact == "hadoop-common").Select(j => j.Name.Version).ToHashSet(StringComparer.Ordinal);
        if (own.Count == 0)
        {
            throw SparkErrors.NoHadoopJars(request.Home.Path);
        }

        var release = HadoopOf(request);
        var recipe = JarRecipe.For(request.Recipe, ReleaseNumber.Parse(release).Major);
        var hadoop = request.Libraries.Jars.Select(s => new Incoming(s, JarName.Parse(s.FileName), $"Hadoop {release} of DSS"))
            .Where(i => IsHadoop(i.Name) && i.Name.Version == release);
        var incoming = Newest([.. hadoop, .. Matching(recipe.Bring, request, n => !IsHadoop(n))], request);
        return await FinishAsync(request, there, incoming, release, own, recipe.Remove, [], cancellationToken).ConfigureAwait(false);
    }

    private static List<Incoming> AddOns(JarPlanRequest request, JarName shaded)
    {
        var azure = request.Libraries.Jars.Select(s => JarName.Parse(s.FileName)).Where(n => n.Artifact == "hadoop-azure").ToList();
        return azure.Exists(n => n.Version == shaded.Version)
            ? Newest(Matching(JarRecipe.AddOns, request, n => !IsHadoop(n) || n.Version == shaded.Version), request)
            : throw SparkErrors.ShadedHadoop(request.Home.Path, shaded.FileName, shaded.Version, request.Libraries.At, azure.Select(n => n.Version));
    }

    private static string[] Shaded(string release) =>
    [
        $"This Spark ships Hadoop {release} shaded (hadoop-client-api and hadoop-client-runtime), as every Spark since 3.2.0 does: there are no separate Hadoop jars to take out, so nothing is swapped. Only the add-ons of the same Hadoop {release} come in.",
    ];

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
            throw SparkErrors.RequiredJarMissing("hadoop-common-*.jar", request.Libraries.At, "without it nothing says which Hadoop the libraries are of");
        }

        var release = releases.FirstOrDefault(r =>
            (request.HadoopVersion is null || r.Major == request.HadoopVersion) && JarRecipe.All.Any(recipe => recipe.HadoopVersion == r.Major));
        return release?.Text
            ?? throw SparkErrors.HadoopLineMissing(request.HadoopVersion ?? 3, request.Libraries.At, string.Join(", ", releases.Select(r => r.Text)));
    }

    private static IEnumerable<Incoming> Matching(IReadOnlyList<BringRow> rows, JarPlanRequest request, Func<JarName, bool> fits)
    {
        foreach (var row in rows)
        {
            var (jars, folder) = row.Origin == JarOrigin.Libraries ? request.Libraries : request.Companions;
            var matching = jars.Select(j => new Incoming(j, JarName.Parse(j.FileName), row.Reason))
                .Where(i => row.Pattern.IsMatch(i.Name.Artifact) && fits(i.Name))
                .ToList();
            if (matching.Count == 0 && row.Required)
            {
                throw SparkErrors.RequiredJarMissing($"{row.Artifact}-*.jar".Replace("*-*", "*", StringComparison.Ordinal), folder, row.Reason);
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

    private static async Task<JarPlan> FinishAsync(
        JarPlanRequest request,
        List<(Jar Jar, JarName Name)> there,
        List<Incoming> incoming,
        string release,
        HashSet<string> own,
        IReadOnlyList<RemoveRow> remove,
        IReadOnlyList<string> notes,
        CancellationToken cancellationToken)
    {
        var rows = new List<SparkJarChange>();
        var removed = new List<Jar>();
        var added = new List<JarSource>();
        var same = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var jar in incoming)
        {
            if (await IsThereAsync(jar.Source, request, cancellationToken).ConfigureAwait(false))
            {
                same[jar.Source.FileName] = jar.Reason;
            }
            else
            {
                added.Add(jar.Source);
                rows.Add(Row(SparkJarAction.Add, jar.Name, jar.Source.Length, jar.Reason));
            }
        }

        foreach (var (jar, name) in there)
        {
            if (same.TryGetValue(jar.Name, out var reason))
            {
                rows.Add(Row(SparkJarAction.Keep, name, jar.Length, $"there already: {reason}"));
            }
            else if (ReasonToRemove(name, own, remove, incoming, request.ExcludeAws) is { } cause)
            {
                removed.Add(jar);
                rows.Add(Row(SparkJarAction.Remove, name, jar.Length, cause));
            }
            else
            {
                rows.Add(Row(SparkJarAction.Keep, name, jar.Length, "not touched by the recipe"));
            }
        }

        return new JarPlan(
            ReleaseNumber.Parse(release).Major,
            release,
            [.. rows.OrderBy(r => Order(r.Action)).ThenBy(r => r.Name, StringComparer.Ordinal)],
            removed,
            added,
            notes);
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

    private static string? ReasonToRemove(JarName jar, HashSet<string> own, IReadOnlyList<RemoveRow> remove, List<Incoming> incoming, bool excludeAws)
    {
        if (IsHadoop(jar) && own.Contains(jar.Version))
        {
            return $"Hadoop {jar.Version} of the distribution";
        }

        if (incoming.Find(i => i.Name.Artifact == jar.Artifact && i.Name.Classifier == jar.Classifier) is { } successor)
        {
            return $"replaced by {successor.Source.FileName}";
        }

        return excludeAws && JarRecipe.Aws.IsMatch(jar.Artifact)
            ? "AWS is not wanted"
            : remove.FirstOrDefault(r => r.Pattern.IsMatch(jar.Artifact))?.Reason;
    }

    private static bool IsHadoop(JarName jar) => jar.Artifact.StartsWith("hadoop-", StringComparison.Ordinal);

    private static async Task<bool> IsThereAsync(JarSource source, JarPlanRequest request, CancellationToken cancellationToken)
    {
        var there = request.Current.FirstOrDefault(j => j.Name == source.FileName && j.Length == source.Length);
        if (there is null || source.Path is null)
        {
            // A rehearsal reads names and sizes from the archive; that is as near as it gets.
            return there is not null;
        }

        // In an interrupted swap the jar may still be on its way; the hash it is remembered with tells as well.
        var path = System.IO.Path.Combine(request.Home.Jars, there.Name);
        var hash = there.Sha256.Length > 0 || !File.Exists(path) ? there.Sha256 : await FileHash.OfAsync(path, cancellationToken).ConfigureAwait(false);
        return hash == await FileHash.OfAsync(source.Path, cancellationToken).ConfigureAwait(false);
    }
}
