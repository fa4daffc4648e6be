using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts;

namespace SparkAzure.Core.Spark.Jars;

/// <summary>Says what a plan does not explain by itself: what will not work, and which jars were left out, and why.</summary>
/// <param name="request">What was wanted.</param>
/// <param name="exchange">Which of Hadoop's jars go and come.</param>
/// <param name="choice">What comes.</param>
/// <param name="rows">What becomes of each jar.</param>
internal sealed class JarPlanNotes(
    JarPlanRequest request, JarExchange exchange, JarChoice choice, IReadOnlyList<SparkJarChange> rows)
{
    /// <summary>The notes, a sentence or two each.</summary>
    public IReadOnlyList<string> All() =>
        [.. Shaded(), .. ByNames(), .. choice.Notes, .. NotWorking(), .. LeftOut()];

    private IEnumerable<string> Shaded()
    {
        if (exchange.IsShaded)
        {
            yield return
                $"This Spark ships Hadoop {exchange.Release} shaded (hadoop-client-api and hadoop-client-runtime), as " +
                $"every Spark since 3.2.0 does: there are no separate Hadoop jars to take out, so nothing is swapped. " +
                $"Only the add-ons of the same Hadoop {exchange.Release} come in.";
        }
    }

    private IEnumerable<string> ByNames()
    {
        if (request.Libraries.Jars.Any(j => j.Path is null))
        {
            yield return
                $"Of '{request.Libraries.At}' the names alone were read, so this is planned by names: what the result " +
                $"needs and whether it works is known when the libraries are unpacked.";
        }
    }

    private IEnumerable<string> NotWorking()
    {
        foreach (var verdict in choice.Linkage?.Verdicts ?? [])
        {
            var isAsked = request.For.Contains(verdict.Feature);
            if (verdict.Works || !request.Wants(verdict.Feature) || !(verdict.IsThere || isAsked))
            {
                continue;
            }

            var row = SparkFeatures.Of(verdict.Feature);
            yield return $"With this set {row.Words} do not work: {verdict.First?.ToString() ?? row.Absent}.{CureOf(verdict)}";
        }
    }

    private static string CureOf(FeatureVerdict verdict)
    {
        if (verdict.Requires.Count == 0)
        {
            return "";
        }

        return $" Neither folder has what would bring it: {string.Join(", ", verdict.Requires)}.";
    }

    private IEnumerable<string> LeftOut()
    {
        var result = rows.Where(r => r.Action != SparkJarAction.Remove).ToList();
        var names = result.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        return request.Libraries.Jars
            .Where(j => !names.Contains(j.FileName))
            .GroupBy(j => ReasonToLeave(JarName.Parse(j.FileName), result))
            .Select(g => $"Left out, as {g.Key}: {string.Join(", ", g.Select(j => j.FileName))}.");
    }

    private string ReasonToLeave(JarName jar, IReadOnlyList<SparkJarChange> result)
    {
        if (request.ExcludeAws && JarRecipe.Aws.IsMatch(jar.Artifact))
        {
            return "AWS is not wanted";
        }

        if (HadoopLibraries.IsPart(jar.Artifact))
        {
            return ReasonOfHadoop(jar);
        }

        if (result.Any(r => r.Artifact == jar.Artifact))
        {
            return "the distribution has another version, which does";
        }

        var known = JarRecipe.Unneeded.FirstOrDefault(r => r.Artifact == jar.Artifact);
        return known?.Reason ?? "nothing that jobs use needs it";
    }

    private string ReasonOfHadoop(JarName jar)
    {
        if (jar.Version != exchange.Release.Text)
        {
            return $"Hadoop {exchange.Release} comes, and jars of another Hadoop beside it do not go together";
        }

        if (JarRecipe.AddOns.Any(r => r.Artifact == jar.Artifact))
        {
            return "none of the storages asked for needs it";
        }

        return "this Spark has its classes in hadoop-client-api and hadoop-client-runtime";
    }
}
