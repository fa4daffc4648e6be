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

    private delegate T Reading<T>(ReadOnlySpan<char> text);

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
            runs.Add(line);
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

    // At most 32 digits.
    private static UInt128 Mask(ReadOnlySpan<char> hexadecimal)
    {
        var low = Math.Max(0, hexadecimal.Length - 16);
        ulong upper = 0;
        if (low > 0)
        {
            upper = Hexadecimal(hexadecimal[..low]);
        }

        return new UInt128(upper, Hexadecimal(hexadecimal[low..]));
    }

    private static ulong Hexadecimal(ReadOnlySpan<char> digits) =>
        ulong.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, provider: CultureInfo.InvariantCulture);

    // What stands before the next separator; the rest begins behind it.
    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> rest, char separator)
    {
        var part = rest;
        var end = rest.IndexOf(separator);
        rest = [];
        if (end >= 0)
        {
            rest = part[(end + 1)..];
            part = part[..end];
        }

        return part;
    }

    private static T[] Each<T>(ReadOnlySpan<char> list, Reading<T> read)
    {
        if (list.IsEmpty)
        {
            return [];
        }

        var items = new T[list.Count(' ') + 1];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = read(Take(ref list, ' '));
        }

        return items;
    }

    private void Add(ReadOnlySpan<char> line)
    {
        var kind = Take(ref line, '\t');
        switch (kind)
        {
            case "run":
                AddRun(line.ToString().Split('\t'));
                break;
            case "class":
                AddClass(line);
                break;
            case "optional":
                var key = (NameHash.Of(Take(ref line, '\t')), NameHash.Of(Take(ref line, '\t')));
                _optional[key] = Mask(line);
                break;
            default:
                if (!kind.StartsWith("#"))
                {
                    throw new FormatException($"'{kind}' is no line of recorded runs.");
                }

                break;
        }
    }

    private void AddRun(string[] fields)
    {
        var feature = Enum.Parse<SparkFeature>(fields[5]);
        _runs.Add(new SparkRun(Number(fields[0]), fields[1], fields[2], Number(fields[3]), fields[4], feature));
    }

    // Name, runs, contents as crc:runs, methods, places of the classes that it looked up, ranks as release:rank: without
    // a text for each, as there are hundreds of thousands.
    private void AddClass(ReadOnlySpan<char> fields)
    {
        var name = Take(ref fields, '\t').ToString();
        var runs = Mask(Take(ref fields, '\t'));
        var contents = Each(Take(ref fields, '\t'), Content);
        var methods = Each(Take(ref fields, '\t'), NameHash.Of);
        Array.Sort(methods);
        var targets = Each(Take(ref fields, '\t'), Number);
        var ranks = Each(fields, Rank);
        var hash = NameHash.Of(name);
        _places[hash] = _classes.Count;
        _classes.Add(new RecordedClass(name, hash, _classes.Count, runs, contents, methods, targets, ranks));
    }

    private static RecordedContent Content(ReadOnlySpan<char> text) =>
        new((uint)Hexadecimal(Take(ref text, ':')), Mask(text));

    private RecordedRank Rank(ReadOnlySpan<char> text)
    {
        var release = Take(ref text, ':');
        foreach (var run in _runs)
        {
            if (release.SequenceEqual(run.Spark))
            {
                return new RecordedRank(run.Spark, Number(text));
            }
        }

        return new RecordedRank(release.ToString(), Number(text));
    }
}
