using System.Globalization;
using System.IO.Compression;
using System.Text;
using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts;

/// <summary>
/// What real JVMs loaded when features of real Sparks ran in them and worked: the best there is to know of what a
/// feature meets. The data says in its head how it was made (tests/SparkRuns). Classes of the JDK, and those that are
/// made while a program runs, are not in it.
/// </summary>
internal sealed class SparkRuns
{
    private const string Resource = "SparkAzure.Core.Spark.Conflicts.Runs.spark-runs.txt.gz";

    private static readonly Lazy<SparkRuns> Embedded = new(Read);

    private readonly List<SparkRun> _runs = [];
    private readonly RunMasks _masks = new();
    private readonly List<(ulong Name, int Mask)> _classes = new(capacity: 1 << 15);
    private readonly Dictionary<(ulong Referrer, ulong Message), int> _optional = [];

    private SparkRuns()
    {
    }

    /// <summary>The runs, in the order of their places.</summary>
    public IReadOnlyList<SparkRun> Runs => _runs;

    /// <summary>The data, read at the first call.</summary>
    public static SparkRuns Load() => Embedded.Value;

    /// <summary>The classes that at least one of some runs loaded, by the hashes of their names.</summary>
    /// <param name="which">The runs.</param>
    /// <returns>Hashes of names with slashes (<see cref="NameHash"/>).</returns>
    public IReadOnlySet<ulong> Loaded(Func<SparkRun, bool> which)
    {
        var chosen = RunMasks.Of(_runs.Select(which));
        var names = new HashSet<ulong>(_classes.Count);
        foreach (var (name, mask) in _classes)
        {
            if (_masks.Meets(mask, chosen))
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>
    /// True when one of some runs loaded a class with this fault, and worked: nothing that it does meets the fault.
    /// </summary>
    /// <param name="referrer">The class that refers, with slashes.</param>
    /// <param name="message">What a JVM would have said, as <see cref="LinkProblem.Message"/> has it for the Java of the
    /// run: 8 and 17 word a missing method differently.</param>
    /// <param name="which">The runs.</param>
    public bool IsOptional(string referrer, string message, Func<SparkRun, bool> which) =>
        _optional.TryGetValue((NameHash.Of(referrer), NameHash.Of(message)), out var mask)
        && _masks.Meets(mask, RunMasks.Of(_runs.Select(which)));

    /// <summary>Reads the data anew.</summary>
    internal static SparkRuns Read()
    {
        using var packed = typeof(SparkRuns).Assembly.GetManifestResourceStream(Resource)!;
        using var text = new MemoryStream(capacity: 1 << 22);
        using (var zip = new GZipStream(packed, CompressionMode.Decompress))
        {
            zip.CopyTo(text);
        }

        var runs = new SparkRuns();
        var rest = new ReadOnlySpan<byte>(text.GetBuffer(), 0, (int)text.Length);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            runs.AddLine(rest[..end]);
            rest = rest[(end + 1)..];
        }

        return runs;
    }

    private void AddLine(ReadOnlySpan<byte> line)
    {
        var end = line.LastIndexOf((byte)'\t');
        if (line.StartsWith("class\t"u8))
        {
            var name = line["class\t"u8.Length..end];
            _classes.Add((NameHash.Of(name), _masks.Number(line[(end + 1)..])));
        }
        else if (line.StartsWith("optional\t"u8))
        {
            var fault = line["optional\t"u8.Length..end];
            var tab = fault.IndexOf((byte)'\t');
            var key = (NameHash.Of(fault[..tab]), NameHash.Of(fault[(tab + 1)..]));
            _optional[key] = _masks.Number(line[(end + 1)..]);
        }
        else if (line.StartsWith("run\t"u8))
        {
            AddRun(Encoding.UTF8.GetString(line).Split('\t'));
        }
    }

    private void AddRun(string[] fields) => _runs.Add(new SparkRun(
        int.Parse(fields[1], CultureInfo.InvariantCulture),
        fields[2],
        fields[3],
        int.Parse(fields[4], CultureInfo.InvariantCulture),
        fields[5],
        fields[6]));
}
