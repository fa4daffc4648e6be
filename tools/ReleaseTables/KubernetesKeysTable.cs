using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using SparkAzure.Core.Java;
using SparkAzure.Core.Spark;

namespace SparkAzure.ReleaseTables;

/// <summary>The names of keys that stand in the classes of Spark's part for Kubernetes.</summary>
internal static partial class KubernetesKeysTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="jars">The folder with <c>spark-kubernetes_SCALA-RELEASE.jar</c> of each release.</param>
    /// <param name="day">The day on which they were read.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Write(string jars, string day, TextWriter output)
    {
        var files = Directory.GetFiles(jars, "spark-kubernetes_*.jar").Order(StringComparer.Ordinal).ToList();
        var releases = files.Select(f => JarName.Parse(Path.GetFileName(f)).Version);
        var names = files.SelectMany(NamesIn).Distinct().Order(StringComparer.Ordinal);

        output.WriteLine("# The keys spark.kubernetes.*; one that ends in a dot stands for all that begin so. Not typed: made by");
        output.WriteLine("# dotnet run --project tools/ReleaseTables -- kubernetes-keys JARS DAY");
        output.WriteLine($"# Source: the texts in the classes of spark-kubernetes of Spark {string.Join(" and ", releases)}, read {day}.");
        foreach (var name in names)
        {
            output.WriteLine(name);
        }
    }

    private static IEnumerable<string> NamesIn(string jar)
    {
        using var archive = ZipFile.OpenRead(jar);
        var pool = new ConstantPool();
        var names = new List<string>();
        foreach (var entry in archive.Entries.Where(e => e.Name.EndsWith(".class", StringComparison.Ordinal)))
        {
            using var stream = entry.Open();
            var file = new byte[entry.Length];
            stream.ReadExactly(file);
            pool.Read(file);
            names.AddRange(Enumerable.Range(1, pool.Count - 1)
                .Where(i => pool.Tag(file, i) == ConstantPool.Utf8)
                .Select(i => Encoding.UTF8.GetString(pool.Text(file, i)))
                .Where(t => Name().IsMatch(t)));
        }

        return names;
    }

    [GeneratedRegex("""^spark\.kubernetes\.[A-Za-z][A-Za-z0-9.]*\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
