using SparkAzure.Core.Releases;
using SparkAzure.Core.Spark;

namespace SparkAzure.ReleaseTables;

/// <summary>Which jars each Spark release ships: one row per artifact and version, with the releases that have it.</summary>
internal static class SparkJarsTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="lists">The folder with a list of jars per release.</param>
    /// <param name="day">The day on which the lists were read.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Write(string lists, string day, TextWriter output)
    {
        var releases = Directory.GetFiles(lists, "*.tsv")
            .Select(f => Path.GetFileNameWithoutExtension(f))
            .OrderBy(ReleaseNumber.Parse)
            .ToList();
        var rows = releases
            .SelectMany((release, at) => JarsOf(lists, release).Select(jar => (Row: RowOf(jar, release), At: at)))
            .GroupBy(r => r.Row, r => r.At)
            .OrderBy(r => r.Key, StringComparer.Ordinal);

        output.WriteLine("# The jars of Spark's releases, by their file names. Not typed: made from lists of them by");
        output.WriteLine("# dotnet run --project tools/ReleaseTables -- spark-jars LISTS DAY");
        output.WriteLine($"# Source: jars/ of the pyspark sdists on PyPI, {releases.Count} releases, read {day}. There is");
        output.WriteLine("# one Hadoop per release; other archives of the same release stand in SparkArchives.cs.");
        output.WriteLine("# A row: artifact, or artifact:classifier; version, or = for the release's own; the releases.");
        output.WriteLine($"releases\t{string.Join(' ', releases)}");
        foreach (var row in rows)
        {
            output.WriteLine($"{row.Key}\t{string.Join(' ', Ranges([.. row], releases))}");
        }
    }

    private static IEnumerable<JarName> JarsOf(string lists, string release) =>
        File.ReadLines(Path.Combine(lists, release + ".tsv")).Select(l => JarName.Parse(l.Split('\t')[0]));

    private static string RowOf(JarName jar, string release)
    {
        var artifact = jar.Classifier.Length > 0 ? $"{jar.Artifact}:{jar.Classifier}" : jar.Artifact;
        var isOwn = jar.Artifact.StartsWith("spark-", StringComparison.Ordinal) && jar.Version == release;
        return $"{artifact}\t{(isOwn ? "=" : jar.Version)}";
    }

    // Releases that follow one another become FIRST-LAST.
    private static IEnumerable<string> Ranges(List<int> at, List<string> releases)
    {
        for (var i = 0; i < at.Count; i++)
        {
            var first = at[i];
            while (i + 1 < at.Count && at[i + 1] == at[i] + 1)
            {
                i++;
            }

            yield return first == at[i] ? releases[first] : $"{releases[first]}-{releases[at[i]]}";
        }
    }
}
