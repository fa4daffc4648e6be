using System.Globalization;
using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>Says what linking found: one finding for each cause, with the exception that comes first.</summary>
/// <param name="linkage">The jars, linked.</param>
/// <param name="wanted">The features that the caller's jobs use, beside those of every job.</param>
/// <param name="all">True to tell as well of what no run came to.</param>
internal sealed class LinkFindings(JarLinkage linkage, IReadOnlyCollection<SparkFeature> wanted, bool all)
{
    // The search for a way goes through the calls of a whole feature.
    private const int MostWays = 8;
    private readonly Dictionary<SparkFeature, FeatureWays> _ways = [];
    private readonly MissingClasses _missing = new(linkage.Path, linkage.Runs, linkage.Catalog);
    private readonly LibraryVersions _versions = new(linkage.Context);
    private int _waysLeft = MostWays;

    /// <summary>The findings, without a Spark home.</summary>
    public IEnumerable<SparkJarConflict> Find(CancellationToken cancellationToken)
    {
        foreach (var verdict in linkage.Verdicts.Where(IsAbsent))
        {
            yield return OfAbsence(verdict);
        }

        var faults = linkage.Verdicts.Where(v => v.IsThere).SelectMany(v => v.Faults.Select(f => (Verdict: v, Fault: f)));
        var told = faults.Where(f => all || f.Fault.Basis != LinkBasis.Calls);
        foreach (var cause in told.GroupBy(f => CauseOf(f.Fault.Target, f.Fault.Fault.FaultyJar)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return OfCause([.. cause], cancellationToken);
        }
    }

    /// <summary>
    /// What stops features for certain, whatever the order of the class path: the exception that the first of them meets
    /// first, and all jars that they lack; null where nothing is known to stop one of them, or none is there.
    /// </summary>
    /// <param name="features">The features, the one that is told of first in front.</param>
    /// <param name="cancellationToken">Ends the search for the way there.</param>
    public SparkJarConflict? Stopping(IReadOnlyList<SparkFeature> features, CancellationToken cancellationToken)
    {
        var stopped = new List<(FeatureVerdict Verdict, FeatureFault Fault)>();
        foreach (var verdict in features.Select(f => linkage.Verdicts.Single(v => v.Feature == f)).Where(v => v.IsThere))
        {
            if (verdict.Faults.FirstOrDefault(IsCertain) is { } fault)
            {
                stopped.Add((verdict, fault));
            }
        }

        if (stopped.Count == 0)
        {
            return null;
        }

        var first = stopped[0].Fault;
        var finding = OfCause([.. stopped.Where(s => s.Fault.Fault.Problem == first.Fault.Problem)], cancellationToken);
        var requires = RequiredFor(first)
            .Concat(stopped.SelectMany(s => s.Verdict.Requires))
            .DistinctBy(j => j.ToString())
            .ToList();
        return finding with { RequiredJars = Named(requires), Remedy = RemedyOf(requires, finding.Remedy) };
    }

    private static bool IsCertain(FeatureFault fault) =>
        fault.Basis != LinkBasis.Calls && !fault.Fault.DependsOnOrder;

    /// <summary>What refers to something that is not there, and no feature comes to: one finding for each cause.</summary>
    /// <param name="faults">All faults of the jars.</param>
    public IEnumerable<SparkJarConflict> FindUnreached(IReadOnlyList<LinkFault> faults)
    {
        var reached = linkage.Verdicts.SelectMany(v => v.Faults).Select(f => f.Fault.Problem.ToString()).ToHashSet();
        var causes = faults
            .Where(f => f.Jar is not null && !reached.Contains(f.Problem.ToString()))
            .GroupBy(f => (f.Jar!.FileName, CauseOf(TargetOf(f), f.FaultyJar), f.DependsOnOrder));
        foreach (var cause in causes)
        {
            yield return OfUnreached([.. cause], TargetOf(cause.First()));
        }
    }

    private static string TargetOf(LinkFault fault) => (fault.FaultyClass ?? fault.Problem.Message).Replace('.', '/');

    private SparkJarConflict OfUnreached(IReadOnlyList<LinkFault> faults, string target)
    {
        var first = faults[0];
        var feature = new FeatureFault(SparkFeature.Driver, first, -1, target, int.MaxValue, LinkBasis.Calls);
        return new SparkJarConflict
        {
            Rule = RuleOf(feature),
            Severity = SparkJarConflictSeverity.Information,
            Summary = Unreached(faults, target),
            Jars = [.. new[] { first.Jar!.FileName, first.FaultyJar?.FileName }.OfType<string>().Distinct()],
            Symptom = first.Problem.ToString(),
            Remedy = "Nothing is to do unless a job meets it.",
            Source = "the jars, linked",
            Basis = SparkJarConflictBasis.Reference,
            ReferringJar = first.Jar.FileName,
            SparkHome = "",
        };
    }

    private string Unreached(IReadOnlyList<LinkFault> faults, string target)
    {
        var first = faults[0];
        var example = $"of {first.Class} to {JavaNames.Dotted(target)}";
        var end = "to nothing";
        if (first.DependsOnOrder)
        {
            example += $", which is in {string.Join(" and ", DefinitionsOf(target))}";
            end = "in some orders of the class path alone";
        }

        if (faults.Count == 1)
        {
            return $"1 reference of {first.Jar!.FileName} resolves {end}, that {example}. No run came to it.";
        }

        return $"{faults.Count} references of {first.Jar!.FileName} resolve {end}, such as that {example}. " +
            "No run came to one of them.";
    }

    // Where nothing of Spark can be read, nothing tells that a part of it is not there.
    private bool IsAbsent(FeatureVerdict verdict)
    {
        var row = SparkFeatures.Of(verdict.Feature);
        if (verdict.IsThere || !linkage.IsReadable(row))
        {
            return false;
        }

        return wanted.Contains(verdict.Feature)
            || (row.OfEveryJob && linkage.IsReadable(SparkFeatures.Of(SparkFeature.Driver)));
    }

    private bool IsWanted(SparkFeature feature) => SparkFeatures.Of(feature).OfEveryJob || wanted.Contains(feature);

    private static SparkJarConflict OfAbsence(FeatureVerdict verdict)
    {
        var row = SparkFeatures.Of(verdict.Feature);
        return new SparkJarConflict
        {
            Rule = FaultRules.FeatureMissing,
            Severity = SparkJarConflictSeverity.Error,
            Summary = $"No jar has {JavaNames.Dotted(row.Entry)}: this distribution is without {row.Words}.",
            Symptom = verdict.First?.ToString() ?? row.Absent,
            Remedy = RemedyOf(verdict.Requires, $"Use a distribution that has {row.Words}."),
            Source = row.Source,
            Basis = SparkJarConflictBasis.Reference,
            Features = [verdict.Feature],
            RequiredJars = Named(verdict.Requires),
            SparkHome = "",
        };
    }

    // What one cure would cure: a jar that is missing, or one that does not suit.
    private string CauseOf(string target, JarOnPath? faulty)
    {
        if (faulty is not null)
        {
            return "jar " + faulty.FileName;
        }

        if (linkage.Catalog.Bringing(target) is [var first, ..])
        {
            return "missing " + first.Artifact;
        }

        return "missing " + target[..Math.Max(0, target.LastIndexOf('/'))];
    }

    private SparkJarConflict OfCause(
        IReadOnlyList<(FeatureVerdict Verdict, FeatureFault Fault)> faults, CancellationToken cancellationToken)
    {
        var (verdict, first) = faults
            .OrderBy(f => f.Fault.Basis == LinkBasis.Calls)
            .ThenBy(f => !IsWanted(f.Fault.Feature))
            .ThenBy(f => f.Fault.Rank)
            .First();
        var features = faults.Where(f => f.Fault.Basis != LinkBasis.Calls).Select(f => f.Fault.Feature).Distinct();
        var concerned = features.DefaultIfEmpty(first.Feature).Order().ToList();
        var requires = RequiredFor(first);
        var referrer = first.Fault.Jar;
        return new SparkJarConflict
        {
            Rule = RuleOf(first),
            Severity = SeverityOf(first, concerned),
            Summary = SummaryOf(first, concerned),
            Jars = [.. JarsOf(faults).Order(StringComparer.Ordinal)],
            Symptom = SymptomOf(verdict, first),
            Remedy = RemedyOf(requires, CureOf(first)),
            Source = SourceOf(first, requires),
            Basis = first.Basis == LinkBasis.Calls ? SparkJarConflictBasis.Reference : SparkJarConflictBasis.Run,
            Features = concerned,
            Way = WayTo(first, cancellationToken),
            ReferringJar = referrer?.FileName,
            RequiredJars = Named(requires),
            SparkHome = "",
        };
    }

    // A job that opens a path of a file system which Hadoop passes over is told so, and not why.
    private static string SymptomOf(FeatureVerdict verdict, FeatureFault first)
    {
        if (verdict.First is { } problem && problem.Exception != first.Fault.Problem.Exception
            && verdict.Faults.All(f => f.Fault.Problem != problem))
        {
            return problem.ToString();
        }

        return first.Fault.Problem.ToString();
    }

    private SparkJarConflictSeverity SeverityOf(FeatureFault first, IReadOnlyList<SparkFeature> features)
    {
        if (first.Basis == LinkBasis.Calls || !features.Any(IsWanted))
        {
            return SparkJarConflictSeverity.Information;
        }

        if (first.Fault.DependsOnOrder)
        {
            return SparkJarConflictSeverity.Warning;
        }

        return SparkJarConflictSeverity.Error;
    }

    private string RuleOf(FeatureFault first)
    {
        if (first.Fault.DependsOnOrder)
        {
            return FaultRules.SeveralJars;
        }

        var referrer = ArtifactOf(first.Fault.Jar);
        if (first.Fault.FaultyJar is { } faulty)
        {
            var name = JarName.Parse(faulty.FileName);
            return FaultRules.IdOfIncompatible(name, BelongingVersion(name), referrer);
        }

        var bringing = linkage.Catalog.Bringing(first.Target);
        var artifact = bringing.Count > 0 ? bringing[0].Artifact : "";
        return FaultRules.IdOfMissing(first.Target, artifact, referrer);
    }

    private string? BelongingVersion(JarName name)
    {
        if (_versions.Of(name.ArtifactWithoutScala) is [var first, ..])
        {
            return first.Version;
        }

        return null;
    }

    private static string ArtifactOf(JarOnPath? jar)
    {
        if (jar is null)
        {
            return "";
        }

        return JarName.Parse(jar.FileName).Artifact;
    }

    private string SummaryOf(FeatureFault first, IReadOnlyList<SparkFeature> features)
    {
        var concerned = string.Join(", ", features.Select(f => SparkFeatures.Of(f).Words));
        var referrer = first.Fault.Jar?.FileName ?? "A configuration";
        var target = JavaNames.Dotted(first.Target);
        if (first.Fault.FaultyJar is not { } faulty)
        {
            return $"{referrer} needs the class {target}, which no jar has. Concerned: {concerned}.";
        }

        if (first.Fault.DependsOnOrder)
        {
            var jars = string.Join(" and ", DefinitionsOf(first.Target));
            return $"{target} is in {jars}; {referrer} does not go with each of them. Concerned: {concerned}.";
        }

        return $"{referrer} does not go with {target} of {faulty.FileName}. Concerned: {concerned}.";
    }

    private IEnumerable<string> DefinitionsOf(string name)
    {
        for (var number = linkage.Path.Find(name); number >= 0; number = linkage.Path.Next(number))
        {
            yield return linkage.Path.JarOf(number).FileName;
        }
    }

    private IEnumerable<string> JarsOf(IEnumerable<(FeatureVerdict Verdict, FeatureFault Fault)> faults) =>
        faults
            .SelectMany(f => DefinitionsOf(f.Fault.Target).Append(f.Fault.Fault.Jar?.FileName))
            .OfType<string>()
            .Distinct();

    private IReadOnlyList<LibrarySuggestion> RequiredFor(FeatureFault first)
    {
        if (first.Fault.FaultyJar is not { } faulty)
        {
            return _missing.JarsFor([first.Target], linkage.Selection.Of(first.Feature));
        }

        // The version that belongs there, if it is another one, and nothing that is looked up in this one goes with it.
        var name = JarName.Parse(faulty.FileName);
        var ofFeature = linkage.Selection.Of(first.Feature);
        var belonging = _versions.Of(name.ArtifactWithoutScala).Where(s => _missing.CanReplace(faulty, s, ofFeature));
        return [.. belonging.Take(1).Where(s => s.Version != name.Version)];
    }

    private static string CureOf(FeatureFault first)
    {
        if (first.Fault.DependsOnOrder)
        {
            return "Take out the jar that does not belong there: the JVM takes jars/* in the order of the directory, " +
                "which differs between hosts and images.";
        }

        if (first.Fault.FaultyJar is null)
        {
            return $"Bring the jar that has {JavaNames.Dotted(first.Target)}, or take out {first.Fault.Jar?.FileName}.";
        }

        return $"Have {first.Fault.Jar?.FileName} and {first.Fault.FaultyJar.FileName} in versions that go together.";
    }

    private static string RemedyOf(IReadOnlyList<LibrarySuggestion> requires, string otherwise)
    {
        if (requires.Count == 0)
        {
            return otherwise;
        }

        return string.Create(CultureInfo.InvariantCulture, $"Bring {string.Join(", ", requires)}.");
    }

    private static string SourceOf(FeatureFault first, IReadOnlyList<LibrarySuggestion> requires)
    {
        var artifact = ArtifactOf(first.Fault.FaultyJar);
        if (requires is [var required, ..])
        {
            artifact = required.Artifact;
        }

        var known = FaultRules.Of(artifact).Source;
        var sources = requires.Select(r => r.Source).Distinct().Append(known).Where(s => s.Length > 0);
        return string.Join("; ", sources.Prepend("the jars, linked"));
    }

    private static IReadOnlyList<string> Named(IReadOnlyList<LibrarySuggestion> jars) =>
        [.. jars.Select(j => j.ToString())];

    private IReadOnlyList<string> WayTo(FeatureFault fault, CancellationToken cancellationToken)
    {
        // What is loaded by its name has no caller that linking sees.
        if (fault.Class < 0 || _waysLeft-- <= 0)
        {
            return [];
        }

        if (!_ways.TryGetValue(fault.Feature, out var ways))
        {
            ways = new FeatureWays(linkage.Path, linkage.Runs, linkage.Selection.Of(fault.Feature));
            _ways.Add(fault.Feature, ways);
        }

        return ways.To(fault.Class, fault.Fault.Method, cancellationToken);
    }
}
