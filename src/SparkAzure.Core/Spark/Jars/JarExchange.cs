using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>A jar that is there.</summary>
internal sealed record StandingJar(Jar Jar, JarName Name);

/// <summary>A jar that is to come, or is there already.</summary>
internal sealed record IncomingJar(JarSource Source, JarName Name, string Reason);

/// <summary>Which of Hadoop's own jars go and come.</summary>
/// <param name="Release">The Hadoop that is wanted.</param>
/// <param name="IsShaded">True where Hadoop is shaded in this Spark, so that only its add-ons come.</param>
/// <param name="Incoming">Hadoop's own jars that come.</param>
/// <param name="Own">The versions of the distribution's own Hadoop, which go.</param>
internal sealed record JarExchange(
    ReleaseNumber Release, bool IsShaded, IReadOnlyList<IncomingJar> Incoming, IReadOnlySet<string> Own)
{
    /// <summary>Tells from names what is to be exchanged.</summary>
    /// <exception cref="SparkAzureException">
    /// ShadedHadoop, NoHadoopJars, HadoopLineMissing, RequiredJarMissing.
    /// </exception>
    public static JarExchange For(JarPlanRequest request, IReadOnlyList<StandingJar> there)
    {
        var shaded = there.FirstOrDefault(j => j.Name.Artifact is "hadoop-client-api" or "hadoop-client-runtime");
        if (shaded is null)
        {
            return Swap(request, there);
        }

        return AddOns(request, shaded.Name);
    }

    /// <summary>Why a jar that is there has to go; null when it stays.</summary>
    /// <param name="jar">The jar.</param>
    /// <param name="incoming">All that comes.</param>
    /// <param name="excludeAws">True where AWS is not wanted.</param>
    public string? ReasonToRemove(JarName jar, IEnumerable<IncomingJar> incoming, bool excludeAws)
    {
        if (HadoopLibraries.IsPart(jar.Artifact) && Own.Contains(jar.Version))
        {
            return $"Hadoop {jar.Version} of the distribution";
        }

        var successor = incoming.FirstOrDefault(i =>
            i.Name.Artifact == jar.Artifact && i.Name.Classifier == jar.Classifier);
        if (successor is not null)
        {
            return $"replaced by {successor.Source.FileName}";
        }

        if (excludeAws && JarRecipe.Aws.IsMatch(jar.Artifact))
        {
            return "AWS is not wanted";
        }

        return null;
    }

    private static JarExchange Swap(JarPlanRequest request, IReadOnlyList<StandingJar> there)
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
        var hadoop = request.Libraries.Jars
            .Select(s => new IncomingJar(s, JarName.Parse(s.FileName), $"Hadoop {release} of DSS"))
            .Where(i => HadoopLibraries.IsPart(i.Name.Artifact) && i.Name.Version == release.Text)
            .Where(i => !(request.ExcludeAws && JarRecipe.Aws.IsMatch(i.Name.Artifact)));
        return new JarExchange(release, IsShaded: false, [.. hadoop], own);
    }

    private static JarExchange AddOns(JarPlanRequest request, JarName shaded)
    {
        var libraries = request.Libraries.Jars.Select(s => (Source: s, Name: JarName.Parse(s.FileName))).ToList();
        var azure = libraries.Where(l => l.Name.Artifact == "hadoop-azure").Select(l => l.Name.Version).ToList();
        if (!azure.Contains(shaded.Version))
        {
            throw SparkErrors.ShadedHadoop(
                request.Home.Path, shaded.FileName, shaded.Version, request.Libraries.At, azure);
        }

        var wanted = JarRecipe.AddOns
            .Where(r => r.Feature is not { } feature || request.Wants(feature))
            .Where(r => !(request.ExcludeAws && r.IsForAws))
            .DistinctBy(r => r.Artifact);
        var incoming = from row in wanted
                       from library in libraries
                       where library.Name.Artifact == row.Artifact && library.Name.Version == shaded.Version
                       select new IncomingJar(library.Source, library.Name, row.Reason);
        return new JarExchange(
            ReleaseNumber.Parse(shaded.Version), IsShaded: true, [.. incoming], new HashSet<string>());
    }

    private static ReleaseNumber HadoopOf(JarPlanRequest request)
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
                && JarRecipe.HadoopVersions.Contains(r.Major));
        if (release is null)
        {
            var found = string.Join(", ", releases.Select(r => r.Text));
            throw SparkErrors.HadoopLineMissing(request.HadoopVersion ?? 3, request.Libraries.At, found);
        }

        return release;
    }
}
