using System.Globalization;
using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Holds the names of jars against the tables of <see cref="SparkJarRules"/>: what linking cannot see, and what belongs
/// to no class.
/// </summary>
/// <param name="jars">The jars.</param>
/// <param name="wanted">The features that the caller's jobs use.</param>
internal sealed class RuleFindings(IReadOnlyList<JarContents> jars, IReadOnlyCollection<SparkFeature> wanted)
{
    private readonly List<SparkJarConflict> _findings = [];

    /// <summary>The findings, without a Spark home.</summary>
    public IReadOnlyList<SparkJarConflict> Find()
    {
        FindSeveralVersions();
        FindHadoopMixed();
        FindTogether();
        FindVersions();
        FindFamilies();
        FindOtherScala();
        return _findings;
    }

    /// <summary>Makes the finding of a rule.</summary>
    public static SparkJarConflict Finding(
        JarRule rule, string summary, IEnumerable<string> names, params object[] details) => new()
    {
        Rule = rule.Id,
        Severity = rule.Severity,
        Summary = summary,
        Jars = [.. names.Order(StringComparer.Ordinal).Distinct()],
        Symptom = string.Format(CultureInfo.InvariantCulture, rule.Symptom, details),
        Remedy = string.Format(CultureInfo.InvariantCulture, rule.Remedy, details),
        Source = rule.Source,
        SparkHome = "",
    };

    private void FindSeveralVersions()
    {
        var named = jars.Where(j => j.Identity.Version.Length > 0)
            .GroupBy(j => (
                JarName.WithoutScala(j.Identity.Artifact),
                j.Identity.Classifier,
                j.Identity.Group));
        foreach (var same in named.Where(g => g.Select(j => (j.Identity.Artifact, j.Identity.Version)).Distinct().Count() > 1))
        {
            var versions = And(same.Select(j => j.Identity.Version).Distinct());
            _findings.Add(Finding(
                SparkJarRules.SeveralVersions,
                $"{same.First().Identity.Artifact} is there in the versions {versions}.",
                Names(same),
                same.First().Identity.Artifact));
        }
    }

    private void FindHadoopMixed()
    {
        var versions = jars.Where(IsHadoop).GroupBy(j => j.Identity.Version).ToList();
        if (versions.Count > 1)
        {
            _findings.Add(Finding(
                SparkJarRules.HadoopMixed,
                $"The Hadoop jars are of {versions.Count} versions: " +
                $"{And(versions.Select(v => $"{v.Count()} of {v.Key}"))}.",
                Names(versions.SelectMany(v => v))));
        }
    }

    private void FindTogether()
    {
        foreach (var row in SparkJarRules.Together)
        {
            var one = jars.Where(j => row.One.Contains(j.Identity.Artifact)).ToList();
            var other = jars.Where(j => row.Other.Contains(j.Identity.Artifact)).ToList();
            if (one.Count > 0 && other.Count > 0)
            {
                var summary = $"{And(Names(one))} beside {And(Names(other))}.";
                _findings.Add(Finding(row.Rule, summary, Names([.. one, .. other])));
            }
        }
    }

    private void FindVersions()
    {
        foreach (var row in SparkJarRules.Versions)
        {
            var with = jars
                .Where(j => row.With.Contains(JarName.WithoutScala(j.Identity.Artifact))
                    && IsWithin(j, row.From, row.Before))
                .ToList();
            var unsuited = jars.Where(j =>
                with.Count > 0
                    && j.Identity.Artifact == row.Artifact
                    && IsOf(j, row.Group)
                    && !IsWithin(j, row.AtLeast, row.Below));
            _findings.AddRange(unsuited.Select(jar => OfVersion(row, jar, with)));
        }
    }

    private SparkJarConflict OfVersion(VersionRow row, JarContents jar, List<JarContents> with)
    {
        var bound = row.AtLeast is null ? $"below {row.Below}" : $"{row.AtLeast} or later";
        var needs = $"{And(Names(with))} needs {bound}";
        if (row.Feature is { } user && row.With.Contains(row.Artifact))
        {
            needs = $"{SparkFeatures.Of(user).Words} need it {bound}";
        }

        var finding = Finding(
            row.Rule,
            $"{row.Artifact} is of {jar.Identity.Version}; {needs}.",
            [jar.FileName, .. Names(with)],
            jar.Identity.Version,
            with[0].Identity.Version);
        if (row.Feature is not { } feature)
        {
            return finding;
        }

        finding = finding with { Features = [feature] };
        if (row.Fails && wanted.Contains(feature))
        {
            return finding with { Severity = SparkJarConflictSeverity.Error };
        }

        return finding;
    }

    private void FindFamilies()
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
                var decides = family.Find(j => j.Identity.Artifact.EndsWith("-databind", StringComparison.Ordinal));
                _findings.Add(Finding(
                    row.Rule,
                    $"{And(family.Select(j => $"{j.Identity.Artifact} {j.Identity.Version}"))} are of " +
                    $"{versions.Count} releases.",
                    Names(family),
                    (decides ?? family[0]).Identity.Version));
            }
        }
    }

    // Scala's releases are compatible within their first two numbers, which an artifact's name ends in. One that ends in
    // 3 goes with the library of 2.13.
    private void FindOtherScala()
    {
        var libraries = jars
            .Where(j => j.Identity.Artifact == "scala-library" && IsOf(j, "org.scala-lang"))
            .ToList();
        var there = libraries.Select(ReleaseOf).OfType<ReleaseNumber>().Select(r => $"{r.Major}.{r.Minor}").ToHashSet();
        if (there.Count == 0)
        {
            return;
        }

        var others = jars
            .GroupBy(j => ScalaSuffix.Of(j.Identity.Artifact) ?? "")
            .Where(s => s.Key.StartsWith("2.", StringComparison.Ordinal) && !there.Contains(s.Key));
        foreach (var other in others)
        {
            _findings.Add(Finding(
                SparkJarRules.OtherScala,
                $"{And(Names(other))} of Scala {other.Key} beside {And(Names(libraries))}.",
                Names([.. other, .. libraries]),
                And(there)));
        }
    }

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
