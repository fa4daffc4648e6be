using System.Diagnostics;
using System.Globalization;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// The station "jar conflicts": holds the jars of a distribution, or of one that is only planned, against the tables of
/// <see cref="SparkJarRules"/>. Reads only; nothing is loaded or run.
/// </summary>
public static class SparkJarConflicts
{
    /// <summary>Finds the conflicts of a distribution on disk, the gravest first.</summary>
    /// <exception cref="SparkAzureException">NotASparkHome, CannotRead.</exception>
    public static async Task<IReadOnlyList<SparkJarConflict>> FindAsync(
        string sparkHome, ICaller caller, CancellationToken cancellationToken)
    {
        var home = SparkHome.Read(sparkHome);
        try
        {
            return await FindAsync(
                Directory.GetFiles(home.Jars, "*.jar"),
                home.SparkVersion,
                home.Path,
                caller,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.CannotRead(home.Jars, exception);
        }
    }

    /// <summary>
    /// Finds the conflicts of a set of jars, wherever they are: what a plan would make of a distribution.
    /// </summary>
    /// <param name="jars">The paths of the jars.</param>
    /// <param name="sparkVersion">The Spark release they are for.</param>
    /// <param name="sparkHome">The Spark home they are for.</param>
    /// <param name="caller">Is told.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<IReadOnlyList<SparkJarConflict>> FindAsync(
        IReadOnlyList<string> jars,
        string sparkVersion,
        string sparkHome,
        ICaller caller,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        caller.Verbose($"Reading the names of the classes in {jars.Count} jars of '{sparkHome}'.");
        var (contents, unreadable) = await JarContents.ReadAllAsync(jars, Named, cancellationToken)
            .ConfigureAwait(false);
        var scan = new Scan(contents, SparkReleases.Find(sparkVersion), sparkVersion, sparkHome);
        foreach (var (path, error) in unreadable)
        {
            scan.Report(SparkJarRules.Unreadable, error.Message, [Path.GetFileName(path)]);
        }

        scan.FindSeveralVersions();
        await scan.FindHadoopAsync(cancellationToken).ConfigureAwait(false);
        scan.FindTogether();
        scan.FindMissingClasses();
        scan.FindVersions();
        scan.FindFamilies();
        await scan.FindSeveralClassesAsync(cancellationToken).ConfigureAwait(false);
        caller.Verbose(
            $"Read {contents.Sum(c => c.Classes.Length)} classes in {clock.Elapsed.TotalSeconds:0.00} s; " +
            $"{scan.Findings.Count} findings.");
        return [.. scan.Findings.OrderByDescending(f => f.Severity)];
    }

    // What a jar's file name tells of it.
    internal static JarIdentity Named(string fileName)
    {
        var name = JarName.Parse(fileName);
        return new JarIdentity(Group: "", name.Artifact, name.Version, name.Classifier, IsFat: false);
    }

