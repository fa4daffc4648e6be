using System.Globalization;
using System.IO.Compression;
using System.Numerics;
using System.Text;

namespace SparkAzure.Runs.Recording;

/// <summary>
/// The data as a file, which SparkAzure.Core reads (SparkRuns.cs says what is in it). The same runs make the same bytes: everything is
/// sorted, and the zip has no time.
/// </summary>
internal static class RunsFile
{
    /// <summary>Writes runs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="comments">What made it.</param>
    /// <param name="runs">The runs; a run's index is its place.</param>
    public static void Write(string path, IEnumerable<string> comments, IReadOnlyList<RecordedRun> runs)
    {
        var text = new StringBuilder();
        foreach (var comment in comments)
        {
            text.Append("# ").Append(comment).Append('\n');
        }

        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            text.Append(CultureInfo.InvariantCulture, $"run\t{i}\t{run.Home.Spark}\t{run.Home.Libraries}\t{run.Home.Java}\t{run.Role}\t{run.Feature}\n");
        }

        foreach (var (name, mask) in Masks(runs, r => r.Classes))
        {
            text.Append(CultureInfo.InvariantCulture, $"class\t{name}\t{Hex(mask)}\n");
        }

        foreach (var ((referrer, message), mask) in Masks(runs, r => r.Survived))
        {
            text.Append(CultureInfo.InvariantCulture, $"optional\t{referrer}\t{OneLine(message)}\t{Hex(mask)}\n");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var zip = new GZipStream(File.Create(path), CompressionLevel.SmallestSize);
        zip.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static IEnumerable<KeyValuePair<T, BigInteger>> Masks<T>(IReadOnlyList<RecordedRun> runs, Func<RecordedRun, IReadOnlySet<T>> of)
        where T : notnull
    {
        var masks = new Dictionary<T, BigInteger>();
        for (var i = 0; i < runs.Count; i++)
        {
            foreach (var item in of(runs[i]))
            {
                masks[item] = masks.GetValueOrDefault(item) | BigInteger.One << i;
            }
        }

        return masks.OrderBy(m => m.Key.ToString(), StringComparer.Ordinal);
    }

    private static string Hex(BigInteger mask) => mask.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');

    private static string OneLine(string message) => message.Replace('\t', ' ').Replace('\n', ' ');
}
