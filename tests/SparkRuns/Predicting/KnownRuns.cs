using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using SparkAzure.Core.Spark.Conflicts.Runs;

namespace SparkAzure.Runs.Predicting;

/// <summary>
/// What was recorded, without all that only other runs tell: classes, contents, look-ups and what was done without. Which
/// methods were entered, and a look-up of a class that both know for a class that both know, is not told apart by run.
/// </summary>
internal static class KnownRuns
{
    private const string Resource = "SparkAzure.Core.Spark.Conflicts.Runs.spark-runs.txt.br";

    private static readonly ConcurrentDictionary<string, SparkRuns> Read = new();

    /// <summary>The runs of one Spark alone; all of them for null.</summary>
    public static SparkRuns Of(string? spark) =>
        spark is null ? SparkRuns.Shipped : Read.GetOrAdd(spark, Reduced);

    private static SparkRuns Reduced(string spark)
    {
        var own = SparkRuns.Shipped.Runs.Where(r => r.Spark == spark);
        var known = own.Aggregate(UInt128.Zero, (all, r) => all | r.Bit);
        using var stream = typeof(SparkRuns).Assembly.GetManifestResourceStream(Resource)!;
        using var text = new StreamReader(new BrotliStream(stream, CompressionMode.Decompress));
        var lines = text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var reader = new StringReader(string.Join('\n', Reduced(lines, known)));
        return SparkRuns.Read(reader);
    }

    private static IEnumerable<string> Reduced(string[] lines, UInt128 known)
    {
        var classes = lines.Where(l => l.StartsWith("class\t", StringComparison.Ordinal)).Select(l => l.Split('\t')).ToList();
        var runs = classes.ConvertAll(c => Mask(c[2]) & known);
        var places = new int[runs.Count];
        var place = 0;
        for (var i = 0; i < runs.Count; i++)
        {
            places[i] = runs[i] == 0 ? -1 : place++;
        }

        foreach (var line in lines.Where(l => l.StartsWith("run\t", StringComparison.Ordinal)))
        {
            yield return line;
        }

        for (var i = 0; i < classes.Count; i++)
        {
            if (runs[i] != 0)
            {
                yield return string.Join('\t', Reduced(classes[i], runs, runs[i], places));
            }
        }

        foreach (var fields in lines.Where(l => l.StartsWith("optional\t", StringComparison.Ordinal)).Select(l => l.Split('\t')))
        {
            yield return $"optional\t{fields[1]}\t{fields[2]}\t{Mask(fields[3]) & known:x}";
        }
    }

    private static string[] Reduced(string[] fields, List<UInt128> runs, UInt128 own, int[] places)
    {
        var contents = fields[3].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(c => c.Split(':'))
            .Select(c => (Crc32: c[0], Runs: Mask(c[1]) & own))
            .Where(c => c.Runs != 0)
            .Select(c => $"{c.Crc32}:{c.Runs:x}");
        var targets = fields[5].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(t => int.Parse(t, CultureInfo.InvariantCulture))
            .Where(t => (runs[t] & own) != 0)
            .Select(t => places[t]);
        return [fields[0], fields[1], $"{own:x}", string.Join(' ', contents), fields[4], string.Join(' ', targets), fields[6]];
    }

    private static UInt128 Mask(string hexadecimal) => UInt128.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
