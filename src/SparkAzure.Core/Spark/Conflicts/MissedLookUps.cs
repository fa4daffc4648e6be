using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// The classes that features look up and no jar has, as far as recorded runs tell: the quick half of
/// <see cref="FeatureLinks"/>, which reads no code. What it does not see, linking does.
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="selection">Which of the runs tell of this distribution.</param>
internal sealed class MissedLookUps(JavaClassPath path, SparkRuns runs, RunSelection selection)
{
    /// <summary>Finds them, each with the first of the features that misses it.</summary>
    /// <param name="features">The features that are asked for.</param>
    public IEnumerable<(string Class, SparkFeature Feature)> Of(IReadOnlyList<SparkFeature> features)
    {
        var seen = new HashSet<int>();
        foreach (var recorded in runs.Classes.Where(c => (c.Runs & selection.All) != 0))
        {
            foreach (var place in recorded.Targets)
            {
                var target = runs.Classes[place];
                if (path.Find(target.NameHash) < 0 && !seen.Contains(place)
                    && FirstOf(features, recorded, target) is { } feature)
                {
                    seen.Add(place);
                    yield return (target.Name, feature);
                }
            }
        }
    }

    private SparkFeature? FirstOf(
        IReadOnlyList<SparkFeature> features, RecordedClass recorded, RecordedClass target)
    {
        var done = runs.DoneWithout(recorded.NameHash, LinkMessages.MissingClass(target.Name).Message);
        for (var number = path.Find(recorded.NameHash); number >= 0; number = path.Next(number))
        {
            var known = recorded.RunsOf(path.Row(number).Crc32) & selection.All;
            if (path.JarOf(number).IsJdk
                || ((known & target.Runs) == 0 && !NamedClasses.Have(path, number, target.Name)))
            {
                continue;
            }

            foreach (var feature in features)
            {
                if (Misses(selection.Of(feature), recorded, target, known, done))
                {
                    return feature;
                }
            }
        }

        return null;
    }

    // Where the class is the same as in a run, it comes to what it came to there, and to nothing else.
    private static bool Misses(
        UInt128 own, RecordedClass recorded, RecordedClass target, UInt128 known, UInt128 done)
    {
        var told = recorded.Runs & own;
        if ((known & own) != 0)
        {
            told &= known;
        }

        return (target.Runs & told) != 0 && (done & own) == 0;
    }
}
