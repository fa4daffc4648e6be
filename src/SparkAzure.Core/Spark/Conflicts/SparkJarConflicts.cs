using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// The station "jar conflicts": links the jars of a distribution, or of one that is only planned, as a JVM would, and says
/// what the features of Spark meet (<see cref="LinkFindings"/>); what linking cannot see stands in the tables of
/// <see cref="SparkJarRules"/>. Reads only; nothing is loaded or run.
/// </summary>
public static class SparkJarConflicts
{
    /// <summary>Finds the conflicts of a distribution on disk, the gravest first.</summary>
    /// <exception cref="SparkAzureException">
    /// NotASparkHome, CannotRead; with a data directory NotADataDirectory and what reading DSS's settings throws.
    /// </exception>
    public static async Task<IReadOnlyList<SparkJarConflict>> FindAsync(
        SparkJarConflictOptions options, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Read(options.SparkHome);
        if (options.DataDirectory is { } folder)
        {
            var used = await DssFeatures.ReadAsync(folder, caller, cancellationToken).ConfigureAwait(false);
            options = options with { For = [.. options.For.Union(used)] };
        }

        try
        {
            var request = new JarLinkageRequest(Directory.GetFiles(home.Jars, "*.jar"), home.SparkVersion)
            {
                JavaVersion = options.JavaVersion,
                JavaHome = options.JavaHome,
                IndexFolder = options.IndexFolder ?? UserCache.Folder("classes"),
            };
            var known = new KnownFindings(SegmentStore.Open(request.IndexFolder));
            var name = await known.NameAsync(request, options, cancellationToken).ConfigureAwait(false);
            if (known.Find(name) is { } before)
            {
                caller.Verbose($"The {request.Jars.Count} jars are those of an earlier search.");
                return [.. before.Select(f => f with { SparkHome = home.Path })];
            }

            var (findings, _) = await FindAsync(request, options, caller, cancellationToken).ConfigureAwait(false);
            known.Keep(name, findings);
            return [.. findings.Select(f => f with { SparkHome = home.Path })];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }

    /// <summary>
    /// Finds the conflicts of a set of jars, wherever they are: what a plan would make of a distribution.
    /// </summary>
    /// <param name="request">The jars.</param>
    /// <param name="options">What is asked; its Spark home is not read.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<(IReadOnlyList<SparkJarConflict> Findings, JarLinkage Linkage)> FindAsync(
        JarLinkageRequest request,
        SparkJarConflictOptions options,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        caller.Verbose($"Linking the classes of {request.Jars.Count} jars for Java {request.Java}.");
        var linkage = await JarLinkage.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var (contents, unreadable) = await JarContents.ReadAllAsync(request.Jars, Named, cancellationToken)
            .ConfigureAwait(false);
        var findings = new List<SparkJarConflict>();
        findings.AddRange(unreadable.Select(Unreadable));
        findings.AddRange(linkage.Path.Notes.Where(n => unreadable.All(u => u.Path != n.Path)).Select(UnreadableClass));
        findings.AddRange(new RuleFindings(contents, options.For).Find());
        var links = new LinkFindings(linkage, options.For, options.All);
        findings.AddRange(links.Find(cancellationToken));
        if (options.All)
        {
            var faults = await ClassPathLinks.AllAsync(linkage.Path, cancellationToken).ConfigureAwait(false);
            findings.AddRange(links.FindUnreached(faults));
        }

        caller.Verbose(
            $"Linked {linkage.Path.Count} classes in {clock.Elapsed.TotalSeconds:0.00} s; {findings.Count} findings.");
        var sorted = findings.OrderByDescending(f => f.Severity).ThenBy(f => f.Rule, StringComparer.Ordinal);
        return ([.. sorted.Select(f => f with { SparkHome = options.SparkHome })], linkage);
    }

    // What a jar's file name tells of it.
    internal static JarIdentity Named(string fileName)
    {
        var name = JarName.Parse(fileName);
        return new JarIdentity(Group: "", name.Artifact, name.Version, name.Classifier, IsFat: false);
    }

    private static SparkJarConflict Unreadable((string Path, SparkAzureException Error) jar) =>
        RuleFindings.Finding(SparkJarRules.Unreadable, jar.Error.Message, [Path.GetFileName(jar.Path)]);

    private static SparkJarConflict UnreadableClass(JarNote note)
    {
        var name = Path.GetFileName(note.Path);
        return RuleFindings.Finding(SparkJarRules.ClassUnreadable, $"{name}: {note.Text}.", [name]);
    }
}
