using SparkAzure.Core.Releases;

namespace SparkAzure.ReleaseTables;

/// <summary>Which artifacts have a package, and which of its classes others have.</summary>
internal static class ClassOwnersTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="sets">The sets of jars that were read.</param>
    /// <param name="day">The day on which they were.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Write(IReadOnlyList<JarSet> sets, string day, TextWriter output)
    {
        var seen = new PackageVersions();
        foreach (var jar in sets.SelectMany(s => s.Jars))
        {
            seen.Add(jar);
        }

        output.WriteLine("# Which artifacts have a class, by its package. Not typed: made from the names of classes in jars by");
        output.WriteLine("# dotnet run --project tools/ReleaseTables -- class-owners LISTS JARS ADDONS LIBRARIES DAY");
        output.WriteLine($"# Source: the jars of Spark {string.Join(", ", sets.Select(s => s.Context.SparkVersion).Distinct())}");
        output.WriteLine($"# (PyPI), of hadoop-azure and what its poms name, and of Hadoop 2.8.5 and 3.2.0 (Maven), read {day}.");
        output.WriteLine("# The form of a line stands at ClassOwners.");
        var truth = TruthOf(sets);
        var root = new PackageNode("");
        foreach (var (package, classes) in truth.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            root.Find(package.Split('/')).Fill(OrdersOf(package, classes, seen));
        }

        root.Write(output);
    }

    // Per package and outermost class: who has it in which set. Where nested classes are elsewhere, whoever has all.
    private static Dictionary<string, Dictionary<string, Dictionary<SetVersions, HashSet<string>>>> TruthOf(
        IReadOnlyList<JarSet> sets)
    {
        var truth = new Dictionary<string, Dictionary<string, Dictionary<SetVersions, HashSet<string>>>>();
        foreach (var set in sets)
        {
            var versions = new SetVersions(set.Context);
            var holders = set.Jars
                .Where(j => j.Name.Classifier != "tests")
                .SelectMany(j => j.Classes, (j, c) => (Class: c, j.Name.ArtifactWithoutScala))
                .GroupBy(h => h.Class, h => h.ArtifactWithoutScala);
            foreach (var holder in holders)
            {
                var slash = holder.Key.LastIndexOf('/');
                var package = At(truth, holder.Key[..slash]);
                var sameClass = At(package, ClassOwners.Outermost(holder.Key[(slash + 1)..]));
                if (!sameClass.TryGetValue(versions, out var known))
                {
                    sameClass[versions] = [.. holder];
                }
                else if (known.Overlaps(holder))
                {
                    known.IntersectWith(holder);
                }
            }
        }

        return truth;
    }

    private static PackageOrders OrdersOf(
        string package,
        Dictionary<string, Dictionary<SetVersions, HashSet<string>>> classes,
        PackageVersions seen)
    {
        foreach (var sameClass in classes.Values)
        {
            LeaveOutWhatNothingBrings(sameClass);
        }

        var orders = classes.ToDictionary(
            c => c.Key, c => OwnerOrder.Find(c.Value, artifact => seen.OwnerOf(package, artifact)));
        var ranked = orders.Values
            .DistinctBy(o => o.Text)
            .Select(o => (Order: o, Count: classes.Values.Count(o.IsTrue)))
            .ToList();
        var most = ranked.Max(r => r.Count);
        var best = ranked.Where(r => r.Count == most).Select(r => r.Order).OrderBy(o => o.Text.Length).ToList();
        return new PackageOrders(best, order => Others(order, orders, classes));
    }

    // No order can be true of a set to which none of the holders belongs. A class that has only such sets keeps them.
    private static void LeaveOutWhatNothingBrings(Dictionary<SetVersions, HashSet<string>> sameClass)
    {
        var brought = sameClass.Where(t => t.Value.Any(a => t.Key.Brings(new ClassOwner(a, null, null)))).ToList();
        if (brought.Count > 0)
        {
            foreach (var set in sameClass.Keys.Except(brought.Select(b => b.Key)).ToList())
            {
                sameClass.Remove(set);
            }
        }
    }

    private static IEnumerable<(string Order, string[] Classes)> Others(
        OwnerOrder order,
        Dictionary<string, OwnerOrder> orders,
        Dictionary<string, Dictionary<SetVersions, HashSet<string>>> classes) =>
        orders
            .Where(o => !order.IsTrue(classes[o.Key]) && o.Value.Text != order.Text)
            .GroupBy(o => o.Value.Text, o => o.Key)
            .OrderBy(o => o.Key, StringComparer.Ordinal)
            .Select(o => (o.Key, o.Order(StringComparer.Ordinal).ToArray()));

    private static TValue At<TValue>(Dictionary<string, TValue> of, string key)
        where TValue : new()
    {
        if (!of.TryGetValue(key, out var value))
        {
            of[key] = value = new TValue();
        }

        return value;
    }
}
