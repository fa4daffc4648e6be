using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>A set of jars, linked: which features of Spark work with it, and what the others meet.</summary>
internal sealed class JarLinkage
{
    private readonly JarLinkageRequest _request;
    private readonly LibraryCatalog _shipped;
    private readonly Dictionary<SparkFeature, FeatureVerdict> _verdicts = [];

    private JarLinkage(
        JarLinkageRequest request, JavaClassPath path, SparkRuns runs, IReadOnlyList<SparkRun> eligible)
    {
        _request = request;
        Path = path;
        Runs = runs;
        var release = ReleaseNumber.TryParse(request.SparkVersion) ?? ReleaseNumber.Parse(SparkReleases.Known[^1]);
        Selection = RunSelection.For(eligible, release, request.Java);
        Names = [.. path.Jars.Where(j => !j.IsJdk).Select(j => JarName.Parse(j.FileName))];
        Context = ContextOf();
        Catalog = new LibraryCatalog(Context);
        _shipped = new LibraryCatalog(Context with { Present = [] });
    }

    /// <summary>The classes.</summary>
    public JavaClassPath Path { get; }

    /// <summary>What was recorded.</summary>
    public SparkRuns Runs { get; }

    /// <summary>Which of the runs tell of this distribution.</summary>
    public RunSelection Selection { get; }

    /// <summary>What the jars' names tell.</summary>
    public IReadOnlyList<JarName> Names { get; }

    /// <summary>What the jars are of.</summary>
    public LibraryContext Context { get; }

    /// <summary>Says which jar would bring a class.</summary>
    public LibraryCatalog Catalog { get; }

    /// <summary>What the features come to, in the order of <see cref="SparkFeatures.All"/>.</summary>
    public IReadOnlyList<FeatureVerdict> Verdicts => [.. SparkFeatures.All.Select(r => _verdicts[r.Feature])];

    /// <summary>Hadoop's release, from hadoop-common or hadoop-client-api; null where neither is there.</summary>
    public string? HadoopVersion =>
        Names.FirstOrDefault(n => n.Artifact is "hadoop-common" or "hadoop-client-api")?.Version;

    /// <summary>Reads and links jars.</summary>
    public static async Task<JarLinkage> ReadAsync(JarLinkageRequest request, CancellationToken cancellationToken)
    {
        var options = new JavaClassPathOptions(request.Java)
        {
            JavaHome = request.JavaHome,
            IndexFolder = request.IndexFolder,
        };
        // The runs are unpacked on one core, while jars are still waited for on another.
        var unpacking = Task.Run(() => SparkRuns.Shipped, cancellationToken);
        var path = await JavaClassPath.ReadAsync(request.Jars, options, cancellationToken).ConfigureAwait(false);
        var runs = await unpacking.ConfigureAwait(false);
        return await LinkAsync(request, path, runs, runs.Runs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Links what was read, by runs of one's choice.</summary>
    /// <param name="request">The jars.</param>
    /// <param name="path">Their classes.</param>
    /// <param name="runs">What was recorded.</param>
    /// <param name="eligible">The runs of it that may be asked.</param>
    /// <param name="cancellationToken">Ends the linking.</param>
    public static async Task<JarLinkage> LinkAsync(
        JarLinkageRequest request,
        JavaClassPath path,
        SparkRuns runs,
        IReadOnlyList<SparkRun> eligible,
        CancellationToken cancellationToken)
    {
        var linkage = new JarLinkage(request, path, runs, eligible);
        var hadoop = ReleaseNumber.TryParse(linkage.HadoopVersion);
        var providers = new FileSystemProviders(path, hadoop);
        var search = FeatureLinks.FindAsync(
            path, runs, linkage.Selection, providers, linkage.Context, cancellationToken);
        var faults = await search.ConfigureAwait(false);
        var schemes = new FileSystemSchemes(path, hadoop);
        var closure = new MissingClasses(path, runs, linkage.Catalog);
        foreach (var row in SparkFeatures.All)
        {
            var met = faults.Where(f => f.Feature == row.Feature).ToList();
            var isThere = path.Find(row.Entry) >= 0;
            var unknown = schemes.ProblemOf(row.Feature, cancellationToken);
            var first = unknown ?? met.Find(f => f.Basis != LinkBasis.Calls)?.Fault.Problem;
            IReadOnlyList<LibrarySuggestion> requires = [];
            if (first is not null || !isThere)
            {
                requires = closure.JarsFor(row, linkage.Selection.Of(row.Feature), met);
            }

            linkage._verdicts[row.Feature] = new FeatureVerdict(row.Feature, isThere, first, met, requires);
        }

        return linkage;
    }

    /// <summary>
    /// Whether the classes with which a feature begins can be read. A jar of which no class can be read has, by its name,
    /// what the release's jar has; what that meets is not known.
    /// </summary>
    public bool IsReadable(SparkFeatureRow row)
    {
        var entry = Path.Find(row.Entry);
        if (entry >= 0)
        {
            return !IsUnreadable(entry);
        }

        var bringing = _shipped.Bringing(row.Entry).Select(s => s.Artifact).ToHashSet(StringComparer.Ordinal);
        return !Enumerable.Range(0, Path.Jars.Count)
            .Where(j => bringing.Contains(JarName.Parse(Path.Jars[j].FileName).Artifact))
            .Any(IsWhollyUnreadable);
    }

    private bool IsWhollyUnreadable(int jar)
    {
        var (from, to) = Path.ClassesOf(jar);
        return Enumerable.Range(from, to - from).All(IsUnreadable);
    }

    private bool IsUnreadable(int number) =>
        (Path.Row(number).Flags & (ClassFlags.Unreadable | ClassFlags.Hollow)) != 0;

    private LibraryContext ContextOf()
    {
        var present = Names.Select(n => new ShippedJar(n.Artifact, n.Version, n.Classifier)).ToList();
        var layout = SparkJarLayout.None;
        if (Names.Any(n => n.Artifact == "hadoop-common"))
        {
            layout = SparkJarLayout.Split;
        }
        else if (Names.Any(n => n.Artifact == "hadoop-client-api"))
        {
            layout = SparkJarLayout.Shaded;
        }

        return new LibraryContext(_request.SparkVersion)
        {
            HadoopVersion = HadoopVersion,
            JarLayout = layout,
            Present = present,
        };
    }
}
