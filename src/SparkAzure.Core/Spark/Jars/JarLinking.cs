using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>
/// Links sets of jars that an exchange could make, where the jars lie now: each jar is read once, and DSS's own
/// libraries only when a class is in nothing else.
/// </summary>
internal sealed class JarLinking
{
    private readonly JarPlanRequest _request;
    private readonly JavaClassPathOptions _options;
    private readonly JavaClassPath _read;
    private readonly Dictionary<string, JarSource> _libraries;
    private readonly Dictionary<string, JarSource> _companions;
    private readonly RunSelection _runs;
    private JavaClassPath? _readOfCompanions;

    private JarLinking(JarPlanRequest request, JavaClassPathOptions options, JavaClassPath read)
    {
        _request = request;
        _options = options;
        _read = read;
        _libraries = Candidates(request.Libraries, request.ExcludeAws);
        _companions = Candidates(request.Companions, request.ExcludeAws);
        _runs = RunSelection.For(SparkRuns.Shipped.Runs, request.Spark, options.JavaRelease);
    }

    /// <summary>
    /// Reads the distribution and the libraries; null where only the names of the libraries are known, and where no
    /// class of Spark can be read: those tell nothing.
    /// </summary>
    public static async Task<JarLinking?> ReadAsync(JarPlanRequest request, CancellationToken cancellationToken)
    {
        if (request.Libraries.Jars.Any(j => j.Path is null))
        {
            return null;
        }

        var options = new JavaClassPathOptions(Linkage(request, []).Java) { IndexFolder = request.IndexFolder };
        var standing = request.Current.Select(j => PathOf(request, j)).Where(File.Exists);
        var libraries = request.Libraries.Jars
            .Where(j => !(request.ExcludeAws && IsAws(j)))
            .Select(j => j.Path!);
        var read = await JavaClassPath.ReadAsync([.. standing, .. libraries], options, cancellationToken)
            .ConfigureAwait(false);
        if (SparkFeatures.All.Any(f => IsSparks(f.Entry) && read.Find(f.Entry) >= 0))
        {
            return new JarLinking(request, options, read);
        }

        return null;
    }

    /// <summary>Whether runs of a feature were recorded that tell of this Spark.</summary>
    public bool Tells(SparkFeature feature) => _runs.Of(feature) != 0;

    /// <summary>The classes that features would look up and not find, as far as runs tell: quick, not all.</summary>
    /// <param name="staying">The jars of the distribution that stay.</param>
    /// <param name="incoming">The jars that come.</param>
    /// <param name="features">The features.</param>
    public IEnumerable<(string Class, SparkFeature Feature)> Missed(
        IEnumerable<StandingJar> staying, IEnumerable<IncomingJar> incoming, IReadOnlyList<SparkFeature> features)
    {
        var path = ClassPath(staying, incoming);
        var there = features.Where(f => path.Find(SparkFeatures.Of(f).Entry) >= 0);
        return new MissedLookUps(path, SparkRuns.Shipped, _runs).Of([.. there]);
    }

    /// <summary>Links what would be there.</summary>
    /// <param name="staying">The jars of the distribution that stay.</param>
    /// <param name="incoming">The jars that come.</param>
    /// <param name="cancellationToken">Ends the linking.</param>
    public async Task<JarLinkage> LinkAsync(
        IEnumerable<StandingJar> staying, IEnumerable<IncomingJar> incoming, CancellationToken cancellationToken)
    {
        var runs = SparkRuns.Shipped;
        var path = ClassPath(staying, incoming);
        var request = Linkage(_request, [.. path.Jars.Where(j => !j.IsJdk).Select(j => j.Path)]);
        return await JarLinkage.LinkAsync(request, path, runs, runs.Runs, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The jar that brings a class: of the libraries, else of DSS's own; null where none has it.</summary>
    /// <param name="name">The class, with slashes.</param>
    /// <param name="catalog">Says which jar belongs there, where several have it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<JarSource?> BringingAsync(
        string name, LibraryCatalog catalog, CancellationToken cancellationToken)
    {
        if (Best(_read, _libraries, name, catalog) is { } library)
        {
            return library;
        }

        _readOfCompanions ??= await JavaClassPath
            .ReadAsync([.. _companions.Keys], _options, cancellationToken)
            .ConfigureAwait(false);
        return Best(_readOfCompanions, _companions, name, catalog);
    }

    private JavaClassPath ClassPath(IEnumerable<StandingJar> staying, IEnumerable<IncomingJar> incoming)
    {
        var paths = staying.Select(s => PathOf(_request, s.Jar))
            .Concat(incoming.Select(i => i.Source.Path!))
            .ToHashSet(StringComparer.Ordinal);
        return _read.With(_read.Jars.Concat(_readOfCompanions?.Jars ?? []).Where(j => paths.Contains(j.Path)));
    }

    private static JarSource? Best(
        JavaClassPath path, Dictionary<string, JarSource> candidates, string name, LibraryCatalog catalog)
    {
        var having = new List<JarSource>();
        for (var number = path.Find(name); number >= 0; number = path.Next(number))
        {
            if (candidates.TryGetValue(path.JarOf(number).Path, out var jar))
            {
                having.Add(jar);
            }
        }

        if (having.Count < 2)
        {
            return having.FirstOrDefault();
        }

        var belonging = catalog.Bringing(name).Select(s => s.FileName).ToHashSet(StringComparer.Ordinal);
        return having.Find(j => belonging.Contains(j.FileName)) ?? having.MaxBy(VersionOf);
    }

    // Hadoop's own jars come as a whole, of one release.
    private static Dictionary<string, JarSource> Candidates(JarSources sources, bool excludeAws) =>
        sources.Jars
            .Where(j => j.Path is not null && !(excludeAws && IsAws(j)))
            .Where(j => !HadoopLibraries.IsPart(JarName.Parse(j.FileName).Artifact))
            .ToDictionary(j => j.Path!, StringComparer.Ordinal);

    private static ReleaseNumber? VersionOf(JarSource jar) =>
        ReleaseNumber.TryParse(JarName.Parse(jar.FileName).Version);

    private static bool IsAws(JarSource jar) => JarRecipe.Aws.IsMatch(JarName.Parse(jar.FileName).Artifact);

    private static bool IsSparks(string className) =>
        className.StartsWith("org/apache/spark/", StringComparison.Ordinal);

    private static string PathOf(JarPlanRequest request, Jar jar) => Path.Combine(request.Home.Jars, jar.Name);

    private static JarLinkageRequest Linkage(JarPlanRequest request, IReadOnlyList<string> jars) =>
        new(jars, request.Home.SparkVersion) { IndexFolder = request.IndexFolder };
}
