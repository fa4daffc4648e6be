using System.Globalization;
using System.IO.Compression;
using SparkAzure.Core.Java;

namespace SparkAzure.Core.Spark.Conflicts.Runs;

/// <summary>
/// What real JVMs did when they ran the features of real Sparks: which classes they loaded and in which order, which
/// methods they entered, and which missing classes and members they did without. The head of
/// <c>spark-runs.txt</c> says how it was made.
/// </summary>
internal sealed class SparkRuns
{
    private const string Resource = "SparkAzure.Core.Spark.Conflicts.Runs.spark-runs.txt.br";
    private static readonly Lazy<SparkRuns> Recorded = new(ReadResource);

    private readonly List<SparkRun> _runs = [];
    private readonly List<RecordedClass> _classes = [];
    private readonly Dictionary<ulong, int> _places = [];
    private readonly Dictionary<(ulong Class, ulong Message), UInt128> _optional = [];

    private SparkRuns()
    {
    }

    /// <summary>What ships with the module.</summary>
    public static SparkRuns Shipped => Recorded.Value;

    /// <summary>The runs.</summary>
    public IReadOnlyList<SparkRun> Runs => _runs;

    /// <summary>The classes.</summary>
    public IReadOnlyList<RecordedClass> Classes => _classes;

    /// <summary>Reads what the recording wrote.</summary>
    /// <exception cref="FormatException">It is of another form.</exception>
    public static SparkRuns Read(TextReader reader)
    {
        var runs = new SparkRuns();
        while (reader.ReadLine() is { } line)
        {
            runs.Add(line.Split('\t'));
        }

        return runs;
    }

    /// <summary>The class of a name; null when no run loaded it.</summary>
    public RecordedClass? Find(ulong nameHash)
    {
        if (_places.TryGetValue(nameHash, out var place))
        {
            return _classes[place];
        }

        return null;
    }

    /// <summary>The runs that worked although a class could not be resolved this reference.</summary>
    /// <param name="referrer">The hash of the name of the class that refers.</param>
    /// <param name="message">The message of what a JVM would have thrown.</param>
    public UInt128 DoneWithout(ulong referrer, string message) =>
        _optional.GetValueOrDefault((referrer, NameHash.Of(message)));

    private static SparkRuns ReadResource()
    {
        using var stream = typeof(SparkRuns).Assembly.GetManifestResourceStream(Resource)!;
        using var text = new StreamReader(new BrotliStream(stream, CompressionMode.Decompress));
        return Read(text);
    }

    private static UInt128 Mask(string hexadecimal) =>
        UInt128.Parse(hexadecimal, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private void Add(string[] fields)
    {
        switch (fields[0])
        {
            case "run":
                var feature = Enum.Parse<SparkFeature>(fields[6]);
                _runs.Add(new SparkRun(Number(fields[1]), fields[2], fields[3], Number(fields[4]), fields[5], feature));
                break;
            case "class":
                AddClass(fields);
                break;
            case "optional":
                _optional[(NameHash.Of(fields[1]), NameHash.Of(fields[2]))] = Mask(fields[3]);
                break;
            default:
                if (!fields[0].StartsWith('#'))
                {
                    throw new FormatException($"'{fields[0]}' is no line of recorded runs.");
                }

                break;
        }
    }

    // class, name, runs, contents as crc:runs, methods, places of the classes that it looked up, ranks as release:rank
    private void AddClass(string[] fields)
    {
        var hash = NameHash.Of(fields[1]);
        var methods = fields[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var hashes = Array.ConvertAll(methods, NameHash.Of);
        Array.Sort(hashes);
        var contents = Array.ConvertAll(fields[3].Split(' ', StringSplitOptions.RemoveEmptyEntries), Content);
        var targets = Array.ConvertAll(fields[5].Split(' ', StringSplitOptions.RemoveEmptyEntries), Number);
        _places[hash] = _classes.Count;
        _classes.Add(new RecordedClass(
            fields[1], hash, _classes.Count, Mask(fields[2]), contents, hashes, targets, Ranks(fields[6])));
    }

    private static Dictionary<string, int> Ranks(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(r => r.Split(':'))
            .ToDictionary(r => r[0], r => Number(r[1]), StringComparer.Ordinal);

    private static RecordedContent Content(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var crc32 = uint.Parse(text.AsSpan(0, colon), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new RecordedContent(crc32, Mask(text[(colon + 1)..]));
    }
}
