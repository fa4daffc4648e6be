using SparkAzure.Core.Text;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>
/// The names of all keys <c>spark.kubernetes.*</c>, from <c>spark-kubernetes-keys.txt</c>, whose head says which
/// releases were read and which command made it, and from <see cref="SparkKeys"/>.
/// </summary>
internal static class SparkKubernetesKeys
{
    private const string Resource = "SparkAzure.Core.Dss.SparkConfigs.spark-kubernetes-keys.txt";
    private const string Prefix = "spark.kubernetes.";

    // More strokes than these make another word: no key is within two strokes of another but for its number.
    private const int Near = 2;

    private static readonly Lazy<IReadOnlyList<string>> Names = new(Read);

    /// <summary>All of them, in their order; one that ends in a dot stands for all that begin so.</summary>
    public static IReadOnlyList<string> All => Names.Value;

    /// <summary>
    /// What somebody meant who wrote a key that no Spark reads: the nearest name, with what stands behind it where it
    /// begins many; null for a key that is known, or that is near to none, as that of a newer Spark.
    /// </summary>
    /// <param name="key">The key.</param>
    public static string? Meant(string key)
    {
        if (!key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || IsKnown(key))
        {
            return null;
        }

        var near = Names.Value
            .SelectMany(name => Forms(name, key))
            .Select(name => (Meant: name, Distance: EditDistance.Between(key, name)))
            .Where(n => n.Distance <= Near)
            .ToList();
        return near.Count == 0 ? null : near.MinBy(n => n.Distance).Meant;
    }

    private static bool IsKnown(string key) =>
        Names.Value.Any(n => n == key || (n.EndsWith('.') && key.Length > n.Length && key.StartsWith(n, StringComparison.Ordinal)));

    // spark.kubernetes.node.selector. begins keys that end as their owner likes: as this one does behind any of its dots.
    private static IEnumerable<string> Forms(string name, string key)
    {
        if (!name.EndsWith('.'))
        {
            return [name];
        }

        return Enumerable.Range(0, key.Length).Where(i => key[i] == '.').Select(i => name + key[(i + 1)..]);
    }

    private static IReadOnlyList<string> Read()
    {
        using var stream = typeof(SparkKubernetesKeys).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        var names = SparkKeys.All.Select(k => k.Name).Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).ToHashSet();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                names.Add(line);
            }
        }

        return [.. names.Order(StringComparer.Ordinal)];
    }
}
