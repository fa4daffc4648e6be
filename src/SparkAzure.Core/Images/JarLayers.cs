using System.Formats.Tar;
using System.Text;
using SparkAzure.Core.Oci.Layers;
using SparkAzure.Core.Spark;
using SparkAzure.Core.Spark.Jars;

namespace SparkAzure.Core.Images;

/// <summary>
/// Divides what one COPY brings into layers, so that exchanging jars uploads little: the jars that the procedure
/// exchanges together have a layer, the others are spread over a fixed number of layers by the name of their artifact.
/// A jar stays in its layer whatever its version is, and whatever comes and goes beside it.
/// </summary>
internal static class JarLayers
{
    /// <summary>
    /// Layers of the other jars, some 30 MB each in a distribution: small enough to send again for one changed jar, few
    /// enough for any registry.
    /// </summary>
    public const int Count = 8;

    // Less than this is not worth dividing.
    private const long Divided = 16 << 20;

    /// <summary>The entries of each layer, in order; the first has all that is no jar.</summary>
    /// <param name="items">What is copied, folders before what is in them.</param>
    /// <param name="count">Over how many layers the other jars are spread.</param>
    public static IReadOnlyList<IReadOnlyList<TarItem>> Divide(IReadOnlyList<TarItem> items, int count = Count)
    {
        if (items.Where(IsJar).Sum(i => i.Length) < Divided)
        {
            return [items];
        }

        var layers = new SortedDictionary<int, List<TarItem>>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            // Another name of a file goes where the file is.
            var isLink = item.Type == TarEntryType.HardLink;
            var number = isLink ? numbers[item.LinkTarget!] : NumberOf(item, count);
            numbers[item.Name] = number;
            if (!layers.TryGetValue(number, out var layer))
            {
                layers[number] = layer = [];
            }

            layer.Add(item);
        }

        return [.. layers.Values];
    }

    private static int NumberOf(TarItem item, int count)
    {
        if (IsJar(item))
        {
            return LayerOf(item, count);
        }

        return 0;
    }

    private static bool IsJar(TarItem item) =>
        item.Type == TarEntryType.RegularFile && item.Name.EndsWith(".jar", StringComparison.OrdinalIgnoreCase);

    private static int LayerOf(TarItem jar, int count)
    {
        var artifact = JarName.Parse(jar.Name[(jar.Name.LastIndexOf('/') + 1)..]).Artifact;
        if (JarRecipe.Exchanges(artifact))
        {
            return count + 1;
        }

        return 1 + (int)(Hash(artifact) % (uint)count);
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * 16777619u;
        }

        return hash;
    }
}
