using System.IO.Compression;
using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;

namespace SparkAzure.ReleaseTables;

/// <summary>A jar and its classes, by name with slashes; without those that only later Javas see.</summary>
internal sealed record ReadJar(JarName Name, IReadOnlyList<string> Classes)
{
    /// <summary>Reads a jar that stands under its own name or that of a store.</summary>
    public static ReadJar Read(string path, string fileName)
    {
        using var zip = ZipFile.OpenRead(path);
        var classes = zip.Entries
            .Select(e => e.FullName)
            .Where(n => n.EndsWith(".class", StringComparison.Ordinal))
            .Select(n => n[..^".class".Length])
            .Where(n => n.Contains('/') && !n.StartsWith("META-INF/", StringComparison.Ordinal));
        return new ReadJar(JarName.Parse(fileName), [.. classes.Distinct()]);
    }
}

/// <summary>Jars that stand together, and what their Spark and Hadoop are.</summary>
internal sealed record JarSet(LibraryContext Context, IReadOnlyList<ReadJar> Jars);

/// <summary>The sets of jars from which is learned who has a class.</summary>
internal static class JarSets
{
    /// <summary>
    /// Every release whose jars are all there; the last of each Hadoop with its add-ons; and the last one with Hadoop 2
    /// with each of the libraries in place of its Hadoop.
    /// </summary>
    public static IReadOnlyList<JarSet> Read(string lists, string jars, string addOns, string libraries)
    {
        var releases = SparkReleases.Known
            .Select(r => ReleaseOf(r, lists, jars))
            .OfType<JarSet>()
            .ToList();
        var withAddOns = Directory.GetDirectories(addOns).Order(StringComparer.Ordinal).Select(folder =>
        {
            var spark = releases.Last(r => SparkReleases.Find(r.Context.SparkVersion)!.Hadoop == Path.GetFileName(folder));
            return spark with { Jars = Exchanged(spark.Jars, JarsIn(folder), _ => false) };
        });
        var withAnotherHadoop = Directory.GetDirectories(libraries, "hadoop-*").Order(StringComparer.Ordinal).Select(folder =>
        {
            var spark = releases.Last(r => SparkReleases.Find(r.Context.SparkVersion)!.Hadoop!.StartsWith('2'));
            var shipped = spark.Jars.Where(j => !IsOfOneHadoop(j)).Select(j => j.Name.Artifact).ToHashSet();
            var hadoop = Path.GetFileName(folder)["hadoop-".Length..];
            return new JarSet(
                spark.Context with { HadoopVersion = hadoop, JarLayout = SparkJarLayout.Split },
                Exchanged(spark.Jars, JarsIn(folder).Where(j => !shipped.Contains(j.Name.Artifact)), IsOfOneHadoop));
        });
        return [.. releases, .. withAddOns, .. withAnotherHadoop];
    }

    private static JarSet? ReleaseOf(string release, string lists, string jars)
    {
        var listed = File.ReadLines(Path.Combine(lists, release + ".tsv"))
            .Select(l => l.Split('\t'))
            .Select(f => (FileName: f[0], Path: Path.Combine(jars, $"{f[0][..^4]}.{f[2][..10]}.jar")))
            .ToList();
        if (!listed.TrueForAll(j => File.Exists(j.Path)))
        {
            return null;
        }

        return new JarSet(new LibraryContext(release), [.. listed.Select(j => ReadJar.Read(j.Path, j.FileName))]);
    }

    private static bool IsOfOneHadoop(ReadJar jar) =>
        DecidingJars.Find(jar.Name.ArtifactWithoutScala)?.Scope == DecidingJarScope.OneHadoop;

    private static ReadJar[] Exchanged(
        IReadOnlyList<ReadJar> jars, IEnumerable<ReadJar> others, Func<ReadJar, bool> goes)
    {
        var come = others.ToList();
        var names = come.Select(j => j.Name.Artifact).ToHashSet();
        return [.. jars.Where(j => !goes(j) && !names.Contains(j.Name.Artifact)), .. come];
    }

    private static ReadJar[] JarsIn(string folder) =>
        [.. Directory.GetFiles(folder, "*.jar").Order(StringComparer.Ordinal).Select(f => ReadJar.Read(f, Path.GetFileName(f)))];
}