    private sealed class Scan(
        IReadOnlyList<JarContents> jars,
        SparkRelease? release,
        string sparkVersion,
        string sparkHome)
    {
        // So many class names are enough to be found in a stack trace.
        private const int Shown = 3;

        private readonly ClassIndex _classes = new(jars);
        private readonly HashSet<(JarContents, JarContents)> _explained = [];
        private Dictionary<(JarContents First, JarContents Second), HashSet<ulong>>? _overlaps;

        public List<SparkJarConflict> Findings { get; } = [];

        private Dictionary<(JarContents First, JarContents Second), HashSet<ulong>> Overlaps =>
            _overlaps ??= _classes.Overlaps();

        public void Report(
            JarRule rule,
            string summary,
            IEnumerable<string> names,
            params object[] details) => Findings.Add(new SparkJarConflict
        {
            Rule = rule.Id,
            Severity = rule.Severity,
            Summary = summary,
            Jars = [.. names.Order(StringComparer.Ordinal).Distinct()],
            Symptom = string.Format(CultureInfo.InvariantCulture, rule.Symptom, details),
            Remedy = string.Format(CultureInfo.InvariantCulture, rule.Remedy, details),
            Source = rule.Source,
            SparkHome = sparkHome,
        });

        public void FindSeveralVersions()
        {
            foreach (var named in jars.GroupBy(j => (JarName.WithoutScala(j.Identity.Artifact), j.Identity.Classifier)))
            {
                // A known group stands for itself; a jar that tells none goes with those whose classes it has.
                var left = named.ToList();
                while (left.Count > 0)
                {
                    var first = left[0];
                    var same = left.Where(j => j == first || AreOneArtifact(first, j)).ToList();
                    left.RemoveAll(same.Contains);
                    if (same.DistinctBy(j => (j.Identity.Artifact, j.Identity.Version)).Count() > 1)
                    {
                        Explain(same);
                        Report(
                            SparkJarRules.SeveralVersions,
                            $"{first.Identity.Artifact} is there in the versions " +
                            $"{And(same.Select(j => j.Identity.Version).Distinct())}.",
                            Names(same),
                            first.Identity.Artifact);
                    }
                }
            }
        }

        public async Task FindHadoopAsync(CancellationToken cancellationToken)
        {
            var hadoop = jars.Where(IsHadoop).ToList();
            var versions = hadoop
                .GroupBy(j => j.Identity.Version)
                .OrderByDescending(v => ReleaseNumber.TryParse(v.Key))
                .ToList();
            if (versions.Count < 2)
            {
                return;
            }

            var core = hadoop.Find(j => j.Identity.Artifact == "hadoop-common")
                ?? hadoop.Find(j => j.Identity.Artifact == "hadoop-client-api");
            var strangers = hadoop.Where(j => core is not null && j.Identity.Version != core.Identity.Version).ToList();
            var missing = new Dictionary<JarContents, IReadOnlyList<string>>();
            foreach (var jar in strangers)
            {
                missing[jar] = await MissingHadoopAsync(jar, cancellationToken).ConfigureAwait(false);
            }

            Explain(hadoop);
            Report(
                SparkJarRules.HadoopMixed,
                $"The Hadoop jars are of {versions.Count} versions: " +
                $"{And(versions.Select(v => $"{v.Count()} of {v.Key}"))}.",
                Names(hadoop),
                NoClass([.. missing.Values.SelectMany(m => m).Distinct().Order(StringComparer.Ordinal)]));
            foreach (var addOn in strangers.Where(j => SparkJarRules.AddOns.Contains(j.Identity.Artifact)))
            {
                Report(
                    SparkJarRules.AddOnVersion,
                    $"{addOn.Identity.Artifact} is of {addOn.Identity.Version}, Hadoop of {core!.Identity.Version}.",
                    [addOn.FileName, core.FileName],
                    NoClass(missing[addOn]),
                    addOn.Identity.Artifact,
                    core.Identity.Version);
            }
        }

        // The classes of Hadoop that a jar names and none has, sorted.
        private async Task<IReadOnlyList<string>> MissingHadoopAsync(
            JarContents jar, CancellationToken cancellationToken)
        {
            var references = await jar.ReferencesAsync(cancellationToken).ConfigureAwait(false);
            var named = references.Where(c =>
                SparkJarRules.WholePackages.Any(p => c.StartsWith(p, StringComparison.Ordinal)));
            var known = SparkJarRules.Classes
                .Where(r => Concerns(r).Contains(jar))
                .Select(r => r.Needs)
                .Where(c => c.StartsWith("org/apache/hadoop/", StringComparison.Ordinal));
            return [.. named.Concat(known).Where(c => !_classes.Has(c)).Distinct().Order(StringComparer.Ordinal)];
        }

        public void FindTogether()
        {
            foreach (var row in SparkJarRules.Together)
            {
                var one = jars.Where(j => row.One.Contains(j.Identity.Artifact)).ToList();
                var other = jars.Where(j => row.Other.Contains(j.Identity.Artifact)).ToList();
                if (one.Count > 0 && other.Count > 0)
                {
                    Explain([.. one, .. other]);
                    Report(row.Rule, $"{And(Names(one))} beside {And(Names(other))}.", Names([.. one, .. other]));
                }
            }
        }

        public void FindMissingClasses()
        {
            foreach (var row in SparkJarRules.Classes.Where(r => !_classes.Has(r.Needs)))
            {
                var holders = Concerns(row);
                if (holders.Count > 0)
                {
                    Report(
                        row.Rule,
                        $"{And(Names(holders))} needs the class {row.Needs.Replace('/', '.')}, which no jar has.",
                        Names(holders));
                }
            }
        }

        public void FindVersions()
        {
            foreach (var row in SparkJarRules.Versions)
            {
                var with = jars
                    .Where(j => row.With.Contains(JarName.WithoutScala(j.Identity.Artifact))
                        && IsWithin(j, row.From, row.Before))
                    .ToList();
                foreach (var jar in jars.Where(j =>
                    with.Count > 0
                        && j.Identity.Artifact == row.Artifact
                        && IsOf(j, row.Group)
                        && !IsWithin(j, row.AtLeast, row.Below)))
                {
                    var wanted = row.AtLeast is null ? $"below {row.Below}" : $"{row.AtLeast} or later";
                    var shipped = release?.VersionOf(row.Artifact) is { } version && version != jar.Identity.Version
                        ? $" (Spark {sparkVersion} ships {version})"
                        : "";
                    Report(
                        row.Rule,
                        $"{row.Artifact} is of {jar.Identity.Version}; {And(Names(with))} needs {wanted}{shipped}.",
                        [jar.FileName, .. Names(with)],
                        jar.Identity.Version,
                        with[0].Identity.Version);
                }
            }
        }

        public void FindFamilies()
        {
            foreach (var row in SparkJarRules.Families)
            {
                var family = jars
                    .Where(j => row.Artifacts.Contains(JarName.WithoutScala(j.Identity.Artifact))
                        && IsOf(j, row.Group)
                        && ReleaseOf(j) is not null)
                    .ToList();
                var versions = family
                    .Select(j => ReleaseOf(j)!)
                    .Select(r => $"{r.Major}.{r.Minor}")
                    .Distinct()
                    .ToList();
                if (versions.Count > 1)
                {
                    Report(
                        row.Rule,
                        $"{And(family.Select(j => $"{j.Identity.Artifact} {j.Identity.Version}"))} are of " +
                        $"{versions.Count} releases.",
                        Names(family),
                        (family.FirstOrDefault(j => j.Identity.Artifact.EndsWith("-databind", StringComparison.Ordinal))
                            ?? family[0]).Identity.Version);
                }
            }
        }

        public async Task FindSeveralClassesAsync(CancellationToken cancellationToken)
        {
            var unexplained = Overlaps
                .Where(o => !_explained.Contains(o.Key))
                .OrderBy(o => o.Key.First.FileName, StringComparer.Ordinal);
            foreach (var ((first, second), hashes) in unexplained)
            {
                var names = await first.NamesAsync(hashes, cancellationToken).ConfigureAwait(false);
                var sorted = names.Order(StringComparer.Ordinal).ToList();
                var watched = sorted.Find(n => SparkJarRules.Watched.Any(w => w.Covers(n)));
                var example = watched ?? sorted[0];
                var harmless = HarmlessFor(first, second);
                var why = harmless is null ? "" : $": {harmless.Reason}";
                var count = hashes.Count == 1 ? "1 class" : $"{hashes.Count} classes";
                Report(
                    ClassRule(first, second, watched, harmless),
                    $"{first.FileName} and {second.FileName} hold {count} of the same name with different bytes, " +
                    $"such as {example}{why}.",
                    [first.FileName, second.FileName],
                    example);
            }
        }

        // What two jars with the same classes come to: nothing, something to know, or a danger.
        private static JarRule ClassRule(JarContents first, JarContents second, string? watched, HarmlessRow? harmless)
        {
            if (harmless is not null)
            {
                return SparkJarRules.HarmlessClasses with { Source = harmless.Source };
            }

            var isUnwatched = watched is null && !IsNamesake(first, second);
            if (isUnwatched || AreOneRelease(first, second))
            {
                return SparkJarRules.SeveralClasses with { Severity = SparkJarConflictSeverity.Information };
            }

            return SparkJarRules.SeveralClasses;
        }

        /// <summary>
        /// The jars, of the versions that a row is about, that hold its first class. The shaded Hadoop is not one of
        /// them: it brings what it needs under names of its own.
        /// </summary>
        private List<JarContents> Concerns(ClassRow row) =>
            [
                .. _classes
                    .With(row.Of)
                    .Where(j => j.Identity.Artifact != "hadoop-client-api" && IsWithin(j, row.From, row.Before))
            ];

        // A pair that a rule has spoken of is not reported a second time for its classes.
        private void Explain(IReadOnlyList<JarContents> together)
        {
            foreach (var one in together)
            {
                foreach (var other in together)
                {
                    _explained.Add((one, other));
                }
            }
        }

        private bool AreOneArtifact(JarContents one, JarContents other)
        {
            if (one.Identity.Group.Length > 0 && other.Identity.Group.Length > 0)
            {
                return one.Identity.Group == other.Identity.Group;
            }

            return HarmlessFor(one, other) is null
                && (Overlaps.ContainsKey((one, other)) || Overlaps.ContainsKey((other, one)));
        }

        // Modules that were published together are used together.
        private static bool AreOneRelease(JarContents one, JarContents other) =>
            one.Identity.Group.Length > 0
                && (one.Identity.Group, one.Identity.Version) == (other.Identity.Group, other.Identity.Version);

        private static bool IsNamesake(JarContents one, JarContents other) =>
            JarName.WithoutScala(one.Identity.Artifact) == JarName.WithoutScala(other.Identity.Artifact);

        private static HarmlessRow? HarmlessFor(JarContents one, JarContents other) =>
            SparkJarRules.Harmless.FirstOrDefault(r => r.Covers(one.Identity.Artifact, other.Identity.Artifact));

        // hadoop-shaded-guava and -protobuf have versions of their own.
        private static bool IsHadoop(JarContents jar) =>
            jar.Identity.Artifact.StartsWith("hadoop-", StringComparison.Ordinal) && IsOf(jar, "org.apache.hadoop")
            && !jar.Identity.Artifact.StartsWith("hadoop-shaded-", StringComparison.Ordinal);

        // Jackson's and Maven's groups branch: com.fasterxml.jackson.core, com.fasterxml.jackson.module.
        private static bool IsOf(JarContents jar, string group) =>
            jar.Identity.Group.Length == 0
                || jar.Identity.Group == group
                || jar.Identity.Group.StartsWith(group + ".", StringComparison.Ordinal);

        private static bool IsWithin(JarContents jar, string? from, string? before)
        {
            if (ReleaseOf(jar) is { } version)
            {
                return (from is null || version >= ReleaseNumber.Parse(from))
                    && (before is null || version < ReleaseNumber.Parse(before));
            }

            return from is null && before is null;
        }

        private static ReleaseNumber? ReleaseOf(JarContents jar) => ReleaseNumber.TryParse(jar.Identity.Version);

        private static string NoClass(IReadOnlyList<string> missing)
        {
            if (missing.Count == 0)
            {
                return "java.lang.NoSuchMethodError or IllegalAccessError naming a class of org.apache.hadoop";
            }

            var named = $"java.lang.NoClassDefFoundError: {And(missing.Take(Shown))}";
            if (missing.Count > Shown)
            {
                return $"{named} (and {missing.Count - Shown} more)";
            }

            return named;
        }

        private static IEnumerable<string> Names(IEnumerable<JarContents> of) => of.Select(j => j.FileName);

        private static string And(IEnumerable<string> items)
        {
            var all = items.ToList();
            if (all.Count < 2)
            {
                return string.Concat(all);
            }

            return $"{string.Join(", ", all[..^1])} and {all[^1]}";
        }
    }
}
