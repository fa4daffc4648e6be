using SparkAzure.Core.Java;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// Which jars a feature lacks: those of the classes that it misses, and those of the classes that these would look up in
/// turn. What is offered as a cure has been linked so, on paper: a class that nothing brings ends it.
/// </summary>
/// <param name="path">The class path.</param>
/// <param name="runs">What was recorded.</param>
/// <param name="catalog">Says which jar would bring a class.</param>
internal sealed class MissingClasses(JavaClassPath path, SparkRuns runs, LibraryCatalog catalog)
{
    /// <summary>The jars with which a feature would work; empty where nothing tells of one of them.</summary>
    /// <param name="row">The feature.</param>
    /// <param name="ofFeature">The runs of the feature.</param>
    /// <param name="faults">What it meets.</param>
    public IReadOnlyList<LibrarySuggestion> JarsFor(
        SparkFeatureRow row, UInt128 ofFeature, IReadOnlyList<FeatureFault> faults)
    {
        var start = faults.Where(f => f.Basis != LinkBasis.Calls && f.Fault.FaultyClass is null).Select(f => f.Target);
        if (path.Find(row.Entry) < 0)
        {
            start = start.Append(row.Entry);
        }

        return JarsFor(start, ofFeature);
    }

    /// <summary>The jars that bring classes, and what these look up; empty where nothing brings one of them.</summary>
    /// <param name="classes">The names, with slashes.</param>
    /// <param name="ofFeature">The runs of the feature.</param>
    public IReadOnlyList<LibrarySuggestion> JarsFor(IEnumerable<string> classes, UInt128 ofFeature)
    {
        var jars = new List<LibrarySuggestion>();
        var files = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<(string Name, string? By)>(classes.Select(c => (c, (string?)null)));
        while (queue.TryDequeue(out var wanted))
        {
            var (name, by) = wanted;
            if (!seen.Add(name))
            {
                continue;
            }

            if (catalog.Bringing(name) is not [var jar, ..])
            {
                // A class that no table knows comes with its neighbour that looks it up, or nothing tells.
                if (by is not null && AreNeighbours(by, name))
                {
                    continue;
                }

                return [];
            }

            if (files.Add(jar.FileName))
            {
                jars.Add(jar);
            }

            foreach (var target in LookedUpBy(name, ofFeature))
            {
                queue.Enqueue((target, name));
            }
        }

        return jars;
    }

    /// <summary>
    /// Whether a feature would find in another jar, put in a jar's place, all that it looked up in that one, as far as
    /// tables know which version has a class.
    /// </summary>
    /// <param name="leaving">The jar that is there.</param>
    /// <param name="coming">What would come for it.</param>
    /// <param name="ofFeature">The runs of the feature.</param>
    public bool CanReplace(JarOnPath leaving, LibrarySuggestion coming, UInt128 ofFeature)
    {
        var artifact = JarName.Parse(coming.FileName).ArtifactWithoutScala;
        return runs.Classes
            .Where(c => (c.Runs & ofFeature) != 0 && IsOnlyIn(c.NameHash, leaving))
            .All(c => MayHave(artifact, coming.Version, c.Name));
    }

    private static bool MayHave(string artifact, string version, string className)
    {
        var owners = ClassOwners.Of(className);
        return owners.Count == 0 || owners.Any(o => o.Artifact == artifact && o.IsIn(version));
    }

    private bool IsOnlyIn(ulong nameHash, JarOnPath jar)
    {
        var number = path.Find(nameHash);
        return number >= 0 && path.JarOf(number) == jar && path.Next(number) < 0;
    }

    // Of one project: org/apache/htrace/core and org/apache/htrace/shaded.
    private static bool AreNeighbours(string one, string other)
    {
        var project = string.Join('/', one.Split('/').Take(3)) + "/";
        return other.StartsWith(project, StringComparison.Ordinal);
    }

    private IEnumerable<string> LookedUpBy(string name, UInt128 ofFeature)
    {
        if (runs.Find(NameHash.Of(name)) is not { } recorded)
        {
            return [];
        }

        return recorded.Targets
            .Select(t => runs.Classes[t])
            .Where(t => (t.Runs & recorded.Runs & ofFeature) != 0 && path.Find(t.NameHash) < 0)
            .Where(t => (runs.DoneWithout(recorded.NameHash, t.Name) & ofFeature) == 0)
            .Select(t => t.Name);
    }
}
