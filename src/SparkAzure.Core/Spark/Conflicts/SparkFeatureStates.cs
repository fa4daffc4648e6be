using System.Diagnostics;
using SparkAzure.Core.Hosting;
using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Says of each feature whether it would work with a set of jars: what linking found of it, and what the rules of
/// <see cref="SparkJarRules"/> know that linking cannot see.
/// </summary>
internal sealed class SparkFeatureStates
{
    private readonly JarLinkage _linkage;
    private readonly IReadOnlyList<SparkJarConflict> _rules;
    private readonly LibraryVersions _versions;

    private SparkFeatureStates(JarLinkage linkage, IReadOnlyList<SparkJarConflict> rules)
    {
        _linkage = linkage;
        _rules = rules;
        _versions = new LibraryVersions(linkage.Context);

        // Which jar has a class, also where that jar is there.
    }

    /// <summary>Links jars and says what becomes of the features, in the order of <see cref="SparkFeatures.All"/>.</summary>
    /// <exception cref="SparkAzureException">CannotRead.</exception>
    public static async Task<IReadOnlyList<SparkFeatureState>> ReadAsync(
        JarLinkageRequest request, ICaller caller, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        caller.Verbose($"Linking the classes of {request.Jars.Count} jars for Java {request.Java}.");
        var linkage = await JarLinkage.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        var states = await OfAsync(linkage, request.Jars, cancellationToken).ConfigureAwait(false);
        caller.Verbose($"Linked {linkage.Path.Count} classes in {clock.Elapsed.TotalSeconds:0.00} s.");
        return states;
    }

    /// <summary>The same of jars that are linked already.</summary>
    /// <param name="linkage">The jars, linked.</param>
    /// <param name="jars">Their files.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<IReadOnlyList<SparkFeatureState>> OfAsync(
        JarLinkage linkage, IReadOnlyList<string> jars, CancellationToken cancellationToken)
    {
        var (contents, _) = await JarContents.ReadAllAsync(jars, SparkJarConflicts.Named, cancellationToken)
            .ConfigureAwait(false);
        var told = new RuleFindings(contents, []).Find().Where(f => f.Severity > SparkJarConflictSeverity.Information);
        var states = new SparkFeatureStates(linkage, [.. told]);
        return [.. linkage.Verdicts.Select(states.Of)];
    }

    private SparkFeatureState Of(FeatureVerdict verdict)
    {
        var row = SparkFeatures.Of(verdict.Feature);
        var isReadable = _linkage.IsReadable(row);
        if (!verdict.IsThere && isReadable)
        {
            return State(verdict, SparkFeatureOutcome.Missing, AbsenceOf(verdict, row));
        }

        if (_rules.FirstOrDefault(r => r.Features.Contains(verdict.Feature)) is { } rule)
        {
            return new SparkFeatureState
            {
                Feature = verdict.Feature,
                State = SparkFeatureOutcome.Fails,
                Exception = rule.Symptom,
            };
        }

        if (isReadable && verdict.First is { } problem)
        {
            return State(verdict, SparkFeatureOutcome.Fails, problem.ToString());
        }

        var outcome = SparkFeatureOutcome.Unknown;
        if (isReadable && IsRecorded(verdict.Feature))
        {
            outcome = SparkFeatureOutcome.Works;
        }

        return new SparkFeatureState { Feature = verdict.Feature, State = outcome };
    }

    private SparkFeatureState State(FeatureVerdict verdict, SparkFeatureOutcome outcome, string? exception) => new()
    {
        Feature = verdict.Feature,
        State = outcome,
        Exception = exception,
        RequiredJars = [.. RequiredBy(verdict).Select(j => j.ToString())],
    };

    // What Hadoop says of a scheme that it does not know depends on the configuration in its own jar.
    private string? AbsenceOf(FeatureVerdict verdict, SparkFeatureRow row)
    {
        if (row.Absent.Length == 0 && !_linkage.IsReadable(SparkFeatures.Of(SparkFeature.File)))
        {
            return null;
        }

        return verdict.First?.ToString() ?? row.Absent;
    }

    private bool IsRecorded(SparkFeature feature) => _linkage.Selection.Of(feature) != 0;

    // Those that are missing, and those that are there in a version that does not suit; all of them, or none is a cure.
    // What else a feature would look up that nobody ran is not known.
    private IEnumerable<LibrarySuggestion> RequiredBy(FeatureVerdict verdict)
    {
        var faults = verdict.Faults.Where(f => f.Basis != LinkBasis.Calls).Select(f => f.Fault).ToList();
        var lacksClasses = !verdict.IsThere || faults.Exists(f => f.FaultyJar is null);
        if (!IsRecorded(verdict.Feature) || (lacksClasses && verdict.Requires.Count == 0))
        {
            return [];
        }

        var jars = verdict.Requires.ToList();
        foreach (var faulty in faults.Select(f => f.FaultyJar).OfType<JarOnPath>().Distinct())
        {
            var name = JarName.Parse(faulty.FileName);
            if (_versions.Of(name.ArtifactWithoutScala) is not [var belonging, ..] || belonging.Version == name.Version)
            {
                return [];
            }

            jars.Add(belonging);
        }

        return jars.DistinctBy(j => j.FileName);
    }
}
