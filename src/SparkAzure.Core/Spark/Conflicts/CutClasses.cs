using SparkAzure.Core.Java;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Classes that runs loaded by their names, and that are cut out of jars which are otherwise those of the runs: the name
/// stands in a text or in a file, so no reference tells of them. A jar that is missing as a whole is none of these, and
/// neither is one of another version.
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="selection">Which of the runs tell of this distribution.</param>
internal sealed class CutClasses(JavaClassPath path, SparkRuns runs, RunSelection selection)
{
    /// <summary>The faults of those, each with the features that loaded it in all their runs with such a jar.</summary>
    /// <param name="missing">The classes that are in no jar and that nothing refers to.</param>
    public IEnumerable<FeatureFault> Among(IReadOnlyCollection<RecordedClass> missing)
    {
        var packages = missing.Select(m => PackageOf(m.Name)).ToHashSet(StringComparer.Ordinal);
        if (packages.Count == 0)
        {
            return [];
        }

        var neighbours = runs.Classes.Where(c => packages.Contains(PackageOf(c.Name))).ToLookup(c => PackageOf(c.Name));
        return missing.SelectMany(m => FaultsOf(m, neighbours[PackageOf(m.Name)]));
    }

    private static string PackageOf(string name) => name[..Math.Max(0, name.LastIndexOf('/'))];

    private IEnumerable<FeatureFault> FaultsOf(RecordedClass missing, IEnumerable<RecordedClass> ofItsPackage)
    {
        var present = ofItsPackage.Select(c => (Recorded: c, Number: path.Find(c.NameHash))).Where(c => c.Number >= 0);
        var known = UInt128.Zero;
        var jar = -1;
        foreach (var (recorded, number) in present)
        {
            var withIt = recorded.RunsOf(path.Row(number).Crc32) & selection.All;
            if (withIt == 0)
            {
                yield break;
            }

            known |= withIt;
            jar = path.JarNumberOf(number);
        }

        foreach (var feature in selection.Features)
        {
            var told = known & selection.Of(feature);
            if (told != 0 && (told & ~missing.Runs) == 0)
            {
                yield return Fault(feature, missing, path.Jars[jar]);
            }
        }
    }

    private FeatureFault Fault(SparkFeature feature, RecordedClass missing, JarOnPath jar)
    {
        var problem = LinkMessages.MissingNamedClass(missing.Name);
        var fault = new LinkFault(problem, jar, "", "", ReferenceUse.Class, DependsOnOrder: false, null, null);
        return new FeatureFault(feature, fault, -1, missing.Name, selection.RankOf(missing), LinkBasis.Runs);
    }
}
